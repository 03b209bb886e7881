import Foundation
import KafkaClient

/// The group's member by librdkafka: remembers what the group says, to be answered from the worker's loop and not inside
/// a callback.
final class KafkaGroup: GroupClient, RebalanceHandler {
    private let consumer: Consumer
    private var events: [GroupEvent] = []
    private let bell: Bell
    private let topics: [String]

    /// Joins the group. The bell wakes the worker, by whatever is rung.
    ///
    /// - Parameter topics: a task has one partition of each, of the same number.
    init(_ configuration: KafkaConfiguration, topics: [String], bell: Bell) throws(KafkaError) {
        self.bell = bell
        self.topics = topics
        consumer = try Consumer(configuration)
        consumer.ring(bell)
        consumer.onLog = ClientLog.write
        consumer.rebalanceHandler = self
        try consumer.subscribe(topics)
    }

    // Called inside `serve`.
    func assigned(_ partitions: [TopicPartition], by consumer: Consumer) {
        let numbers = Self.numbers(partitions)
        // `range` puts equal numbers of topics with equally many partitions to one member.
        let split = numbers.filter { number in partitions.count { $0.partition == number } != topics.count }
        events.append(split.isEmpty ? .assigned(numbers) : .split(split))
    }

    /// Each once.
    private static func numbers(_ partitions: [TopicPartition]) -> [Int32] {
        Set(partitions.map(\.partition)).sorted()
    }

    func revoked(_ partitions: [TopicPartition], by consumer: Consumer, lost: Bool) {
        let numbers = Self.numbers(partitions)
        events.append(lost ? .lost(numbers) : .revoked(numbers))
    }

    func wait(milliseconds: Int32) { bell.wait(milliseconds: milliseconds) }

    func serve(into strays: RecordBatch) -> [GroupEvent] {
        consumer.poll(into: strays, wait: 0)
        guard !events.isEmpty else { return [] }
        defer { events = [] }
        return events
    }

    func rest(milliseconds: Int32) {
        usleep(UInt32(milliseconds) * 1000)
        bell.wait(milliseconds: 0)
    }

    func openLane(_ partition: TopicPartition) throws(KafkaError) -> any LaneClient {
        KafkaLane(consumer, try consumer.openQueue(partition, bell: bell), bell)
    }

    func take(_ offsets: [PartitionOffset]) throws(KafkaError) { try consumer.take(offsets) }

    func giveUp(_ partitions: [TopicPartition]) throws(KafkaError) { try consumer.giveUp(partitions) }

    var isAssignmentLost: Bool { consumer.isAssignmentLost }

    func membership() -> (any Membership)? { consumer.groupMetadata() }

    var fatalError: KafkaError? { consumer.fatalError }

    func close(within duration: Duration) {
        // Closing revokes what is still assigned: nobody is there any more to hear of it.
        consumer.rebalanceHandler = nil
        consumer.close(timeout: duration.wholeMilliseconds / 2)
    }
}

/// A partition's own queue: asked when it rang, or when nothing did for a while.
private final class KafkaLane: LaneClient {
    private let consumer: Consumer
    private let queue: PartitionQueue
    private let bell: Bell

    init(_ consumer: Consumer, _ queue: PartitionQueue, _ bell: Bell) {
        self.consumer = consumer
        self.queue = queue
        self.bell = bell
    }

    func read(into batch: RecordBatch) -> Int {
        guard queue.takeReadiness() || !bell.rang else { return 0 }
        let room = batch.capacity - batch.count
        let count = consumer.consume(queue, into: batch, wait: 0)
        if count >= room { queue.keepReadiness() }
        return count
    }

    func close() { queue.close() }
}
