import KafkaClient

extension Brokers {
    /// A real cluster.
    public static let kafka = Brokers(
        reader: { configuration throws(KafkaError) in try Consumer(configuration) },
        admin: { configuration throws(KafkaError) in try Admin(configuration) },
        writer: { configuration throws(KafkaError) in KafkaWriter(try Producer(configuration)) })
}

extension Consumer: TopicReader {
    func split(_ partition: TopicPartition) throws(KafkaError) -> (RecordBatch, Int32) -> Int {
        let queue = try openQueue(partition)
        return { [unowned self] batch, milliseconds in consume(queue, into: batch, wait: milliseconds) }
    }
}

extension Admin: TopicAdmin {
    func close(within duration: Duration) { close(timeout: duration.wholeMilliseconds) }
}

private final class KafkaWriter: RecordWriter {
    private let producer: Producer

    init(_ producer: Producer) { self.producer = producer }

    func write(
        value: [UInt8]?, key: [UInt8]?, headers: [(String, [UInt8]?)], timestamp: Int64?, to topic: String,
        _ partition: Int32, timeout: Int32
    ) throws(KafkaError) {
        try producer.produce(
            value: value, key: key, headers: headers, timestamp: timestamp, to: try producer.topic(topic),
            partition: partition, timeout: timeout)
    }

    func flush(timeout: Int32) throws(KafkaError) { try producer.flush(timeout: timeout) }

    func close(within duration: Duration) { producer.close(timeout: duration.wholeMilliseconds) }
}
