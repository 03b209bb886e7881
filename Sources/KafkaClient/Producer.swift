import CRDKafka

/// A record to produce. Its bytes are copied by `produce`.
public struct OutgoingRecord {
    /// The bytes; nil is a tombstone.
    public var value: UnsafeRawBufferPointer?
    /// The key's bytes, or nil.
    public var key: UnsafeRawBufferPointer?

    /// A record.
    @inlinable
    public init(value: UnsafeRawBufferPointer?, key: UnsafeRawBufferPointer? = nil) {
        self.value = value
        self.key = key
    }
}

/// A topic's handle, made once per producer: the first record by a topic's name costs a second (trap 8).
public final class ProducerTopic {
    /// The topic's name.
    public let name: String
    /// How many partitions it had when the handle was made, or when last asked.
    public internal(set) var partitionCount: Int
    private(set) var handle: OpaquePointer?
    /// When each partition was last seen to know this producer, see `Producer.settle`.
    private var settled: [Int32: ContinuousClock.Instant] = [:]

    init(name: String, handle: OpaquePointer, partitionCount: Int) {
        self.name = name
        self.handle = handle
        self.partitionCount = partitionCount
    }

    func drop() {
        if let handle { rd_kafka_topic_destroy(handle) }
        handle = nil
    }

    /// Whether the partition's leader knows this producer: brokers forget one that was silent for a day
    /// (`producer.id.expiration.ms`), here an hour is enough to ask again.
    func isSettled(_ partition: Int32) -> Bool {
        guard let last = settled[partition] else { return false }
        return ContinuousClock.now - last < .seconds(3600)
    }

    func markSettled(_ partition: Int32) { settled[partition] = ContinuousClock.now }

    func forgetSettled() { settled.removeAll() }
}

/// A producer: transactional where the configuration has a `transactional.id`, else idempotent.
///
/// One thread at a time; it may be handed from one to another between calls. It asks for no delivery reports, for they
/// would block a transaction's commit (trap 4): a ledger that librdkafka's threads write keeps the first failed delivery,
/// which `flush` throws, and the ends of one topic's partitions.
public final class Producer {
    let client: Client
    /// Whether it has a `transactional.id`.
    public let isTransactional: Bool
    /// The largest record taken, in bytes of key and value (`message.max.bytes`).
    public let maximumRecordBytes: Int
    let queueLimit: Int
    let queueLimitBytes: Int
    /// Bytes produced since the queue was last seen empty: an upper bound of what is in it.
    var bytesSinceEmpty = 0
    /// The partition whose first record is on its way alone, by `offer`.
    var alone: Int32?
    var scratch: UnsafeMutablePointer<rd_kafka_message_t>
    var scratchCapacity: Int
    private(set) var topics: [ProducerTopic] = []

    /// Connects in the background; throws only on wrong properties.
    ///
    /// Set here whatever the configuration says: `enable.idempotence=true`, `log.queue=true`.
    public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        var configuration = configuration
        configuration.set("enable.idempotence", "true")
        configuration.set("log.queue", "true")
        configuration.setDefault("enable.metrics.push", "false")
        isTransactional = configuration["transactional.id"] != nil
        let conf = try configuration.makeHandle()
        queueLimit = Producer.number("queue.buffering.max.messages", of: conf) ?? 100_000
        queueLimitBytes = (Producer.number("queue.buffering.max.kbytes", of: conf) ?? 1_048_576) * 1024
        maximumRecordBytes = Producer.number("message.max.bytes", of: conf) ?? 1_000_000
        client = try Client(RD_KAFKA_PRODUCER, conf: conf)
        scratchCapacity = 1024
        scratch = .allocate(capacity: scratchCapacity)
    }

    deinit {
        for topic in topics { topic.drop() }
        scratch.deallocate()
    }

    /// The handle of a topic, with its metadata fetched; made once, then the same. Blocks up to `timeout` milliseconds
    /// the first time; throws when the cluster does not know the topic, after asking for some seconds: a broker that has
    /// just started, or a topic just made, is known everywhere only a moment later. `properties` are the topic's own
    /// (`compression.codec`, …).
    public func topic(
        _ name: String, properties: [(String, String)] = [], timeout: Int32 = 10_000
    ) throws(KafkaError) -> ProducerTopic {
        if let known = topics.first(where: { $0.name == name }) { return known }
        let handle = try client.open()
        let conf: OpaquePointer = rd_kafka_topic_conf_new()
        for (key, value) in properties {
            var text = [CChar](repeating: 0, count: 512)
            guard rd_kafka_topic_conf_set(conf, key, value, &text, text.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_topic_conf_destroy(conf)
                throw KafkaError(code: KafkaError.Code.invalidArgument, text.asString)
            }
        }
        guard let reference = rd_kafka_topic_new(handle, name, conf) else {
            rd_kafka_topic_conf_destroy(conf)
            throw KafkaError(code: rd_kafka_last_error().rawValue, "topic \(name)")
        }
        let made = ProducerTopic(name: name, handle: reference, partitionCount: 0)
        do throws(KafkaError) {
            let end = ContinuousClock.now + .milliseconds(Int64(min(timeout, 3000)))
            repeat {
                made.partitionCount = try client.partitionCount(of: name, timeout: timeout)
                if made.partitionCount == 0 { client.serveEvents(milliseconds: 50) }
            } while made.partitionCount == 0 && ContinuousClock.now < end
            guard made.partitionCount > 0 else {
                throw KafkaError(code: KafkaError.Code.unknownTopic, "topic \(name) does not exist")
            }
        } catch {
            made.drop()
            throw error
        }
        topics.append(made)
        return made
    }

    /// Handles waiting events: errors, statistics, logs, failed deliveries. Every other call does it too.
    public func serveEvents() { client.serveEvents() }

    /// How many records and events are not done with yet.
    public var queueLength: Int { client.handle.map { Int(rd_kafka_outq_len($0)) } ?? 0 }

    /// The error that ended this producer (fenced, timed out), or nil.
    public var fatalError: KafkaError? { client.fatalError }

    /// The last error event, mostly informational.
    public var lastError: KafkaError? { client.lastError }

    /// The first record since the last time that was not taken, with its topic: the cause of what later calls only call a
    /// state. Forgotten by this call.
    public func takeDeliveryFailure() -> KafkaError? { client.takeDeliveryFailure() }

    /// From now on `watchedEnd` knows the ends of this topic's partitions. One topic at a time.
    public func watchEnds(of topic: ProducerTopic) {
        if let handle = topic.handle { client.watchEnds(of: handle, partitions: topic.partitionCount) }
    }

    /// The offset behind the last record of this producer that the watched topic's partition took; 0 before the first.
    /// Committed or not. Asks nobody.
    public func watchedEnd(_ partition: Int32) -> Int64 { client.watchedEnd(partition) }

    /// Whether a connection ended, or could not be made, since `clearDisconnect`: what was sent over it may still arrive,
    /// although it was sent again.
    public var sawDisconnect: Bool { client.sawDisconnect }

    /// Forgets the disconnects so far.
    public func clearDisconnect() { client.clearDisconnect() }

    /// Called with each statistics document (`statistics.interval.ms`) while events are served; the bytes die with it.
    public var onStatistics: ((UnsafeRawBufferPointer) -> Void)? {
        get { client.onStatistics }
        set { client.onStatistics = newValue }
    }

    /// Called with each line of librdkafka's log while events are served.
    public var onLog: ((KafkaLogLine) -> Void)? {
        get { client.onLog }
        set { client.onLog = newValue }
    }

    /// Ends the client; what is not delivered is dropped, an open transaction is left to its timeout or to the next
    /// producer with the same id. Does not hang: false when librdkafka's threads did not end within `timeout`
    /// milliseconds, and they are then left behind.
    @discardableResult
    public func close(timeout: Int32) -> Bool {
        guard let handle = client.handle else { return true }
        rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING)
        client.serveEvents()
        for topic in topics { topic.drop() }
        topics = []
        return client.destroy(milliseconds: timeout)
    }

    private static func number(_ key: String, of conf: OpaquePointer) -> Int? {
        var text = [CChar](repeating: 0, count: 64)
        var size = text.count
        guard rd_kafka_conf_get(conf, key, &text, &size) == RD_KAFKA_CONF_OK else { return nil }
        return Int(text.asString)
    }
}
