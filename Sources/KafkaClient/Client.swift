import CRDKafka

/// A line of librdkafka's log.
public struct KafkaLogLine: Sendable {
    /// syslog's severity: 3 error, 4 warning, 5 notice, 6 information, 7 debug.
    public let level: Int32
    /// librdkafka's short word for the place.
    public let facility: String
    /// The text.
    public let message: String
}

/// A `rd_kafka_t` with its main queue of events, used by consumer, producer and admin alike.
///
/// Events, not callbacks: statistics, logs, errors and delivery failures wait in the main queue until the owner serves
/// them on its own thread. librdkafka's threads never call into Swift. The one callback of this module, the
/// rebalance's, is called by librdkafka inside the owner's own poll.
final class Client {
    private(set) var handle: OpaquePointer?
    private var mainQueue: OpaquePointer?
    var onStatistics: ((UnsafeRawBufferPointer) -> Void)?
    var onLog: ((KafkaLogLine) -> Void)?
    /// Connections that ended; written by librdkafka's threads, of producers only (a consumer's pointer is its relay).
    private let closed: UnsafeMutablePointer<Int>
    private var closedBefore = 0
    private var isDestroyed = false
    private(set) var lastError: KafkaError?
    /// Of the errors so far the one that tells most of why no broker can be reached.
    private(set) var connectionError: KafkaError?
    /// What became of the records; written by librdkafka's threads, of producers only.
    private let ledger: UnsafeMutablePointer<millrace_ledger>
    private var deliveryFailure: KafkaError?

    /// Takes over `conf`, whatever happens.
    init(_ kind: rd_kafka_type_t, conf: OpaquePointer) throws(KafkaError) {
        // Never RD_KAFKA_EVENT_REBALANCE: a poll for messages would silently undo every assignment (trap 3).
        closed = .allocate(capacity: 1)
        closed.initialize(to: 0)
        ledger = millrace_ledger_new()
        if kind == RD_KAFKA_PRODUCER {
            millrace_count_closed(conf, closed)
            millrace_keep_ledger(conf, ledger)
        }
        rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_STATS | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG)
        var text = [CChar](repeating: 0, count: 512)
        guard let handle = rd_kafka_new(kind, conf, &text, text.count) else {
            // rd_kafka_new takes the configuration only when it succeeds.
            rd_kafka_conf_destroy(conf)
            closed.deallocate()
            millrace_ledger_free(ledger)
            throw KafkaError(code: KafkaError.Code.invalidArgument, text.asString)
        }
        self.handle = handle
        mainQueue = rd_kafka_queue_get_main(handle)
        rd_kafka_set_log_queue(handle, mainQueue)
    }

    deinit {
        // An owner that forgot to close leaks nothing, but leaves its group only by the session timeout.
        destroy(milliseconds: 5_000)
        // Threads that did not end may still count and write.
        guard isDestroyed else { return }
        closed.deallocate()
        millrace_ledger_free(ledger)
    }

    /// The handle of an open client.
    func open() throws(KafkaError) -> OpaquePointer {
        guard let handle else { throw KafkaError(code: KafkaError.Code.state, "the client is closed") }
        return handle
    }

    /// The first offset and the one after the last of a partition. Blocks up to `timeout` milliseconds, and sometimes
    /// longer before librdkafka 2.3.
    func watermarks(_ partition: TopicPartition, timeout: Int32) throws(KafkaError) -> (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_query_watermark_offsets(
            try open(), partition.topic, partition.partition, &low, &high, timeout)
        try KafkaError.check(code, "watermarks of \(partition)")
        return (low, high)
    }

    /// Handles waiting events; waits up to `milliseconds` for the first. About 0.1 µs when there are none.
    func serveEvents(milliseconds: Int32 = 0) {
        var wait = milliseconds
        while let mainQueue, let event = rd_kafka_queue_poll(mainQueue, wait) {
            wait = 0
            handleEvent(event)
            rd_kafka_event_destroy(event)
        }
    }

    private func handleEvent(_ event: OpaquePointer) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_STATS:
            guard let onStatistics, let text = rd_kafka_event_stats(event) else { return }
            onStatistics(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        case RD_KAFKA_EVENT_LOG:
            guard let onLog else { return }
            var facility: UnsafePointer<CChar>?
            var text: UnsafePointer<CChar>?
            var level: Int32 = 0
            guard rd_kafka_event_log(event, &facility, &text, &level) == 0 else { return }
            onLog(
                KafkaLogLine(
                    level: level, facility: facility.map { String(cString: $0) } ?? "",
                    message: text.map { String(cString: $0) } ?? ""))
        case RD_KAFKA_EVENT_ERROR:
            // Nearly always informational; only a fatal one ends the client, and `fatalError` asks for that.
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) }
            let error = KafkaError(
                code: rd_kafka_event_error(event).rawValue, text, isFatal: rd_kafka_event_error_is_fatal(event) != 0)
            lastError = error
            if error.tellsOfConnection > connectionError?.tellsOfConnection ?? 0 { connectionError = error }
        default:
            break
        }
    }

    var sawDisconnect: Bool { millrace_closed(closed) != closedBefore }

    func clearDisconnect() { closedBefore = millrace_closed(closed) }

    /// The first failed delivery since the last `takeDeliveryFailure`, with its topic. Not those that an abort dropped.
    var firstDeliveryFailure: KafkaError? {
        if deliveryFailure == nil {
            var topic = [CChar](repeating: 0, count: 256)
            var partition: Int32 = -1
            let code = millrace_ledger_take_error(ledger, &topic, &partition)
            if code != 0 { deliveryFailure = KafkaError(undelivered: code, to: topic.asString, partition) }
        }
        return deliveryFailure
    }

    func takeDeliveryFailure() -> KafkaError? {
        defer { deliveryFailure = nil }
        return firstDeliveryFailure
    }

    func watchEnds(of topic: OpaquePointer, partitions: Int) {
        millrace_ledger_watch(ledger, topic, Int32(partitions))
    }

    /// The topic has got more partitions.
    func watchMore(of topic: OpaquePointer, partitions: Int) {
        if ledger.pointee.watched == topic { watchEnds(of: topic, partitions: partitions) }
    }

    func watchedEnd(_ partition: Int32) -> Int64 { millrace_ledger_end(ledger, partition) }

    /// The error that ended this client, or nil. Stored by librdkafka: the same answer from now on.
    var fatalError: KafkaError? {
        guard let handle else { return nil }
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(handle, &text, text.count)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(code: code.rawValue, text.asString, isFatal: true)
    }

    func clusterID(timeout: Int32) -> String? {
        guard let handle, let text = rd_kafka_clusterid(handle, timeout) else { return nil }
        defer { rd_kafka_mem_free(handle, text) }
        return String(cString: text)
    }

    /// How many partitions a topic has; 0 when the cluster does not know it.
    func partitionCount(of topic: String, timeout: Int32) throws(KafkaError) -> Int {
        try withMetadata(of: topic, timeout: timeout) { found throws(KafkaError) in
            if KafkaError(code: found.err.rawValue).isUnknownTopic { return 0 }
            // A topic made this moment may have no leader yet: its partitions are there all the same.
            if found.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE {
                try KafkaError.check(found.err, "metadata of \(topic)")
            }
            return Int(found.partition_cnt)
        } ?? 0
    }

    /// What a broker says of a topic, while `body` looks; nil: nothing. Blocks up to `timeout` milliseconds.
    func withMetadata<Value>(
        of topic: String, timeout: Int32, _ body: (rd_kafka_metadata_topic) throws(KafkaError) -> Value
    ) throws(KafkaError) -> Value? {
        let handle = try open()
        guard let reference = rd_kafka_topic_new(handle, topic, nil) else {
            throw KafkaError(code: rd_kafka_last_error().rawValue, "topic \(topic)")
        }
        defer { rd_kafka_topic_destroy(reference) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(rd_kafka_metadata(handle, 0, reference, &metadata, timeout), "metadata of \(topic)")
        defer { rd_kafka_metadata_destroy(metadata) }
        guard let metadata, metadata.pointee.topic_cnt > 0 else { return nil }
        return try body(metadata.pointee.topics[0])
    }

    /// Ends the client's threads. False when they did not end in time: then the client is left behind, on purpose.
    @discardableResult
    func destroy(milliseconds: Int32) -> Bool {
        guard let handle else { return true }
        if let mainQueue { rd_kafka_queue_destroy(mainQueue) }
        mainQueue = nil
        self.handle = nil
        isDestroyed = millrace_destroy_within(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE, milliseconds) == 1
        return isDestroyed
    }
}
