public import EventFormats
import KafkaClient
import Text
public import Topology

/// The records of a topology's input topic, from their beginning to the end they have now.
///
/// Joins no group and writes nothing. Partitions are merged by the records' Kafka timestamps, then by number: a topic of
/// one partition comes in the order of its log. Reads committed records only. Not thread-safe.
public final class TopicRecords: RecordSource {
    public let layout: EventLayout
    private let consumer: any TopicReader
    private let name: String
    private let strays = RecordBatch(capacity: 64)
    private var lanes: [Lane] = []
    /// Whose record was given last.
    private var last: Lane?
    private let total: Int64
    private var taken: Int64 = 0

    /// How long a broker may give nothing before it counts as gone.
    private static let patience = Duration.seconds(60)

    /// One partition and what is fetched of it.
    private final class Lane {
        /// Appends what comes within so many milliseconds.
        let read: (RecordBatch, Int32) -> Int
        let end: Int64
        let batch = RecordBatch(capacity: 2000)
        var place = 0
        var isOver: Bool

        init(_ read: @escaping (RecordBatch, Int32) -> Int, from low: Int64, to end: Int64) {
            self.read = read
            self.end = end
            isOver = low >= end
        }

        var head: ConsumedRecord { batch[place] }
    }

    /// Asks for the topic's offsets; throws where there is no broker or no topic.
    public convenience init(_ topology: TopologyPlan, on brokers: Brokers = .kafka) throws(EngineError) {
        try self.init(topology, topic: topology.inputTopic, topology.layout, on: brokers)
    }

    /// What was decided, from NAME-decisions.
    public static func decisions(
        of topology: TopologyPlan, on brokers: Brokers = .kafka
    ) throws(EngineError) -> TopicRecords {
        try TopicRecords(topology, topic: SideTopic.decisions.name(of: topology.name), EventLayout(.json), on: brokers)
    }

    /// What every partition's task said of itself last, from NAME-metrics; a few records more.
    public static func newestMetrics(
        of topology: TopologyPlan, on brokers: Brokers = .kafka
    ) throws(EngineError) -> TopicRecords {
        try TopicRecords(
            topology, topic: SideTopic.metrics.name(of: topology.name), EventLayout(.json), last: 20, on: brokers)
    }

    /// Records of another topic of the topology, and of one partition alone.
    ///
    /// - Parameter last: the newest of each partition, transactions' marks counted.
    init(
        _ topology: TopologyPlan, topic: String, _ layout: EventLayout, partition: Int32? = nil, last: Int64 = .max,
        on brokers: Brokers
    ) throws(EngineError) {
        self.layout = layout
        name = topic
        let settings = EngineSettings(topology: topology, instance: "evaluate", on: brokers)
        do throws(KafkaError) { consumer = try brokers.reader(settings.reader()) } catch {
            throw EngineError(error, "making a Kafka client")
        }
        var count = try settings.inputPartitions(consumer)
        let topics = TopicNames(topology)
        if topics.made.contains(topic) { count = try topics.partitions(of: topic, consumer) }
        do throws(KafkaError) {
            var starts: [PartitionOffset] = []
            var total: Int64 = 0
            for number in 0..<Int32(count) where number == partition ?? number {
                let partition = TopicPartition(topic: name, partition: number)
                let marks = try consumer.watermarks(partition, timeout: 10_000)
                let start = max(marks.low, last == .max ? marks.low : marks.high - last)
                lanes.append(Lane(try consumer.split(partition), from: start, to: marks.high))
                starts.append(PartitionOffset(partition, offset: start))
                total += marks.high - start
            }
            self.total = total
            try consumer.assign(starts)
        } catch { throw EngineError(error, "asking for the offsets of \(topic)") }
    }

    deinit { consumer.close(within: .seconds(10)) }

    public func place(at byte: Int?) -> String {
        last.map { "partition \($0.head.partition) offset \($0.head.offset)" } ?? ""
    }

    /// The last record itself, and its headers; only right after `next` gave one.
    var lastRecord: (record: ConsumedRecord, headers: [(String, [UInt8]?)]) {
        (last!.head, last!.batch.headers(of: last!.place))
    }

    /// The last record's place in its partition, and its Kafka timestamp.
    var stamp: (offset: Int64, time: Int64) { last.map { ($0.head.offset, $0.head.timestamp) } ?? (-1, -1) }

    public var fraction: Double? { total > 0 ? Double(taken) / Double(total) : 1 }

    public func next() throws -> RawRecord? {
        last?.place += 1
        last = nil
        for lane in lanes where !lane.isOver {
            if lane.place == lane.batch.count { try fill(lane) }
            try skipMarks(lane)
            guard !lane.isOver else { continue }
            if last.map({ lane.head.timestamp < $0.head.timestamp }) ?? true { last = lane }
        }
        guard let last else { return nil }
        taken += 1
        return last.head.raw
    }

    /// Steps over what is no record, until there is one or the lane is over.
    private func skipMarks(_ lane: Lane) throws(EngineError) {
        while !lane.isOver {
            let head = lane.head
            if head.offset >= lane.end { lane.isOver = true }
            if head.error == 0 { return }
            guard head.error == KafkaError.Code.partitionEnd else {
                throw EngineError(.unavailable, "reading \(name): \(KafkaError.describe(head.error))")
            }
            lane.place += 1
            if !lane.isOver, lane.place == lane.batch.count { try fill(lane) }
        }
        lane.batch.release()
    }

    private func fill(_ lane: Lane) throws(EngineError) {
        lane.batch.release()
        lane.place = 0
        let deadline = ContinuousClock.now + Self.patience
        while lane.read(lane.batch, 50) == 0 {
            consumer.poll(into: strays, wait: 0)
            strays.release()
            guard ContinuousClock.now < deadline else {
                throw EngineError(.unavailable, "\(name): no broker gave records for \(Self.patience)")
            }
        }
    }
}
