import Foundation
import KafkaClient
import Synchronization

/// Where things are, found from this file so that no machine's path is written down.
enum Place {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let shared = root.deletingLastPathComponent().appendingPathComponent("shared")
    static let electricity = shared.appendingPathComponent("data/electricity.csv")

    /// The built program: beside the tests.
    static let millrace: String = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent("millrace").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        return root.appendingPathComponent(".build/release/millrace").path
    }()

    static let hasBroker: Bool = {
        let found = FileManager.default.isExecutableFile(atPath: shared.appendingPathComponent("kafka/broker").path)
        if !found { print("SKIPPED: the integration tests need a Kafka broker in ../shared/kafka, which is not here") }
        return found
    }()
}

/// A real Kafka on loopback, seen by the tests.
final class Broker: Sendable {
    /// Started once for all integration tests of this process and stopped at its end.
    static let shared: Broker = {
        atexit { Broker.stop("kafka") }
        return start("kafka", port: 20_000 + Int(getpid()) % 10_000)
    }()

    private static func folder(_ name: String) -> String { NSTemporaryDirectory() + "millrace-\(name)-\(getpid())" }

    /// Starts a broker; `stop` ends it.
    static func start(_ name: String, port: Int) -> Broker {
        let (status, output) = script(["start", "--port", "\(port)", "--dir", folder(name)])
        guard status == 0 else { fatalError("the broker in ../shared/kafka did not start: \(output)") }
        return Broker(bootstrap: output.split(separator: "\n").last.map(String.init) ?? "127.0.0.1:\(port)")
    }

    static func stop(_ name: String) { script(["stop", "--dir", folder(name)]) }

    /// Where an engine finds it.
    let bootstrap: String
    /// How the tests' own clients come to it.
    let clients: KafkaConfiguration

    init(bootstrap: String, clients: KafkaConfiguration? = nil) {
        self.bootstrap = bootstrap
        self.clients = clients ?? KafkaConfiguration(bootstrap: bootstrap)
    }

    @discardableResult
    static func script(_ arguments: [String]) -> (status: Int32, output: String) {
        // Not Foundation's Process: it waits for every descendant, and the broker that is started is one.
        let out = NSTemporaryDirectory() + "millrace-broker-\(getpid()).out"
        let words = [Place.shared.appendingPathComponent("kafka/broker").path] + arguments
        let status = system(words.map { "'\($0)'" }.joined(separator: " ") + " >'\(out)' 2>&1 </dev/null")
        defer { try? FileManager.default.removeItem(atPath: out) }
        let text = (try? String(contentsOfFile: out, encoding: .utf8)) ?? ""
        return (status, text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    // MARK: Topics

    func create(_ topic: String, partitions: Int = 1, config: [(String, String)] = []) throws {
        let admin = try Admin(clients)
        defer { admin.close() }
        let made = NewTopic(name: topic, partitions: Int32(partitions), config: config)
        for error in try admin.createTopics([made]) { if let error { throw error } }
    }

    func producer() throws -> Producer {
        var configuration = clients
        configuration.set("enable.idempotence", "true")
        configuration.set("message.max.bytes", "10000000")
        configuration.set("linger.ms", "2")
        return try Producer(configuration)
    }

    /// Produces records to one partition and waits until they are there.
    func produce(
        _ values: [[UInt8]?], to topic: String, partition: Int32 = 0, keys: [[UInt8]?]? = nil,
        headers: [(String, [UInt8]?)] = []
    ) throws {
        let producer = try producer()
        defer { producer.close(timeout: 5000) }
        let handle = try producer.topic(topic)
        for (index, value) in values.enumerated() {
            try producer.produce(
                value: value, key: keys?[index], headers: headers, to: handle, partition: partition, timeout: 10_000)
        }
        try producer.flush(timeout: 60_000)
    }

    /// One record as a read_committed reader sees it.
    struct Stored: Equatable {
        var offset: Int64
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [String: [UInt8]]
        var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "" }

        /// A prediction's `source`.
        var source: String {
            let parts = text.components(separatedBy: "\"source\":\"")
            return parts.count > 1 ? String(parts[1].prefix { $0 != "\"" }) : ""
        }
    }

    /// Everything committed in a partition, in order.
    func read(_ topic: String, partition: Int32 = 0, withHeaders: Bool = false) throws -> [Stored] {
        var configuration = clients
        configuration.set("group.id", "reader-\(getpid())")
        configuration.set("isolation.level", "read_committed")
        configuration.set("enable.partition.eof", "true")
        configuration.set("enable.auto.commit", "false")
        let consumer = try Consumer(configuration)
        defer { consumer.close() }
        try consumer.assign([PartitionOffset(topic: topic, partition: partition, offset: 0)])
        let batch = RecordBatch(capacity: 1000)
        var found: [Stored] = []
        let deadline = Date(timeIntervalSinceNow: 120)
        while Date() < deadline {
            consumer.poll(into: batch, wait: 100)
            defer { batch.release() }
            for index in 0..<batch.count {
                let record = batch[index]
                if record.error == KafkaError.Code.partitionEnd { return found }
                guard record.error == 0 else { throw KafkaError.of(record.error) }
                let headers = withHeaders ? batch.headers(of: index) : []
                found.append(
                    Stored(
                        offset: record.offset, key: record.key.map { Array($0) }, value: record.value.map { Array($0) },
                        headers: Dictionary(headers.map { ($0.0, $0.1 ?? []) }, uniquingKeysWith: { $1 })))
            }
        }
        throw KafkaError.of(KafkaError.Code.timedOut)
    }

    /// The committed next offset of a group, or -1.
    func committed(_ group: String, _ topic: String, partitions: Int = 1) throws -> [Int64] {
        let asked = (0..<Int32(partitions)).map { TopicPartition(topic: topic, partition: $0) }
        return try readers.withLock { readers in
            if readers[group] == nil {
                var configuration = clients
                configuration.set("group.id", group)
                // A stable read would wait for the open transaction of a process that was just killed.
                configuration.set("isolation.level", "read_uncommitted")
                readers[group] = try Consumer(configuration)
            }
            return try readers[group]!.committed(asked, timeout: 30_000).map { max($0.offset, -1) }
        }
    }

    /// One consumer per group that is asked for its offsets: connecting takes longer than asking.
    private let readers = Mutex<[String: Consumer]>([:])
}
