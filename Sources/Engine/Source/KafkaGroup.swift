import KafkaClient

/// The group's member by librdkafka: remembers what the group says, to be answered from the worker's loop and not inside
/// a callback.
final class KafkaGroup: GroupClient, RebalanceHandler {
    private let consumer: Consumer
    private var events: [GroupEvent] = []

    /// Joins the group.
    init(_ configuration: KafkaConfiguration, topic: String) throws(KafkaError) {
        consumer = try Consumer(configuration)
        consumer.onLog = ClientLog.write
        consumer.rebalanceHandler = self
        try consumer.subscribe([topic])
    }

    // Called inside `serve`.
    func assigned(_ partitions: [TopicPartition], by consumer: Consumer) {
        events.append(.assigned(partitions.map(\.partition)))
    }

    func revoked(_ partitions: [TopicPartition], by consumer: Consumer, lost: Bool) {
        let numbers = partitions.map(\.partition)
        events.append(lost ? .lost(numbers) : .revoked(numbers))
    }

    func serve(into strays: RecordBatch, wait milliseconds: Int32) -> [GroupEvent] {
        consumer.poll(into: strays, wait: milliseconds)
        guard !events.isEmpty else { return [] }
        defer { events = [] }
        return events
    }

    func openLane(_ partition: TopicPartition) throws(KafkaError) -> any LaneClient {
        KafkaLane(consumer, try consumer.openQueue(partition))
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

/// A partition's own queue.
private final class KafkaLane: LaneClient {
    private let consumer: Consumer
    private let queue: PartitionQueue

    init(_ consumer: Consumer, _ queue: PartitionQueue) {
        self.consumer = consumer
        self.queue = queue
    }

    func read(into batch: RecordBatch) -> Int { consumer.consume(queue, into: batch, wait: 0) }

    func close() { queue.close() }
}
