import KafkaClient
import OnlineLearning
public import Topology

/// What `millrace replay` is asked: a part of a topology's own log, learned once more beside the engine.
public struct ReplayRequest {
    /// An end of the part.
    public enum Edge: Equatable {
        /// An offset of the input's partition.
        case offset(Int64)
        /// The first event whose Kafka timestamp is at or after it: milliseconds since 1970.
        case time(Int64)
    }

    /// What ran.
    public var topology: TopologyPlan
    /// Of the input; nil: all.
    public var partition: Int32?
    /// The first event; nil: as far back as is kept.
    public var from: Edge?
    /// The first event that is not part of it; nil: up to what is committed.
    public var to: Edge?
    /// Another topology over the same events, beside what ran.
    public var other: TopologyPlan?
    /// Places of events, and of labels that come by themselves, that are scored and never learned, beside what ran.
    public var without: [ClosedRange<UInt64>] = []
    /// Is told the partition, events done and all of them.
    public var progress: ((Int32, Int, Int) -> Void)?
    private let brokers: Brokers

    /// All of a topology's log.
    public init(_ topology: TopologyPlan, on brokers: Brokers = .kafka) {
        self.topology = topology
        self.brokers = brokers
    }

    /// Learns it, partition by partition. Joins no group and writes nothing.
    ///
    /// Cost: learning every event from the snapshot before `from` on, twice where something is changed.
    public func run(_ done: (ReplayResult) throws -> Void) throws {
        let stored = try StoredTasks(topology, as: "replay", on: brokers)
        let found = try stored.standings(stored.partitions).filter { $0.committed != nil }
        if let partition, !found.contains(where: { $0.partition == partition }) {
            throw EngineError(
                .data,
                "partition \(partition) of \(stored.topics.input) has no committed offset in group \(stored.topics.group): "
                    + "`millrace run \(topology.file)` has answered nothing there")
        }
        for number in found.map(\.partition) where number == partition ?? number {
            // Read when its turn comes: partitions before it took their time.
            try done(replay(stored, stored.standing(of: number)))
        }
    }

    private func replay(_ stored: StoredTasks, _ standing: Standing) throws(EngineError) -> ReplayResult {
        let log = try TaskLog(stored, standing)
        let last = log.place.offset
        let start = try from.map { (edge) throws(EngineError) in try offset(of: edge, stored, standing) } ?? log.reach
        let end = min(last, try to.map { (edge) throws(EngineError) in try offset(of: edge, stored, standing) } ?? last)
        guard start <= end else {
            throw EngineError(
                .data,
                "partition \(standing.partition): nothing to replay from offset \(start) to \(end): committed is \(last)"
            )
        }
        let snapshot = try log.snapshot(before: start)
        // Where the task began, once that is restored.
        var begin: LogReplay.Start?
        func course(_ change: LogReplay.Change) throws(EngineError) -> (LogReplay, ReplayResult.Course) {
            // Behind the last event labels may follow.
            let isNew = change.other != nil && snapshot?.events == 0
            let replay = try LogReplay(
                stored, log, from: isNew ? nil : snapshot, at: begin, until: end == last ? .max : end,
                change)
            if begin == nil, snapshot != nil { begin = replay.start }
            defer { replay.pause() }
            if let progress {
                replay.progress = { progress(standing.partition, Int($0 - start), Int(end - start)) }
            }
            try replay.advance(to: start, tells: false)
            let recorder = ReplayRecorder(replay)
            try replay.advance(to: end)
            return (replay, recorder.course())
        }
        let (replay, ran) = try course(LogReplay.Change())
        var result = ReplayResult(
            partition: standing.partition, from: start, to: end,
            snapshot: snapshot.map { ($0.sequence, $0.inputOffset) }, ran: ran)
        if end == last { result.isAsCommitted = log.isCommitted(replay.task) }
        let change = LogReplay.Change(other: other, without: without)
        if !change.isNone { result.other = try course(change).1 }
        return result
    }

    private func offset(of edge: Edge, _ stored: StoredTasks, _ standing: Standing) throws(EngineError) -> Int64 {
        switch edge {
        case .offset(let offset): return offset
        case .time(let time):
            let partition = TopicPartition(topic: stored.topics.input, partition: standing.partition)
            do throws(KafkaError) {
                let found = try stored.reader.offsets(at: time, [partition], timeout: 10_000).first?.offset ?? -1
                return found >= 0 ? found : standing.inputEnd
            } catch { throw EngineError(error, "looking for a time in \(stored.topics.input)") }
        }
    }
}
