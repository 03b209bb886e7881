import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// Looks for the label of one event in its own topic. Blocks; one thread.
struct LabelSearch {
    private let reader: Consumer
    private let topic: String
    private let partition: Int32
    private let labels: TaskLabels
    private let maxBytes: Int
    private let first: Int64
    private let end: Int64
    /// Where the task stood right behind the event.
    private let position: Int64

    /// - Parameter labels: of the task right behind the event.
    init(_ stored: StoredTasks, _ labels: TaskLabels, _ log: TaskLog) throws(EngineError) {
        reader = stored.reader
        topic = labels.plan.topic
        partition = log.partition
        self.labels = labels
        maxBytes = stored.topology.maxRecordBytes
        first = log.labelStart ?? 0
        position = labels.lane.position
        do throws(KafkaError) {
            end = try reader.watermarks(TopicPartition(topic: topic, partition: partition), timeout: 10_000).high
        } catch { throw EngineError(error, "asking for the offsets of \(topic)") }
    }

    /// The first label behind the event's place, or, where it came early, the last one before; nil: none has come.
    ///
    /// Cost: reading the topic from there on, until what comes is too late for the event.
    func find(_ key: EventKey, event: Int64, isEarly: Bool) throws(EngineError) -> PastPrediction.Truth? {
        let intake = LabelIntake(labels.plan, layout: labels.plan.layout, maxValueBytes: maxBytes)
        let (within, _) = labels.plan.rules.within.addingReportingOverflow(labels.plan.rules.lateWithin)
        let (last, overflows) = event.addingReportingOverflow(within)
        var found: PastPrediction.Truth?
        let (from, to) = isEarly ? (first, position) : (position, end)
        guard from < to else { return nil }
        do throws(KafkaError) {
            try reader.scan(topic, partition, from: from) { record in
                guard record.offset < to else { return false }
                guard intake.take(record.raw) == .good else { return true }
                let time = PartitionTask.time(intake.time, of: record)
                if intake.key == key {
                    found = .init(text: intake.value.text ?? "withdrawn", time: time)
                    return isEarly
                }
                return isEarly || overflows || time <= last
            }
        } catch { throw EngineError(error, "reading \(topic) [\(partition)]") }
        return found
    }
}
