import Foundation
import KafkaClient
import MillraceTestKit

@testable import Engine

/// Records of one partition as a fetcher brings them, with a mark at the end.
final class MemoryLane: LaneClient {
    private let log: InMemoryLog
    private let topic: String
    private let partition: Int32
    /// The reader's number for the topic.
    private let index: Int32
    private var position: Int64 = -1
    private var markedEnd: Int64 = -1
    private var kept: [UnsafeMutableRawBufferPointer] = []
    var isOpen = true
    var isSilent = { false }
    var hides: (String, Int32, Int64) -> Bool = { _, _, _ in false }
    var damages: (String, Int32, Int64) -> Bool = { _, _, _ in false }

    init(_ log: InMemoryLog, _ topic: String, _ partition: Int32, index: Int32 = 0) {
        self.log = log
        self.topic = topic
        self.partition = partition
        self.index = index
    }

    deinit { for buffer in kept { buffer.deallocate() } }

    func start(at offset: Int64) { position = offset }

    func read(into batch: RecordBatch) -> Int {
        guard isOpen, position >= 0, !isSilent() else { return 0 }
        let before = batch.count
        let room = batch.capacity - before
        guard room > 0 else { return 0 }
        do {
            let (records, next) = try log.read(topic, partition, from: position, limit: room)
            for (offset, record) in records where !hides(topic, partition, offset) {
                _ = batch.append(
                    ConsumedRecord(
                        value: keep(record.value, isDamaged: damages(topic, partition, offset)), key: keep(record.key),
                        partition: partition, offset: offset,
                        timestamp: record.timestamp, topicIndex: index), headers: record.headers)
            }
            position = next
            if batch.count < batch.capacity, next == log.stableEnd(topic, partition), markedEnd != next {
                markedEnd = next
                _ = batch.append(
                    ConsumedRecord(
                        value: nil, key: nil, partition: partition, offset: next, topicIndex: index,
                        error: KafkaError.Code.partitionEnd))
            }
        } catch {
            _ = batch.append(
                ConsumedRecord(
                    value: nil, key: nil, partition: partition, offset: position, topicIndex: index,
                    error: KafkaError.Code.autoOffsetReset))
        }
        return batch.count - before
    }

    private func keep(_ bytes: [UInt8]?, isDamaged: Bool = false) -> UnsafeRawBufferPointer? {
        guard let bytes else { return nil }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        buffer.copyBytes(from: bytes)
        if isDamaged, !bytes.isEmpty { buffer[bytes.count / 2] ^= 1 }
        kept.append(buffer)
        return UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
    }

    func close() { isOpen = false }
}

/// A member at one generation.
final class MemoryMembership: Membership {
    let generation: Int

    init(_ generation: Int) { self.generation = generation }
}

/// One member of a group in memory. The test says what the group decides.
final class MemoryGroup: GroupClient {
    private let log: InMemoryLog
    private let topics: TopicNames
    private var events: [GroupEvent] = []
    private var lanes: [TopicPartition: MemoryLane] = [:]
    /// Topics whose records do not come, as if their leaders were away.
    var silent: Set<String> = []
    private(set) var taken: [Int32: Int64]?
    /// How long a worker really waits, in microseconds.
    var pause: UInt32 = 0
    /// The group waits for an answer to what it last said.
    private(set) var owesAnswer = false
    private var generation: Int?
    var isAssignmentLost = false
    var fatalError: KafkaError?
    private(set) var isClosed = false

    init(_ log: InMemoryLog, _ topics: TopicNames) {
        self.log = log
        self.topics = topics
    }

    func tell(_ event: GroupEvent) {
        events.append(event)
        owesAnswer = true
        switch event {
        case .assigned:
            generation = log.generation(of: topics.group)
            isAssignmentLost = false
        case .revoked, .split: break
        case .lost:
            generation = nil
            isAssignmentLost = true
        }
    }

    func wait(milliseconds: Int32) { if pause > 0 { usleep(pause) } }

    func rest(milliseconds: Int32) { wait(milliseconds: milliseconds) }

    func serve(into strays: RecordBatch) -> [GroupEvent] {
        defer { events = [] }
        return events
    }

    func openLane(_ partition: TopicPartition) throws(KafkaError) -> any LaneClient {
        let lane = MemoryLane(log, partition.topic, partition.partition)
        lane.isSilent = { [unowned self] in silent.contains(partition.topic) }
        lanes[partition] = lane
        return lane
    }

    func take(_ offsets: [PartitionOffset]) throws(KafkaError) {
        precondition(owesAnswer, "taken without being given")
        owesAnswer = false
        taken = Dictionary(offsets.map { ($0.partition, $0.offset) }, uniquingKeysWith: { first, _ in first })
        for offset in offsets {
            lanes[TopicPartition(topic: offset.topic, partition: offset.partition)]?.start(at: offset.offset)
        }
    }

    func giveUp(_ partitions: [TopicPartition]) throws(KafkaError) {
        precondition(owesAnswer, "given up without being asked")
        owesAnswer = false
        taken = nil
        lanes = [:]
    }

    func membership() -> (any Membership)? { generation.map { MemoryMembership($0) } }

    func close(within duration: Duration) { isClosed = true }
}
