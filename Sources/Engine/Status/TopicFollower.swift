import Console
import EventFormats
import Foundation
import KafkaClient
import OnlineLearning
import Text
import Topology

/// Reads what the topology's processes publish of themselves, for people who look: first what was before, then as it comes.
///
/// On a thread of its own with a client of its own: no worker waits for it, and where it cannot read, only the page knows
/// less. Reads committed records of `<name>-metrics`, `-drift` and `-decisions`, of all partitions, and joins no group.
final class TopicFollower: Sendable {
    /// Records of `<name>-metrics` that are read back of one partition, six hours of them, and of all together.
    static let most = 2160, mostOfAll = 40_000
    /// The same of drift events and of decisions.
    private static let mostNotices = 400
    private static let week = 604_800.0

    private let settings: EngineSettings
    private let topics: TopicNames
    private let status: EngineStatus
    private let stop: StopSignal
    private let features: [String]

    init(_ settings: EngineSettings, _ topics: TopicNames, _ status: EngineStatus, _ stop: StopSignal) {
        self.settings = settings
        self.topics = topics
        self.status = status
        self.stop = stop
        features = settings.topology.pipeline.schema.features.map(\.name)
    }

    /// Begins to read; ends with the engine.
    static func start(_ settings: EngineSettings, _ topics: TopicNames, _ status: EngineStatus, _ stop: StopSignal) {
        status.noteGroup(instance: settings.instance)
        status.beginReading()
        let follower = TopicFollower(settings, topics, status, stop)
        Thread.detachNewThread { follower.run() }
    }

    func run() {
        var hasTold = false
        while !stop.isRequested {
            do throws(KafkaError) { try follow() } catch {
                let reason =
                    error.isDenied
                    ? "\(error.description): allow READ on \(topics.metrics), \(topics.drift) and \(topics.decisions)"
                    : error.description
                status.note(.failed(reason))
                if !hasTold {
                    Log.warning(
                        "the page cannot read what was published; it shows this process since its start",
                        ("topology", topics.group), ("reason", reason))
                }
                hasTold = true
                // Only a person changes that, and a new start looks again.
                if error.isDenied { return }
                pause(seconds: 5)
            }
        }
    }

    private func pause(seconds: Int) {
        for _ in 0..<seconds * 10 where !stop.isRequested { usleep(100_000) }
    }

    /// Reads until the engine stops, partitions come, or an error.
    private func follow() throws(KafkaError) {
        let consumer = try settings.brokers.reader(settings.follower())
        defer { consumer.close(within: .seconds(1)) }
        consumer.onLog = ClientLog.write
        let partitions = try consumer.partitionCount(of: topics.metrics, timeout: 10_000)
        status.notePartitions(partitions)
        var begins: [PartitionOffset] = []
        for (topic, most) in [
            // A commit's mark stands behind each record.
            (topics.metrics, 2 * min(Self.most, Self.mostOfAll / max(partitions, 1))), (topics.drift, Self.mostNotices),
            (topics.decisions, Self.mostNotices),
        ] {
            begins += try self.begins(topic, partitions, most: most, consumer)
        }
        status.beginReading()
        try consumer.assign(begins)
        var open = Set(begins.map { Place($0.topic, $0.partition) })
        let batch = RecordBatch(capacity: 500)
        var nextLook = ContinuousClock.now + .seconds(60)
        var nextEnds = ContinuousClock.now + .seconds(10)
        while !stop.isRequested {
            consumer.poll(into: batch, wait: 200)
            defer { batch.release() }
            for index in 0..<batch.count {
                let record = batch[index]
                let topic = consumer.topicName(record.topicIndex)
                switch record.error {
                case 0: take(record, of: topic)
                case KafkaError.Code.partitionEnd:
                    open.remove(Place(topic, record.partition))
                default:
                    // The client goes on by itself after all others.
                    let error = KafkaError.of(record.error, topic: topic)
                    if error.isDenied { throw error }
                    ClientLog.note(record.error)
                }
            }
            if open.isEmpty, status.reading != .following { status.note(.following) }
            if ContinuousClock.now >= nextEnds {
                nextEnds = .now + .seconds(10)
                lookForEnds(consumer)
            }
            guard ContinuousClock.now >= nextLook else { continue }
            nextLook = .now + .seconds(60)
            // Added partitions are read from another begin.
            if try consumer.partitionCount(of: topics.metrics, timeout: 10_000) != partitions { return }
        }
    }

    /// How far other processes' partitions are behind, also where they tell nothing: whether a silent one is missed.
    private func lookForEnds(_ consumer: any TopicReader) {
        let own = status.read().tasks
        let others = status.told.keys.filter { own[$0] == nil }.sorted()
        guard !others.isEmpty else { return }
        let asked = others.map { TopicPartition(topic: topics.input, partition: $0) }
        // What cannot be had now is asked for again.
        guard let ends = try? consumer.edges(PartitionOffset.end, of: asked, timeout: 2000) else { return }
        status.note(ends: Dictionary(ends.map { ($0.partition, $0.offset) }, uniquingKeysWith: { $1 }))
    }

    private struct Place: Hashable {
        var topic: String
        var partition: Int32

        init(_ topic: String, _ partition: Int32) {
            self.topic = topic
            self.partition = partition
        }
    }

    /// Where each partition is read from: a week back, and not more than `most` offsets.
    private func begins(
        _ topic: String, _ partitions: Int, most: Int, _ consumer: any TopicReader
    ) throws(KafkaError) -> [PartitionOffset] {
        let all = (0..<Int32(partitions)).map { TopicPartition(topic: topic, partition: $0) }
        let ends = try consumer.edges(PartitionOffset.end, of: all, timeout: 10_000)
        let times = try consumer.offsets(at: Int64((status.time - Self.week) * 1000), all, timeout: 10_000)
        return ends.map { end in
            let byTime = times.first { $0.partition == end.partition }?.offset ?? 0
            // No record is that young: there is nothing to read back.
            let start = byTime < 0 ? end.offset : byTime
            return PartitionOffset(
                topic: topic, partition: end.partition, offset: max(start, end.offset - Int64(most), 0))
        }
    }

    /// What others wrote there is passed over.
    private func take(_ record: ConsumedRecord, of topic: String) {
        guard let value = record.value, let json = try? JSON(reading: value) else { return }
        let x = Double(record.timestamp) / 1000
        if topic == topics.metrics {
            if let read = MetricsRecord(json, features: features), read.partition == record.partition {
                status.take(read, at: x)
            }
        } else if let notice = Notice(json) {
            status.take(notice, partition: record.partition, at: x)
        }
    }
}
