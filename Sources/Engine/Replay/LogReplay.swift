import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// Learns a part of a task's log once more, beside the engine: from a snapshot, or from the log's beginning, in the order and
/// with the verdicts that the task had. Joins no group and writes nothing.
///
/// On one thread. Cost: that of learning, without the broker's commits.
final class LogReplay {
    /// What is replayed with something else than what ran.
    struct Change {
        /// Another topology, from the beginning of the replay on.
        var other: TopologyPlan?
        /// Places of events and labels that are never learned.
        var without: [ClosedRange<UInt64>] = []

        var isNone: Bool { other == nil && without.isEmpty }
    }

    /// Where a task began.
    struct Start {
        var events: Int64
        /// nil: it has no label topic.
        var labels: Int64?
    }

    /// How long a broker may give nothing.
    private static let patience = Duration.seconds(30)

    private let stored: StoredTasks
    private let restoration: Restoration
    private let place: StoredPlace
    /// Offsets of records that had ended the process, with one input.
    private let crashed: [Int64]
    private let batch = RecordBatch(capacity: 2000)
    private var next = 0
    private var isReading = false
    private var lastRecord = ContinuousClock.now
    private let draft = TransactionDraft()
    /// Time spent on rows.
    private(set) var busy = Duration.zero
    /// Sees what was made of some rows.
    private var onDraft: ((TransactionDraft) -> Void)?
    /// Is told the next offset now and then.
    var progress: ((Int64) -> Void)?

    /// The task as it is now: before the event at its position.
    var task: PartitionTask { restoration.task }
    /// Where it stands.
    var start: Start { Start(events: task.position, labels: task.labels?.lane.position) }
    /// Gets the task before and after each change of the topology from here on.
    var onChange: ((PartitionTask, PartitionTask) -> Void)? {
        get { restoration.onChange }
        set { restoration.onChange = newValue }
    }

    /// Restores.
    ///
    /// - Parameters:
    ///   - snapshot: nil: from the inputs' beginnings, with nothing learned.
    ///   - start: where the inputs began then; nil: where they begin now.
    ///   - until: rows from this offset on are not needed.
    init(
        _ stored: StoredTasks, _ log: TaskLog, from snapshot: PastSnapshot?, at start: Start? = nil, until: Int64,
        _ change: Change = Change()
    ) throws(EngineError) {
        self.stored = stored
        var place = log.place
        var topology = snapshot == nil ? change.other ?? log.topology : stored.topology
        topology.pipeline.without = change.without
        var other = change.other
        other?.pipeline.without = change.without
        if let other, TopicNames(other).inputs != stored.topics.inputs {
            throw EngineError(
                .data,
                "\(other.file) reads other topics than \(stored.topology.file): a what-if is about the same events and labels"
            )
        }
        if let gap = log.place.gap {
            throw EngineError(
                .data,
                "partition \(log.partition): \(gap). What was learned before cannot be learned again over that gap")
        }
        if let snapshot {
            place.metadata.snapshot = snapshot.sequence
            place.metadata.stateLowerBound = snapshot.stateLowerBound
            place.metadata.journalLowerBound = snapshot.journalLowerBound
        } else {
            place.metadata.journalLowerBound = PartitionOffset.beginning
        }
        self.place = place
        var topics = stored.topics
        topics.looksBack = true
        crashed = try log.crashed(after: snapshot, stored)
        restoration = Restoration(
            task: PartitionTask(partition: log.partition, topology: topology, cluster: stored.cluster, now: .now),
            place: place, survived: true, reader: stored.reader, labelReader: stored.labelReader, topics: topics,
            cluster: stored.cluster, clock: .system,
            patience: .init(marker: .seconds(5), replay: Self.patience), following: .stored)
        restoration.other = other
        restoration.until = until
        restoration.isAsStored = true
        restoration.needsPlaces = !change.without.isEmpty
        if snapshot == nil {
            try restoration.beginAnew(
                at: start?.events ?? log.start, labels: start.map(\.labels) ?? log.labelStart)
        }
        while restoration.phase != .replay { _ = try restoration.step(.zero) }
        guard
            change.without.isEmpty || snapshot?.events ?? 0 == 0 || task.labels == nil
                || task.topology.pipeline.quarantine != nil
        else {
            throw EngineError(
                .data,
                "partition \(log.partition): without `breaker` or `guards` nobody has counted places among events and labels: leave "
                    + "them out from the log's beginning on")
        }
    }

    /// Learns the rows before an offset of the input, and obeys what was commanded before it.
    ///
    /// - Parameter tells: what rows bring about is made, as when it was published, and told by the task's `onNotice`.
    func advance(to end: Int64, tells: Bool = true) throws(EngineError) {
        if let journal = restoration.journal { return try advance(journal, to: end, tells) }
        while task.position < end {
            guard next < batch.count else {
                try fill()
                continue
            }
            let start = ContinuousClock.now
            let isOver = try takeBatch(end, tells)
            busy += ContinuousClock.now - start
            settle()
            progress?(task.position)
            if isOver { break }
        }
        try restoration.obey(before: end >= place.offset ? .max : end)
    }

    /// Takes what was fetched; true where the next row is at or behind `end`.
    private func takeBatch(_ end: Int64, _ tells: Bool) throws(EngineError) -> Bool {
        while next < batch.count {
            let record = batch[next]
            switch Restoration.step(record, until: end) {
            case .finish: return true
            case .wait: break
            case .check:
                try check(record)
                try restoration.obey(before: record.offset)
                take(record, tells)
            }
            next += 1
        }
        return false
    }

    private func settle() {
        onDraft?(draft)
        draft.reset()
    }

    private func take(_ record: ConsumedRecord, _ tells: Bool) {
        guard tells, !crashed.contains(record.offset) else {
            // Whatever it was, it is behind.
            task.replay(record, skipping: crashed)
            return
        }
        let part = draft.part(for: task.partition, assignment: 0)
        guard let fault = task.process(record, part: part, draft: draft) else { return }
        task.bury(record, fault, headers: [], part: part, draft: draft)
    }

    private func fill() throws(EngineError) {
        batch.release()
        next = 0
        if !isReading {
            try restoration.begin(stored.topics.input, at: task.position)
            isReading = true
            lastRecord = .now
        }
        stored.reader.poll(into: batch, wait: 20)
        try watch(stored.topics.input)
    }

    private func watch(_ topic: String) throws(EngineError) {
        if batch.count > 0 { lastRecord = .now }
        guard ContinuousClock.now - lastRecord < Self.patience else {
            throw EngineError(
                .unavailable, "reading \(topic) [\(task.partition)]: nothing came for \(Self.patience)")
        }
    }

    private func check(_ record: ConsumedRecord) throws(EngineError) {
        guard record.error != KafkaError.Code.autoOffsetReset else { throw gone(stored.topics.input) }
        guard record.error == 0 else {
            throw EngineError(
                .unavailable,
                "reading \(stored.topics.input) [\(task.partition)]: \(KafkaError.describe(record.error))")
        }
    }

    private func gone(_ topic: String) -> EngineError {
        EngineError(
            .data,
            "partition \(task.partition): \(topic) does not hold offset \(task.position) any more, from which this past is "
                + "learned again: its retention.ms bounds how far back anybody can look. Ask for something later")
    }

    // MARK: With a journal

    private func advance(_ journal: JournalReplay, to end: Int64, _ tells: Bool) throws(EngineError) {
        journal.stop = end
        while true {
            let start = ContinuousClock.now
            journal.output = tells ? .init(part: draft.part(for: task.partition, assignment: 0), draft: draft) : nil
            let step = try journal.step()
            settle()
            switch step {
            case .moved:
                busy += ContinuousClock.now - start
                lastRecord = .now
                progress?(task.position)
            case .waits(let topic): try watch(topic)
            case .gone(let topic): throw gone(topic)
            case .reached, .done: return
            }
        }
    }

    // MARK: One event

    /// Learns the next event, which stands at this offset, and gives the record that is published of it; nil: none is.
    func answer(at offset: Int64) throws(EngineError) -> [UInt8]? {
        var found: [UInt8]?
        onDraft = { draft in
            guard found == nil, let slice = draft.parts.first?.predictions.first else { return }
            let start = slice.start + Int(max(0, slice.keyCount))
            found = Array(draft.arena.bytes[start..<start + Int(slice.count)])
        }
        defer { onDraft = nil }
        try advance(to: offset + 1)
        return found
    }

    /// Lets go of the readers; the next row is read anew.
    func pause() {
        batch.release()
        next = 0
        isReading = false
        restoration.journal?.pause()
    }
}
