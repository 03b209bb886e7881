import EventFormats
import KafkaClient
import OnlineLearning
import Text
public import Topology

/// What `millrace explain` is asked: why one past prediction was as it was.
public struct ExplainRequest {
    /// What was running.
    public var topology: TopologyPlan
    /// The prediction's id, as it was published; nil: its place is given.
    public var id: String?
    /// The event's partition; nil: all are looked through.
    public var partition: Int32?
    /// The event's offset in the input; nil: its id is given.
    public var offset: Int64?
    /// Reasons that are given, at most.
    public var reasons = 3
    /// Is told what is done, and how much of it.
    public var progress: ((String, Int) -> Void)?

    private let brokers: Brokers
    /// Events that the answer is compared with: one of sixteen of so many.
    private static let compared: Int64 = 1024

    /// A question about a topology.
    public init(_ topology: TopologyPlan, on brokers: Brokers = .kafka) {
        self.topology = topology
        self.brokers = brokers
    }

    /// Finds the prediction, restores the models as they were, and asks them again. Joins no group and writes nothing.
    ///
    /// Cost: learning every event from the snapshot before it on; and where only the id is known, reading the predictions since.
    public func run() throws(EngineError) -> PastPrediction {
        let start = ContinuousClock.now
        let stored = try StoredTasks(topology, as: "explain", on: brokers)
        let (log, offset, published) = try find(stored)
        let snapshot = try log.snapshot(before: offset)
        let replay = try LogReplay(stored, log, from: snapshot, until: offset + 1)
        let first = replay.task.position
        replay.progress = { [progress] in progress?("learning again", Int($0 - first)) }
        try replay.advance(to: offset, tells: false)
        replay.pause()
        let task = replay.task
        let rows = try PastRows(stored, task, from: max(log.start, offset - Self.compared), to: offset)
        guard let record = rows.record else {
            throw Self.noEvent(
                log, offset,
                rows.isThere ? "it was answered with a dead letter" : "the input does not hold that record")
        }
        let labels = try task.labels.map { (labels) throws(EngineError) in
            try LabelSearch(stored, labels, log, of: record)
        }
        var found = PastPrediction(partition: log.partition, offset: offset, made: "", json: .null)
        found.published = published.map { String(decoding: $0, as: UTF8.self) }
        found.snapshot = snapshot.map { ($0.sequence, $0.inputOffset) }
        found.events = task.pipeline.sequence
        found.labelled = task.pipeline.labelled
        found.models = task.pipeline.report().models.map { ($0.name, $0.version) }
        found.inputs = record.inputs
        found.answer = task.explain(record.event, reasons: reasons, against: task.pipeline.recent ?? rows.recent)
        found.truth = record.label.map { .init(text: $0) }
        guard let made = try replay.answer(at: offset) else {
            throw Self.noEvent(log, offset, "it was answered with a dead letter")
        }
        found.made = String(decoding: made, as: UTF8.self)
        found.json = (try? JSON(reading: found.made)) ?? .null
        replay.pause()
        if found.isSame != true, let newest = try newest(stored, log.partition, offset) { found.published = newest }
        if let labels { found.truth = try labels.find() }
        let today = try stored.restore(log.partition).task
        let question = PeekDesk.Question(partition: log.partition, value: record.value, key: record.recordKey) { _ in }
        if case .success(let answer) = today.answer(question) { found.today = answer }
        found.seconds = (ContinuousClock.now - start) / .seconds(1)
        return found
    }

    private static func noEvent(_ log: TaskLog, _ offset: Int64, _ reason: String) -> EngineError {
        EngineError(.data, "partition \(log.partition): offset \(offset) has no prediction: \(reason)")
    }

    // MARK: Which one

    /// What was published last of an event: a topology that was reset may have answered it twice.
    private func newest(
        _ stored: StoredTasks, _ partition: Int32, _ offset: Int64
    ) throws(EngineError) -> String? {
        let topic = try PublishedPredictions(stored, partition: partition)
        return try topic.findNewest(offset: offset) { progress?("looking for a later answer", $0) }.map {
            String(decoding: $0.value, as: UTF8.self)
        }
    }

    private func find(_ stored: StoredTasks) throws(EngineError) -> (TaskLog, Int64, [UInt8]?) {
        let standings = try stored.standings(stored.partitions).filter { $0.committed != nil }
        if let place = try place(stored) {
            guard let standing = standings.first(where: { $0.partition == place.partition }) else {
                throw EngineError(
                    .data,
                    "partition \(place.partition) of \(stored.topics.input) has no committed offset in group "
                        + "\(stored.topics.group): `millrace run \(topology.file)` has answered nothing there")
            }
            let log = try TaskLog(stored, standing)
            try Self.check(place.offset, log)
            let found = try PublishedPredictions(stored, partition: place.partition).find(offset: place.offset)
            return (log, place.offset, found?.value)
        }
        var looked = 0
        for standing in standings where standing.partition == partition ?? standing.partition {
            let log = try TaskLog(stored, standing)
            let topic = try PublishedPredictions(stored, partition: standing.partition)
            var last = 0
            let found = try topic.find(id: id ?? "", from: topic.place(before: log.reach)) { count in
                last = count
                progress?("looking for the id", looked + count)
            }
            if let found {
                // Anybody may have written it.
                try Self.check(found.offset, log)
                return (log, found.offset, found.value)
            }
            looked += last
        }
        throw EngineError(
            .data,
            "no prediction with the id '\(id ?? "")' is among the \(looked) of \(stored.topics.output) that can be explained. An "
                + "id is the one of the prediction's record; `--partition P --offset N` names the event by its place in "
                + "\(stored.topics.input), and `history: 7d` in \(topology.file) keeps a week from then on")
    }

    private static func check(_ offset: Int64, _ log: TaskLog) throws(EngineError) {
        guard offset < log.place.offset else {
            throw EngineError(
                .data,
                "partition \(log.partition): offset \(offset) has not been answered yet: committed is \(log.place.offset)"
            )
        }
    }

    /// By its place, or an id that is one: `topic-partition-offset`.
    private func place(_ stored: StoredTasks) throws(EngineError) -> (partition: Int32, offset: Int64)? {
        if let offset { return (partition ?? 0, offset) }
        let prefix = stored.topics.input + "-"
        guard topology.decoder.idField == nil, let id, id.hasPrefix(prefix) else { return nil }
        let parts = id.dropFirst(prefix.count).split(separator: "-")
        guard parts.count == 2, let partition = Int32(parts[0]), let offset = Int64(parts[1]) else { return nil }
        return (partition, offset)
    }
}
