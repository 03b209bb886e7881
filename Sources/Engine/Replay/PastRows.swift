import EventFormats
import KafkaClient
import OnlineLearning
import Text
import Topology

/// An event of the log and some that came before it, read without being learned.
struct PastRows {
    /// What answers are compared with: one of sixteen of the events before, so that it is the same whatever was restored.
    let recent: RecentRows
    /// The event; nil: it is not there, or cannot be used.
    private(set) var record: Record?
    /// It is there, whether it can be used or not.
    private(set) var isThere = false

    /// One event, whose bytes are its own.
    struct Record {
        var value: [UInt8]
        var recordKey: [UInt8]?
        /// Its slots alone hold longer than the record did.
        var event: Event
        var inputs: [PastPrediction.Input]
        /// The label that stands in it, as it is written.
        var label: String?
        /// Of its id.
        var key: EventKey
        /// Its time, milliseconds since 1970.
        var time: Int64
    }

    /// - Parameter task: whose models and words are asked, before the event.
    init(_ stored: StoredTasks, _ task: PartitionTask, from first: Int64, to offset: Int64) throws(EngineError) {
        let width = task.topology.pipeline.schema.width
        let recent = RecentRows(width: width)
        let event = Event(width: width)
        var found: Record?
        var sawIt = false
        do throws(KafkaError) {
            try stored.reader.scan(stored.topics.input, task.partition, from: first) { record in
                guard record.offset <= offset else { return false }
                let isIt = record.offset == offset
                if isIt { sawIt = true }
                guard isIt || record.offset & 15 == 1, task.intake.take(record.raw, into: event) == .good else {
                    return !isIt
                }
                if isIt { found = Self.record(record, event, task) }
                // Gives words their numbers.
                _ = task.pipeline.peek(event)
                for slot in 0..<width { event.words[slot] = nil }
                if !isIt { recent.see(event, number: UInt64(record.offset)) }
                return !isIt
            }
        } catch { throw EngineError(error, "reading \(stored.topics.input) [\(task.partition)]") }
        self.recent = recent
        isThere = sawIt
        record = found
        record?.event = event
    }

    private static func record(_ record: ConsumedRecord, _ event: Event, _ task: PartitionTask) -> Record {
        let features = task.topology.pipeline.schema.features
        let inputs = features.enumerated().map { slot, feature in
            var input = PastPrediction.Input(feature: feature.name, value: event.slots[slot])
            switch feature.kind {
            case .categorical:
                input.word =
                    event.words[slot].map { String(decoding: $0, as: UTF8.self) }
                    ?? (input.value.isNaN ? nil : task.pipeline.categories[slot]?.word(Int(input.value)))
            case .boolean: input.word = input.value.isNaN ? nil : input.value == 0 ? "no" : "yes"
            case .numeric: break
            }
            return input
        }
        return Record(
            value: record.value.map { Array($0) } ?? [], recordKey: record.key.map { Array($0) }, event: event,
            inputs: inputs, label: event.label.text, key: EventKey(event.id),
            time: PartitionTask.time(event.time, of: record))
    }
}

extension LabelValue {
    /// As it is written, or nil: there is none.
    var text: String? {
        switch self {
        case .none: nil
        case .word(let bytes): String(decoding: bytes, as: UTF8.self)
        case .number(let value): NumberText.shortest(value)
        case .index(let index): "\(index)"
        }
    }
}
