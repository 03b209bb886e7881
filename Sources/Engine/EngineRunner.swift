import Console
import Foundation
import KafkaClient
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
    /// How to end it.
    public let stop: StopSignal

    /// - Parameter onReady: called once, when everything is assigned and restored.
    public init(settings: EngineSettings, onReady: @escaping @Sendable () -> Void = {}) {
        self.settings = settings
        stop = StopSignal(workers: settings.workers, onReady: onReady)
    }

    /// Blocks until the engine is stopped or reached the end; throws when it cannot go on. Call it once.
    public func run() throws(EngineError) {
        let topics = TopicNames(settings.topology)
        let preparation = try TopicPreparation(settings: settings, topics: topics).run()
        var settings = self.settings
        settings.inputMessageBytes = preparation.inputMessageBytes
        let ends = settings.stopsAtEnd ? EndOffsets(preparation.endOffsets) : nil
        let trial = TrialTurn()
        let failures = WorkerFailures()
        let group = DispatchGroup()
        for index in 0..<settings.workers {
            let workerSettings = settings
            status.update { $0.heartbeats[index] = .now }
            let thread = Thread { [status, stop] in
                let context = WorkerContext(
                    index: index, settings: workerSettings, topics: topics, cluster: preparation.clusterID,
                    status: status, stop: stop, ends: ends, trial: trial)
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
        group.wait()
        if let error = failures.first { throw error }
    }
}

/// The workers' errors, in order.
private final class WorkerFailures: @unchecked Sendable {
    private let lock = NSLock()
    private var errors: [EngineError] = []

    func add(_ error: EngineError) { lock.withLock { errors.append(error) } }

    var first: EngineError? { lock.withLock { errors.first } }
}
