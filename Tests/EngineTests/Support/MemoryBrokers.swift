import KafkaClient
import MillraceTestKit
import Topology

@testable import Engine

/// A cluster whose topics and groups are a log in memory, for what looks at them from beside.
final class MemoryBrokers {
    static let clusterID = "memory"

    let log: InMemoryLog
    /// Properties of topics, by name.
    var properties: [String: [String: String]] = [:]
    /// Groups that have members.
    var busyGroups: Set<String> = []
    /// What every call that asks fails with; nil: all goes well.
    var failure: KafkaError?
    /// What making, extending and deleting fails with.
    var adminFailure: KafkaError?
    /// Partitions by topic whose leaders do not answer.
    var away: [String: Set<Int32>] = [:]
    /// What writing fails with.
    var writeFailure: KafkaError?
    /// Records that readers do not see, by topic, partition and offset.
    var hides: (String, Int32, Int64) -> Bool = { _, _, _ in false }
    /// Records of which readers get a byte wrong.
    var damages: (String, Int32, Int64) -> Bool = { _, _, _ in false }
    /// When what is written comes, milliseconds since 1970.
    var time: Int64 = 1_700_000_000_000

    init(_ log: InMemoryLog) { self.log = log }

    /// For one thread alone, as the log is.
    var brokers: Brokers {
        nonisolated(unsafe) let cluster = self
        return Brokers(
            reader: { configuration throws(KafkaError) in
                MemoryReader(
                    cluster.log, cluster, group: configuration["group.id"] ?? "",
                    seesOpen: configuration["isolation.level"] == "read_uncommitted",
                    hides: { cluster.hides($0, $1, $2) })
            }, admin: { _ throws(KafkaError) in MemoryAdmin(cluster) },
            writer: { _ throws(KafkaError) in MemoryWriter(cluster) })
    }
}

private final class MemoryAdmin: TopicAdmin {
    private let cluster: MemoryBrokers
    private var log: InMemoryLog { cluster.log }

    init(_ cluster: MemoryBrokers) { self.cluster = cluster }

    private func check(_ own: KafkaError? = nil) throws(KafkaError) {
        if let failure = own ?? cluster.failure { throw failure }
    }

    func clusterID(timeout: Int32) -> String? { cluster.failure == nil ? MemoryBrokers.clusterID : nil }

    func brokerCount(timeout: Int32) throws(KafkaError) -> Int {
        try check()
        return 1
    }

    func describe(topic: String, timeout: Int32) throws(KafkaError) -> TopicDescription {
        try check()
        let count = log.partitionCount(topic)
        return TopicDescription(
            partitions: count, replicas: 1, inSync: 1, leaders: [Int32](repeating: 0, count: count))
    }

    func describeConfig(topic: String, timeout: Int32) throws(KafkaError) -> [String: String] {
        try check()
        return cluster.properties[topic] ?? [:]
    }

    func createTopics(_ topics: [NewTopic], timeout: Int32) throws(KafkaError) -> [KafkaError?] {
        try check(cluster.adminFailure)
        return topics.map { topic in
            guard log.partitionCount(topic.name) == 0 else { return KafkaError.of(KafkaError.Code.topicAlreadyExists) }
            log.createTopic(topic.name, partitions: Int(topic.partitions))
            cluster.properties[topic.name] = Dictionary(topic.config) { $1 }
            return nil
        }
    }

    func extend(_ names: [String], to count: Int, timeout: Int32) throws(KafkaError) -> [KafkaError?] {
        try check(cluster.adminFailure)
        return names.map { name in
            guard log.partitionCount(name) < count else { return KafkaError.of(KafkaError.Code.invalidPartitions) }
            log.createTopic(name, partitions: count)
            return nil
        }
    }

    func deleteTopics(_ names: [String], timeout: Int32) throws(KafkaError) -> [KafkaError?] {
        try check(cluster.adminFailure)
        for name in names { log.deleteTopic(name) }
        return names.map { _ in nil }
    }

    func deleteRecords(before offsets: [PartitionOffset], timeout: Int32) throws(KafkaError) -> [PartitionOffset] {
        try check()
        return offsets.map { place in
            log.trim(place.topic, place.partition, before: place.offset)
            return PartitionOffset(place.topicPartition, offset: log.start(place.topic, place.partition))
        }
    }

    func deleteGroup(_ group: String, timeout: Int32) throws(KafkaError) {
        try check()
        guard !cluster.busyGroups.contains(group) else { throw KafkaError.of(KafkaError.Code.nonEmptyGroup) }
        guard log.deleteGroup(group) else { throw KafkaError.of(KafkaError.Code.groupNotFound) }
    }

    var connectionError: KafkaError? { cluster.failure }

    func close(within duration: Duration) {}
}

private final class MemoryWriter: RecordWriter {
    private let cluster: MemoryBrokers

    init(_ cluster: MemoryBrokers) { self.cluster = cluster }

    func write(
        value: [UInt8]?, key: [UInt8]?, headers: [(String, [UInt8]?)], timestamp: Int64?, to topic: String,
        _ partition: Int32, timeout: Int32
    ) throws(KafkaError) {
        guard partition >= 0, partition < cluster.log.partitionCount(topic) else {
            throw KafkaError.of(KafkaError.Code.unknownPartition, topic: topic)
        }
        cluster.log.append(
            .init(key: key, value: value, headers: headers, timestamp: timestamp ?? cluster.time), to: topic, partition)
    }

    func flush(timeout: Int32) throws(KafkaError) { if let failure = cluster.writeFailure { throw failure } }

    func close(within duration: Duration) {}
}
