import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// Looks for the label of one event in its own topic. Blocks; one thread.
struct LabelSearch {
    private let reader: any TopicReader
    private let topic: String
    private let partition: Int32
    private let plan: LabelTopic
    private let maxBytes: Int
    private let key: EventKey
    /// The event's label stands among these offsets.
    private let range: Range<Int64>
    /// It came before its event.
    private let isEarly: Bool
    /// What comes later is too late for the event.
    private let lastTime: Int64

    /// - Parameter labels: of the task right before the event.
    init(
        _ stored: StoredTasks, _ labels: TaskLabels, _ log: TaskLog, of event: PastRows.Record
    ) throws(EngineError) {
        reader = stored.reader
        topic = labels.plan.topic
        partition = log.partition
        plan = labels.plan
        maxBytes = stored.topology.maxRecordBytes
        key = event.key
        isEarly = labels.learner.holdsLabel(event.key, at: event.time)
        let place = labels.lane.position
        do throws(KafkaError) {
            let end = try reader.watermarks(TopicPartition(topic: topic, partition: partition), timeout: 10_000).high
            let first = log.labelStart ?? 0
            range = isEarly ? min(first, place)..<place : place..<max(place, end)
        } catch { throw EngineError(error, "asking for the offsets of \(topic)") }
        let rules = labels.plan.rules
        let (within, isLong) = rules.within.addingReportingOverflow(rules.lateWithin)
        let (last, overflows) = event.time.addingReportingOverflow(within)
        lastTime = isLong || overflows ? .max : last
    }

    /// The first label behind the event's place, or, where it came early, the last one before; nil: none has come.
    ///
    /// Cost: reading the topic from there on, until what comes is too late for the event.
    func find() throws(EngineError) -> PastPrediction.Truth? {
        guard !range.isEmpty else { return nil }
        let intake = LabelIntake(plan, layout: plan.layout, maxValueBytes: maxBytes)
        var found: PastPrediction.Truth?
        var lateness = Lateness(after: lastTime)
        do throws(KafkaError) {
            try reader.scan(topic, partition, from: range.lowerBound) { record in
                guard record.offset < range.upperBound else { return false }
                guard intake.take(record.raw) == .good else { return true }
                let time = PartitionTask.time(intake.time, of: record)
                if intake.key == key {
                    found = .init(text: intake.value.text ?? "withdrawn", time: time)
                    return isEarly
                }
                return isEarly || !lateness.isOver(time)
            }
        } catch { throw EngineError(error, "reading \(topic) [\(partition)]") }
        return found
    }

    /// Whether the time has passed, by labels whose times may be wild: so many of them, one after the other, tell.
    struct Lateness {
        static let enough = 1000
        private let last: Int64
        private var count = 0

        init(after last: Int64) { self.last = last }

        mutating func isOver(_ time: Int64) -> Bool {
            count = time > last ? count + 1 : 0
            return count >= Self.enough
        }
    }
}
