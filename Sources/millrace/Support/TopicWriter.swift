import Console
import EventFormats
import KafkaClient

/// Produces numbered records to a topic, idempotently: the key is the row's number and row i goes to partition
/// i modulo the partition count.
final class TopicWriter {
    private let producer: Producer
    private let topic: ProducerTopic
    private let partitions: Int
    /// How many partitions the topic has.
    var partitionCount: Int { partitions }
    private let arenas: [ByteArena]
    /// Where each record's key and value begin and end, by partition.
    private var marks: [[(start: Int, value: Int, end: Int)]]
    private var row = 0
    private var waiting = 0
    private var key: [UInt8] = []

    /// Creates the topic where it is missing.
    init(_ configuration: KafkaConfiguration, topic name: String, partitions: Int?) throws {
        let admin = try Admin(configuration)
        defer { admin.close() }
        let known = try admin.topicPartitionCounts([name], timeout: 10_000)[name]
        if let known, let partitions, known != partitions {
            throw CommandFailure(.unavailable, "millrace: topic \(name) has \(known) partitions, not \(partitions)")
        }
        if known == nil {
            let topic = NewTopic(name: name, partitions: Int32(partitions ?? 1))
            if let error = try admin.createTopics([topic]).first ?? nil,
                error.code != KafkaError.Code.topicAlreadyExists
            {
                throw error
            }
        }
        var configuration = configuration
        configuration.set("linger.ms", "5")
        configuration.set("queue.buffering.max.messages", "1000000")
        producer = try Producer(configuration)
        self.topic = try Self.open(name, producer)
        self.partitions = self.topic.partitionCount
        arenas = (0..<self.partitions).map { _ in ByteArena() }
        marks = Array(repeating: [], count: self.partitions)
    }

    /// A topic just made may not be known everywhere for some moments.
    private static func open(_ name: String, _ producer: Producer) throws(KafkaError) -> ProducerTopic {
        var tries = 0
        while true {
            do throws(KafkaError) { return try producer.topic(name) } catch {
                tries += 1
                if tries == 20 { throw error }
                ContinuousClock.pause(milliseconds: 100)
            }
        }
    }

    /// Takes the next record; sends when enough wait.
    func write(_ value: UnsafeRawBufferPointer) throws(KafkaError) {
        try write(value, row: row)
        row += 1
    }

    /// Takes a record that belongs to a row.
    func write(_ value: UnsafeRawBufferPointer, row: Int) throws(KafkaError) {
        let partition = row % partitions
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: String(row).utf8)
        let arena = arenas[partition]
        let start = arena.count
        key.withUnsafeBytes { arena.append($0) }
        let middle = arena.count
        arena.append(value)
        marks[partition].append((start, middle, arena.count))
        waiting += 1
        if waiting >= 512 * partitions { try send() }
    }

    /// Hands what waits to librdkafka.
    func send() throws(KafkaError) {
        for partition in 0..<partitions where !marks[partition].isEmpty {
            let base = UnsafeRawPointer(arenas[partition].pointer)
            let records = marks[partition].map { mark in
                OutgoingRecord(
                    value: UnsafeRawBufferPointer(start: base + mark.value, count: mark.end - mark.value),
                    key: UnsafeRawBufferPointer(start: base + mark.start, count: mark.value - mark.start))
            }
            let result: Result<Void, KafkaError> = records.withUnsafeBufferPointer { buffer in
                do throws(KafkaError) {
                    return .success(
                        try producer.produce(buffer, to: topic, partition: Int32(partition), timeout: 60_000))
                } catch { return .failure(error) }
            }
            try result.get()
            marks[partition].removeAll(keepingCapacity: true)
            arenas[partition].reset()
        }
        waiting = 0
    }

    /// Waits until everything has arrived.
    func finish() throws(KafkaError) {
        try send()
        try producer.flush(timeout: 60_000)
        producer.close(timeout: 5_000)
    }
}
