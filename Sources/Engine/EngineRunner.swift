import Console
import Foundation
import KafkaClient
import Synchronization
import Topology

/// Runs a topology: topics, workers, and their end.
///
/// ```swift
/// let runner = EngineRunner(settings: EngineSettings(topology: plan, instance: "a"))
/// try runner.run()        // returns after `runner.stop.request()`, SIGTERM's handler for one
/// ```
public final class EngineRunner: Sendable {
    /// How it runs.
    public let settings: EngineSettings
    /// What it does, for the control plane.
    public let status = EngineStatus()
    /// Where predictions are asked for, without learning.
    public let peeks = PeekDesk()
    /// How to end it.
    public let stop: StopSignal

    /// - Parameter onReady: called once, when everything is assigned and restored.
    public init(settings: EngineSettings, onReady: @escaping @Sendable () -> Void = {}) {
        self.settings = settings
        stop = StopSignal(workers: settings.workers, onReady: onReady)
    }

    /// Blocks until the engine is stopped or reached the end; throws when it cannot go on. Call it once.
    ///
    /// After a request to stop it returns within `StopSignal.grace`, whatever the brokers do: what does not end by then is
    /// left behind, and what was not committed is read again at the next start.
    public func run() throws(EngineError) {
        let topics = TopicNames(settings.topology)
        guard let preparation = try prepare(topics) else { return }
        if settings.followsTopics, !settings.isMock { TopicFollower.start(settings, topics, status, stop) }
        let failures = WorkerFailures()
        let group = start(topics, preparation, failures)
        while group.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            guard stop.isOverdue else { continue }
            stop.noteUncommitted("a worker did not end in time")
            break
        }
        if let error = failures.first { throw error }
        if let reason = stop.uncommittedReason {
            Log.warning(
                "stopped without the last commit: its events will be read again at the next start",
                ("topology", topics.group), ("reason", reason))
        }
    }

    /// Nil where the time to stop came first: a broker that does not answer must not hold up the end.
    private func prepare(_ topics: TopicNames) throws(EngineError) -> TopicPreparation.Result? {
        let done = DispatchSemaphore(value: 0)
        let box = Preparing()
        let preparation = TopicPreparation(settings: settings, topics: topics)
        Thread.detachNewThread {
            let found: Result<TopicPreparation.Result, EngineError>
            do throws(EngineError) { found = .success(try preparation.run()) } catch { found = .failure(error) }
            box.result.withLock { $0 = found }
            done.signal()
        }
        while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            if stop.isRequested { return nil }
        }
        return try box.result.withLock { $0 }?.get()
    }

    private func start(
        _ topics: TopicNames, _ preparation: TopicPreparation.Result, _ failures: WorkerFailures
    ) -> DispatchGroup {
        var settings = self.settings
        settings.limits = preparation.limits
        settings.coveredPartitions = preparation.coveredPartitions
        let ends = settings.stopsAtEnd ? EndOffsets(preparation.endOffsets, labels: preparation.labelEnds) : nil
        let trial = TrialTurn()
        let drains = DrainTurn(workers: settings.workers)
        let started = Int64(Date().timeIntervalSince1970 * 1000)
        let group = DispatchGroup()
        for index in 0..<settings.workers {
            let workerSettings = settings
            status.update { $0.heartbeats[index] = .now }
            let thread = Thread { [status, stop, peeks] in
                let context = WorkerContext(
                    index: index, settings: workerSettings, topics: topics,
                    cluster: Cluster(preparation.clusterID, key: workerSettings.topology.stateKey),
                    status: status, stop: stop, ends: ends, trial: trial, drains: drains, started: started,
                    peeks: peeks)
                let worker = Worker(context) { context throws(EngineError) in try WorkerClients.kafka(context) }
                do throws(EngineError) { try worker.run() } catch {
                    failures.add(error)
                    status.update { $0.failure = error.message }
                    // One task that cannot go on ends the process: half a topology looks healthy and is not.
                    stop.request()
                }
                group.leave()
            }
            thread.name = "worker-\(index)"
            thread.stackSize = 8 << 20
            group.enter()
            thread.start()
        }
        return group
    }
}

private final class Preparing: Sendable {
    let result = Mutex<Result<TopicPreparation.Result, EngineError>?>(nil)
}

/// The workers' errors, in order.
private final class WorkerFailures: @unchecked Sendable {
    private let lock = NSLock()
    private var errors: [EngineError] = []

    func add(_ error: EngineError) { lock.withLock { errors.append(error) } }

    var first: EngineError? { lock.withLock { errors.first } }
}
