import Foundation
import Testing

@testable import KafkaClient

/// Every test of this target runs alone: the leak check counts the threads of the whole process.
@Suite(.serialized) enum KafkaTests {}

extension KafkaConfiguration {
    /// A consumer for the mock cluster, whose empty fetches last the whole `fetch.wait.max.ms`.
    static func mockConsumer(_ cluster: MockCluster, group: String? = nil) -> KafkaConfiguration {
        var configuration = KafkaConfiguration(
            bootstrap: cluster.bootstrap, properties: [("fetch.wait.max.ms", "1"), ("auto.offset.reset", "earliest")])
        if let group { configuration.set("group.id", group) }
        return configuration
    }

    static func producer(_ bootstrap: String, transactionalID: String? = nil) -> KafkaConfiguration {
        var configuration = KafkaConfiguration(bootstrap: bootstrap, properties: [("linger.ms", "0")])
        if let transactionalID { configuration.set("transactional.id", transactionalID) }
        return configuration
    }
}

/// Mock brokers with a topic "t", an idempotent producer for it, and the end of both.
func withCluster(
    brokers: Int = 1, partitions: Int = 1, properties: [(String, String)] = [],
    _ body: (MockCluster, Producer, ProducerTopic) throws -> Void
) throws {
    let cluster = try MockCluster(brokers: brokers)
    defer { cluster.close() }
    try cluster.createTopic("t", partitions: partitions)
    var configuration = KafkaConfiguration.producer(cluster.bootstrap)
    for (key, value) in properties { configuration.set(key, value) }
    let producer = try Producer(configuration)
    defer { producer.close(timeout: 5_000) }
    try body(cluster, producer, try producer.topic("t"))
}

extension Producer {
    /// Produces texts to a partition; nil is a tombstone.
    func produce(_ values: [String?], to topic: ProducerTopic, partition: Int32 = 0) throws(KafkaError) {
        let bytes = values.map { $0.map { Array($0.utf8) } }
        let copies = bytes.map { value -> UnsafeMutableRawBufferPointer? in
            guard let value else { return nil }
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: value.count, alignment: 1)
            copy.copyBytes(from: value)
            return copy
        }
        defer { for copy in copies { copy?.deallocate() } }
        let records = copies.map { OutgoingRecord(value: $0.map { UnsafeRawBufferPointer($0) }) }
        let buffer = UnsafeMutableBufferPointer<OutgoingRecord>.allocate(capacity: records.count)
        defer { buffer.deallocate() }
        _ = buffer.initialize(from: records)
        try produce(UnsafeBufferPointer(buffer), to: topic, partition: partition, timeout: 10_000)
    }
}

extension Consumer {
    /// Polls until that many records without an error came or the time is over; returns copies of their texts.
    func read(_ count: Int, seconds: Double = 10) -> [String?] {
        let batch = RecordBatch(capacity: 100)
        var texts: [String?] = []
        let end = ContinuousClock.now + .seconds(seconds)
        while texts.count < count, ContinuousClock.now < end {
            poll(into: batch, wait: 20)
            for i in 0..<batch.count where batch[i].error == 0 { texts.append(batch[i].text) }
            batch.release()
        }
        return texts
    }

    /// Polls, dropping records, until the condition holds.
    func pollUntil(seconds: Double = 20, _ condition: () -> Bool) {
        let batch = RecordBatch(capacity: 100)
        let end = ContinuousClock.now + .seconds(seconds)
        while !condition(), ContinuousClock.now < end {
            poll(into: batch, wait: 10)
            batch.release()
        }
    }
}

extension ConsumedRecord {
    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}

/// A real broker beside the repository, started once for the run on a port and directory of this checkout's own.
enum RealBroker {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let command = package.deletingLastPathComponent().appendingPathComponent("shared/kafka/broker").path
    /// Two checkouts on one machine must not share a broker.
    private static let place = package.path.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } % 200
    static let directory = FileManager.default.temporaryDirectory
        .appendingPathComponent("millrace-kafka-client-\(place)").path
    static var port: Int { 29_200 + Int(place) * 10 }

    static var isPresent: Bool { FileManager.default.isExecutableFile(atPath: command) }
    static let skipMessage: Comment = "skipped: no Kafka broker at ../shared/kafka/broker"

    /// The bootstrap address; fails when the broker is there but does not start.
    static let bootstrap: Result<String, BrokerFailure> = {
        let output = run(["start", "--secure", "--port", "\(port)", "--dir", directory])
        guard output.status == 0 else { return .failure(BrokerFailure(text: output.text)) }
        atexit { _ = RealBroker.run(["stop", "--dir", RealBroker.directory]) }
        return .success(output.text.trimmingCharacters(in: .whitespacesAndNewlines))
    }()

    /// Runs the broker's script. Not by `Process`, which waits on a socket that the broker inherits and never closes.
    static func run(_ arguments: [String]) -> (status: Int32, text: String) {
        let words = ([command] + arguments).map { "'\($0)'" }.joined(separator: " ")
        guard let stream = popen("KAFKA_HEAP=384m \(words) 2>&1", "r") else { return (-1, "no shell") }
        var bytes: [UInt8] = []
        while case let byte = getc(stream), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return (pclose(stream), String(decoding: bytes, as: UTF8.self))
    }

    /// A name no other test uses.
    static func unique(_ name: String) -> String { "\(name)-\(UUID().uuidString.prefix(8))" }

    /// Creates a topic of its own for a test.
    static func makeTopic(_ name: String, partitions: Int32 = 1) throws -> String {
        let topic = unique(name)
        let admin = try Admin(KafkaConfiguration(bootstrap: try bootstrap.get()))
        defer { admin.close() }
        let answers = try admin.createTopics([NewTopic(name: topic, partitions: partitions)])
        if let refusal = answers[0] { throw refusal }
        return topic
    }
}

struct BrokerFailure: Error { let text: String }
