import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// Learns the rows of two inputs again in the order of the journal, and decides nothing.
///
/// Each input has a reader of its own, so that neither runs ahead of the other. Trusts nothing that it reads. On the worker's
/// thread.
final class JournalReplay {
    enum Step: Equatable {
        /// So many rows were learned again.
        case moved(Int)
        /// Nothing came of this topic.
        case waits(String)
        /// This topic does not hold what is needed.
        case gone(String)
        case done
        /// The next row is the one at `stop`.
        case reached
    }

    private static let sliceRows = 2000

    private var task: PartitionTask
    private var labels: TaskLabels
    /// Goes on under the topology of this text.
    private let reconfigure: (String) throws(EngineError) -> PartitionTask
    private let topics: TopicNames
    private let last: UInt64
    /// Records behind the one with the row before this offset are not needed.
    private let until: Int64
    /// The event at this offset is not taken, nor what follows.
    var stop = Int64.max
    /// Gets what rows bring about; nil: nobody.
    var output: PartitionTask.Output?
    private var records: [JournalRecord] = []
    private var after: UInt64
    /// What is next: the record, its entry, and rows of that entry that are done.
    private var record = 0
    private var entry = 0
    private var rows = 0
    private var offsets: UInt64 = 0
    private let events: Source
    private let labelled: Source

    private final class Source {
        let reader: (any LogReader)?
        let topic: String
        let batch = RecordBatch(capacity: 2000)
        var place = 0
        var isReading = false

        init(_ reader: (any LogReader)?, _ topic: String) {
            self.reader = reader
            self.topic = topic
        }

        func release() {
            batch.release()
            place = 0
            isReading = false
        }
    }

    /// - Parameters:
    ///   - after: the snapshot's transaction.
    ///   - last: of the newest journal record.
    ///   - until: an offset of the events; the record with the row before it is the last one that is needed.
    init(
        task: PartitionTask, labels: TaskLabels, after: UInt64, to last: UInt64, until: Int64 = .max,
        topics: TopicNames,
        events: any LogReader, labelReader: (any LogReader)?,
        reconfigure: @escaping (String) throws(EngineError) -> PartitionTask
    ) {
        self.reconfigure = reconfigure
        self.task = task
        self.labels = labels
        self.topics = topics
        self.after = after
        self.last = last
        self.until = until
        self.events = Source(events, topics.input)
        labelled = Source(labelReader, labels.plan.topic)
    }

    /// Takes a record of the journal; true where it was the last one that is needed.
    func add(_ bytes: [UInt8]) throws(EngineError) -> Bool {
        let found: JournalRecord
        do throws(SnapshotError) { found = try JournalRecord(decoding: bytes) } catch {
            throw fault("\(topics.journal): \(error.message)")
        }
        guard found.sequence > after, found.sequence <= last else { return false }
        if let before = records.last, found.sequence <= before.sequence {
            // From before a reset: what is needed follows.
            records.removeAll()
        }
        guard records.isEmpty ? found.previous <= after : found.previous == records.last!.sequence else {
            throw fault("\(topics.journal) lacks what stood between transactions \(after) and \(found.sequence)")
        }
        records.append(found)
        return found.sequence == last || found.events >= until
    }

    private func fault(_ text: String) -> EngineError {
        EngineError(
            .data,
            "partition \(task.partition): \(text). Restore that topic, or \(topics.remedy())")
    }

    /// Lets go of the readers.
    func pause() {
        events.release()
        labelled.release()
    }

    /// Learns some rows.
    func step() throws(EngineError) -> Step {
        var moved = 0
        while moved < Self.sliceRows {
            guard record < records.count else { return moved > 0 ? .moved(moved) : .done }
            guard entry < records[record].entries.count else {
                try endRecord()
                continue
            }
            switch records[record].entries[entry] {
            case .hold(let hold): labels.learner.hold(hold)
            case .tick(let time): task.tick(time, labels, output)
            case .control(let command): task.replay(command)
            case .reconfigure(let text):
                task = try reconfigure(text)
                labels = task.labels ?? labels
            case .crashed(let input):
                switch try next(input) {
                case nil: moved += 1
                case let stopped?: return moved > 0 ? .moved(moved) : stopped
                }
            case .rows(let input, let count):
                while rows < count, moved < Self.sliceRows {
                    if let stopped = try next(input, learns: true) { return moved > 0 ? .moved(moved) : stopped }
                    rows += 1
                    moved += 1
                }
                guard rows == count else { return .moved(moved) }
                rows = 0
            }
            entry += 1
        }
        return .moved(moved)
    }

    private func endRecord() throws(EngineError) {
        guard offsets == records[record].offsets else {
            throw fault("the inputs do not hold the records that transaction \(records[record].sequence) took")
        }
        // Not needed any more, and a long journal's are many.
        records[record].entries = []
        record += 1
        entry = 0
        offsets = 0
    }

    /// Takes the input's next record; nil: it was taken.
    private func next(_ input: RowOrder.Input, learns: Bool = false) throws(EngineError) -> Step? {
        let source = input == .events ? events : labelled
        let position = input == .events ? task.position : labels.lane.position
        guard let reader = source.reader else { return .gone(source.topic) }
        if !source.isReading {
            do throws(KafkaError) {
                try reader.assign([
                    PartitionOffset(topic: source.topic, partition: task.partition, offset: position, metadata: nil)
                ])
            } catch { throw EngineError(error, "reading \(source.topic)") }
            source.isReading = true
        }
        while true {
            if source.place == source.batch.count {
                source.batch.release()
                source.place = 0
                reader.poll(into: source.batch, wait: 20)
                if source.batch.count == 0 { return .waits(source.topic) }
            }
            let found = source.batch[source.place]
            source.place += 1
            if found.error == KafkaError.Code.partitionEnd { continue }
            if found.error == KafkaError.Code.autoOffsetReset { return .gone(source.topic) }
            guard found.error == 0 else {
                throw EngineError(
                    .unavailable, "reading \(source.topic) [\(task.partition)]: \(KafkaError.describe(found.error))",
                    isTransient: true)
            }
            guard found.offset >= position else { continue }
            if input == .events, found.offset >= stop {
                source.place -= 1
                return .reached
            }
            CrashPoint.reach(.duringReplay)
            offsets = Journal.mix(offsets, input, found.offset)
            take(found, input, learns: learns)
            return nil
        }
    }

    private func take(_ found: ConsumedRecord, _ input: RowOrder.Input, learns: Bool) {
        var fault: PartitionTask.Fault? = learns ? nil : .init(code: .crashed)
        switch input {
        case .events:
            if learns { fault = task.decode(found) }
            if fault == nil { task.score(found, labels, output) } else { _ = task.lane.accepts(found.offset) }
        case .labels:
            if learns { fault = task.decode(label: found, labels) }
            if fault == nil { fault = task.learn(found, labels, output) } else { _ = labels.lane.accepts(found.offset) }
        }
        guard let fault, let output else { return }
        task.bury(
            found, fault, headers: [], topic: input == .events ? nil : labels.plan.topic, part: output.part,
            draft: output.draft)
    }
}
