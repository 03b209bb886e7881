import EventFormats
import KafkaClient
import OnlineLearning
public import Topology

/// The order in which a task of `run` took the rows of both inputs, from its journal: what an evaluation obeys to come to the
/// task's own state.
///
/// Reads the records of one partition of `NAME-journal` and of both inputs, from their beginning. Joins no group and writes
/// nothing. Not thread-safe.
public final class JournalOrder {
    /// The partition of every topic.
    public let partition: Int32
    /// The events and the labels.
    let events: TopicRecords
    let labels: TopicRecords
    private let topics: TopicNames
    private var records: [JournalRecord] = []
    private var record = 0
    private var entry = 0
    private var rows = 0
    private var offsets: UInt64 = 0

    /// Reads the journal; throws where there is none, or none from the beginning on.
    public init(
        _ topology: TopologyPlan, partition: Int32, on brokers: Brokers = .kafka
    ) throws(EngineError) {
        self.partition = partition
        topics = TopicNames(topology)
        guard let plan = topology.labels, !plan.topic.isEmpty else {
            throw EngineError(.data, "only a topology with a label topic has a journal")
        }
        func source(_ topic: String, _ layout: EventLayout) throws(EngineError) -> TopicRecords {
            try TopicRecords(topology, topic: topic, layout, partition: partition, on: brokers)
        }
        events = try source(topology.inputTopic, topology.layout)
        labels = try source(plan.topic, plan.layout)
        let journal = try source(topics.journal, topology.layout)
        do {
            while let found = try journal.next() {
                try add(JournalRecord(decoding: found.value.map { Array($0) } ?? []))
            }
        } catch let error as EngineError { throw error } catch { throw fault("\(error)") }
        guard !records.isEmpty else { throw fault("it is empty: `run` has learned nothing there") }
    }

    private func fault(_ text: String) -> EngineError {
        EngineError(.data, "\(topics.journal), partition \(partition): \(text)")
    }

    /// Why it cannot be followed beyond the step that was given last.
    var changedTopology: EngineError {
        fault(
            "the topology was changed in transaction \(records[record].sequence), and an evaluation has one topology alone: compare "
                + "`millrace state ls` of two runs instead")
    }

    private func add(_ found: JournalRecord) throws(EngineError) {
        // A reset begins anew.
        if found.previous == 0 { records.removeAll() }
        guard found.previous == records.last?.sequence ?? 0 else {
            throw fault("what stood before transaction \(found.sequence) is missing")
        }
        records.append(found)
    }

    /// The next step, of one row at most; nil: there is none.
    func next() throws(EngineError) -> JournalRecord.Entry? {
        while record < records.count {
            guard entry < records[record].entries.count else {
                guard offsets == records[record].offsets else {
                    throw fault("the inputs do not hold the records that transaction \(records[record].sequence) took")
                }
                record += 1
                entry = 0
                offsets = 0
                continue
            }
            let step = records[record].entries[entry]
            guard case .rows(let input, let count) = step else {
                entry += 1
                return step
            }
            guard rows < count else {
                rows = 0
                entry += 1
                continue
            }
            rows += 1
            return .rows(input, 1)
        }
        return nil
    }

    /// The next record of an input, which a step names.
    func take(_ input: RowOrder.Input) throws -> (record: RawRecord, time: Int64) {
        let source = input == .events ? events : labels
        guard let found = try source.next() else {
            throw fault("\(input == .events ? topics.input : topics.labels ?? "") ends before what it names")
        }
        offsets = Journal.mix(offsets, input, source.stamp.offset)
        return (found, source.stamp.time)
    }
}
