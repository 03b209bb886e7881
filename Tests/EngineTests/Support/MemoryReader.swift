import Foundation
import KafkaClient
import MillraceTestKit
import Topology

@testable import Engine

/// A reader of the log in memory, by assignment.
final class MemoryReader: TopicReader {
    private let log: InMemoryLog
    private let cluster: MemoryBrokers?
    private let group: String
    /// What open transactions hide counts too, for ends.
    private let seesOpen: Bool
    private let hides: (String, Int32, Int64) -> Bool
    private var lanes: [MemoryLane] = []
    private var split: [TopicPartition: MemoryLane] = [:]
    private var topics: [String] = []
    var onLog: ((KafkaLogLine) -> Void)?

    init(
        _ log: InMemoryLog, _ cluster: MemoryBrokers? = nil, group: String = "", seesOpen: Bool = false,
        hides: @escaping (String, Int32, Int64) -> Bool = { _, _, _ in false }
    ) {
        self.log = log
        self.cluster = cluster
        self.group = group
        self.seesOpen = seesOpen
        self.hides = hides
    }

    // MARK: Reading

    private func lane(_ topic: String, _ partition: Int32) -> MemoryLane {
        let index = topics.firstIndex(of: topic) ?? topics.count
        if index == topics.count { topics.append(topic) }
        let lane = MemoryLane(log, topic, partition, index: Int32(index))
        lane.hides = hides
        if let cluster { lane.damages = cluster.damages }
        return lane
    }

    func assign(_ partitions: [PartitionOffset]) throws(KafkaError) {
        lanes = []
        for place in partitions {
            let isFirst = place.offset == PartitionOffset.beginning
            let begin = isFirst ? log.start(place.topic, place.partition) : place.offset
            if let lane = split[place.topicPartition] {
                lane.start(at: begin)
                continue
            }
            lanes.append(lane(place.topic, place.partition))
            lanes.last?.start(at: begin)
        }
    }

    func poll(into batch: RecordBatch, wait milliseconds: Int32) -> Int {
        let count = lanes.reduce(0) { $0 + $1.read(into: batch) }
        // By the system's clock: what waits for more must not take a core.
        if count == 0, cluster != nil, milliseconds > 0 { usleep(1000) }
        return count
    }

    func split(_ partition: TopicPartition) throws(KafkaError) -> (RecordBatch, Int32) -> Int {
        let lane = lane(partition.topic, partition.partition)
        split[partition] = lane
        return { batch, _ in lane.read(into: batch) }
    }

    func topicName(_ index: Int32) -> String { topics[Int(index)] }

    func close(within duration: Duration) { lanes = [] }

    // MARK: Asking

    private var failure: KafkaError? { cluster?.failure }

    private func check(_ partitions: [TopicPartition]) throws(KafkaError) {
        if let failure { throw failure }
        for place in partitions where cluster?.away[place.topic]?.contains(place.partition) ?? false {
            throw KafkaError.of(KafkaError.Code.timedOut, topic: place.topic)
        }
        for place in partitions where place.partition >= log.partitionCount(place.topic) {
            throw KafkaError.of(KafkaError.Code.unknownPartition, topic: place.topic)
        }
    }

    func partitionCount(of topic: String, timeout: Int32) throws(KafkaError) -> Int {
        try check([])
        return log.partitionCount(topic)
    }

    func leaders(of topic: String, timeout: Int32) throws(KafkaError) -> [Int32] {
        try check([])
        return (0..<Int32(log.partitionCount(topic))).map { cluster?.away[topic]?.contains($0) ?? false ? -1 : 0 }
    }

    func clusterID(timeout: Int32) -> String? { failure == nil ? MemoryBrokers.clusterID : nil }

    private func end(_ place: TopicPartition) -> Int64 {
        seesOpen ? log.end(place.topic, place.partition) : log.stableEnd(place.topic, place.partition)
    }

    func watermarks(_ place: TopicPartition, timeout: Int32) throws(KafkaError) -> (low: Int64, high: Int64) {
        try check([place])
        return (log.start(place.topic, place.partition), end(place))
    }

    func edges(
        _ edge: Int64, of partitions: [TopicPartition], timeout: Int32
    ) throws(KafkaError) -> [PartitionOffset] {
        try check(partitions)
        return partitions.map { place in
            let isFirst = edge == PartitionOffset.beginning
            return PartitionOffset(place, offset: isFirst ? log.start(place.topic, place.partition) : end(place))
        }
    }

    func offsets(
        at timestamp: Int64, _ partitions: [TopicPartition], timeout: Int32
    ) throws(KafkaError) -> [PartitionOffset] {
        try check(partitions)
        return partitions.map { place in
            let start = log.start(place.topic, place.partition)
            let found = try? log.read(place.topic, place.partition, from: start).records.first {
                $0.record.timestamp >= timestamp
            }
            return PartitionOffset(place, offset: found?.offset ?? PartitionOffset.end)
        }
    }

    func committed(_ partitions: [TopicPartition], timeout: Int32) throws(KafkaError) -> [PartitionOffset] {
        try check([])
        return partitions.map { place in
            let found = log.committed(group, place.topic, place.partition)
            return PartitionOffset(place, offset: found?.offset ?? PartitionOffset.none, metadata: found?.metadata)
        }
    }

    func commit(_ offsets: [PartitionOffset]) throws(KafkaError) {
        try check(offsets.map(\.topicPartition))
        for place in offsets {
            log.setCommitted(
                .init(offset: place.offset, metadata: place.metadata), group, place.topic, place.partition)
        }
    }

    func commitDenial(topic: String, timeout: Int32) throws(KafkaError) -> KafkaError? { failure }

    var connectionError: KafkaError? { failure }
}
