import Console
import Foundation
import KafkaClient
import Topology

/// What every session of a worker stands on.
struct WorkerContext: Sendable {
    let index: Int
    let settings: EngineSettings
    let topics: TopicNames
    let cluster: Cluster
    let status: EngineStatus
    let stop: StopSignal
    let ends: EndOffsets?
    let trial: TrialTurn
    var drains = DrainTurn()
    /// When the process began, milliseconds since 1970.
    var started: Int64 = 0
    var peeks = PeekDesk()
    var clock = EngineClock.system
}

/// One pinned thread: sessions, one after the other, until one ends well or none can.
final class Worker {
    /// By partition: the sequence of the last transaction that was handed over, whatever became of it. The process has
    /// survived these: no record of theirs has killed anything.
    final class Survivals {
        var handedOver: [Int32: UInt64] = [:]

        /// The partition's last committed transaction is one of this process.
        func include(_ partition: Int32, _ sequence: UInt64) -> Bool {
            guard let last = handedOver[partition] else { return false }
            // The last one may or may not have been committed.
            return sequence == last || sequence &+ 1 == last
        }
    }

    private let context: WorkerContext
    private let connect: (WorkerContext) throws(EngineError) -> WorkerClients
    private let sleep: (Duration) -> Void
    private let survivals = Survivals()
    private var policy = RestartPolicy()

    /// - Parameters:
    ///   - connect: makes a session's clients.
    ///   - sleep: waits between two sessions.
    init(
        _ context: WorkerContext, connect: @escaping (WorkerContext) throws(EngineError) -> WorkerClients,
        sleep: @escaping (Duration) -> Void = { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }
    ) {
        self.context = context
        self.connect = connect
        self.sleep = sleep
    }

    /// Runs until it is stopped or cannot go on.
    func run() throws(EngineError) {
        while true {
            do throws(EngineError) { return try runSession() } catch {
                guard !context.stop.isRequested else { return context.stop.noteUncommitted(error.message) }
                guard let pause = policy.pause(after: error, at: context.clock.now) else { throw error }
                context.status.update { [context] values in
                    values.workerRestarts += 1
                    values.heartbeats[context.index] = context.clock.now
                    values.assignedWorkers.remove(context.index)
                }
                Log.warning(
                    "the worker begins again from its committed offsets", ("worker", "\(context.index)"),
                    ("reason", error.message), ("pause", "\(pause)"))
                sleep(pause)
            }
        }
    }

    private func runSession() throws(EngineError) {
        let clients = try connect(context)
        let session = WorkerSession(context, clients, survivals: survivals)
        do throws(EngineError) {
            while try session.turn() {}
        } catch {
            let isReplaced = clients.group.fatalError?.code == KafkaError.Code.fencedInstance
            if session.hasCommittedEvents { policy.progressed() }
            session.close()
            // To begin again would throw the other one out, which would begin again, and so on.
            guard !isReplaced else {
                throw EngineError(
                    .unavailable,
                    "another process took over as instance \(context.settings.instance) of "
                        + "\(context.topics.group): each needs an --instance or a --state-dir of its own")
            }
            throw error
        }
        session.close()
    }
}
