import OnlineLearning
public import Topology

/// What `millrace state ls` prints of one task, running or stopped.
public struct TaskState: Sendable, Equatable {
    /// The input partition.
    public var partition: Int32
    /// The committed next input offset.
    public var offset: Int64
    /// SHA-256 of the canonical task state at that offset.
    public var digest: String
    /// Of the state.
    public var bytes: Int
    /// Sequence of the newest complete snapshot.
    public var snapshot: UInt64
    /// Events learned up to there.
    public var events: UInt64
    /// The model that answers there; empty where nothing is predicted.
    public var champion = ""
    /// Offsets from the committed one to the input's end; nil where no broker said.
    public var lag: Int64?
    /// It does not read, by command.
    public var isPaused = false
    /// How far back `explain` and `replay` reach: the oldest snapshot that is kept.
    public var history: StateHistory?
    /// How often its topology was changed, and one.
    public var revision = 1
    /// The file says something else than what is stored.
    public var isChanged = false
    /// Why it cannot go on under the file, or nil.
    public var refusal: String?
}

/// How far back a task can be looked at (`history`).
public struct StateHistory: Sendable, Equatable {
    /// The next input offset of the oldest snapshot that is kept.
    public var offset: Int64
    /// The Kafka timestamp of the event before it, milliseconds since 1970; nil: nothing was learned then.
    public var time: Int64?
    /// Events since then.
    public var events: UInt64
    /// Snapshots that are kept.
    public var snapshots: Int

    /// Nil where nothing is kept.
    init?(_ kept: [KeptSnapshot], events: UInt64) {
        guard let oldest = kept.first?.past else { return nil }
        offset = oldest.inputOffset
        time = oldest.time == .min ? nil : oldest.time
        self.events = events - min(events, oldest.events)
        snapshots = kept.count
    }
}

extension TaskState {
    /// Restores every committed task beside the running engine, without joining its group, and writes nothing.
    ///
    /// Cost: a restore per task.
    public static func list(
        _ topology: TopologyPlan, on brokers: Brokers = .kafka
    ) throws(EngineError) -> [TaskState] {
        let stored = try StoredTasks(topology, as: "state", on: brokers)
        var states: [TaskState] = []
        for partition in try stored.committed() {
            states.append(TaskState(try stored.restore(partition), topology))
        }
        return states
    }

    /// Restores every committed task and compares what was replayed with the committed digest; each with what was found, or
    /// with what is wrong with it.
    ///
    /// Cost: a restore per task.
    public static func verify(
        _ topology: TopologyPlan, on brokers: Brokers = .kafka,
        progress: (Int32, Result<TaskState, EngineError>) -> Void
    ) throws(EngineError) {
        let stored = try StoredTasks(topology, as: "verify", on: brokers)
        for partition in try stored.committed() {
            do throws(EngineError) {
                let found = try stored.restore(partition)
                let newest = found.place.metadata.snapshot
                guard found.snapshot == newest else {
                    throw EngineError(
                        .data,
                        "the newest snapshot, \(newest), is not whole; it goes on from the one before, "
                            + "\(found.snapshot)")
                }
                progress(partition, .success(TaskState(found, topology)))
            } catch {
                guard !error.isTransient else { throw error }
                progress(partition, .failure(error))
            }
        }
    }

    fileprivate init(_ found: StoredTasks.Found, _ topology: TopologyPlan) {
        let (place, task) = (found.place, found.task)
        let bytes = task.stateBytes()
        self.init(
            partition: task.partition, offset: place.offset, digest: SHA256.hex(bytes), bytes: bytes.count,
            snapshot: place.metadata.snapshot, events: place.metadata.events)
        history = StateHistory(task.schedule.kept, events: place.metadata.events)
        isPaused = place.metadata.isPaused
        revision = task.lineage.count + 1
        champion = task.pipeline.report().champion
        lag = found.end.map { max(0, $0 - place.offset) }
        if task.topology.fingerprint != topology.fingerprint, !task.lineage.contains(topology.fingerprint) {
            isChanged = true
            refusal = TopologyChange(from: task.topology, to: topology).refusal(of: task.partition, topology.file)
        }
    }
}
