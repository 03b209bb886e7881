import CRDKafka

/// A topic to create.
public struct NewTopic: Sendable {
    /// The name.
    public var name: String
    /// How many partitions.
    public var partitions: Int32
    /// Copies of each; -1 is the cluster's default.
    public var replicationFactor: Int32
    /// Properties such as `cleanup.policy`.
    public var config: [(String, String)]
    /// The nodes that have copies of each partition, the preferred leader first; empty: the cluster chooses.
    public var nodes: [Int32] = []

    /// A topic to create.
    public init(name: String, partitions: Int32, replicationFactor: Int32 = -1, config: [(String, String)] = []) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.config = config
    }
}

/// Topics, groups and the cluster itself. Each call blocks up to its timeout in milliseconds. One thread at a time.
public final class Admin {
    let client: Client

    /// Connects in the background; throws only on wrong properties.
    public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        var configuration = configuration
        configuration.set("log.queue", "true")
        configuration.setDefault("enable.metrics.push", "false")
        let conf = try configuration.makeHandle()
        client = try Client(RD_KAFKA_PRODUCER, conf: conf)
    }

    /// Ends the client; false when its threads did not end within `timeout` milliseconds.
    @discardableResult
    public func close(timeout: Int32 = 5_000) -> Bool { client.destroy(milliseconds: timeout) }

    /// The last error event: why no broker can be reached, for one.
    public var lastError: KafkaError? {
        client.serveEvents()
        return client.lastError
    }

    /// Why no broker can be reached: the error so far that tells most of it, or nil.
    public var connectionError: KafkaError? {
        client.serveEvents()
        return client.connectionError
    }

    /// The cluster's id, or nil when it is not known within the timeout.
    public func clusterID(timeout: Int32) -> String? { client.clusterID(timeout: timeout) }

    /// How many brokers the cluster has.
    public func brokerCount(timeout: Int32) throws(KafkaError) -> Int {
        let handle = try client.open()
        var metadata: UnsafePointer<rd_kafka_metadata>?
        // Without a topic and without all topics: brokers only.
        try KafkaError.check(rd_kafka_metadata(handle, 0, nil, &metadata, timeout), "metadata")
        defer { rd_kafka_metadata_destroy(metadata) }
        return Int(metadata?.pointee.broker_cnt ?? 0)
    }

    /// Partition counts by topic name; without names every topic's. A topic the cluster does not know is left out.
    public func topicPartitionCounts(_ names: [String] = [], timeout: Int32) throws(KafkaError) -> [String: Int] {
        var result: [String: Int] = [:]
        guard names.isEmpty else {
            for name in names {
                let count = try client.partitionCount(of: name, timeout: timeout)
                if count > 0 { result[name] = count }
            }
            return result
        }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(rd_kafka_metadata(try client.open(), 1, nil, &metadata, timeout), "metadata")
        defer { rd_kafka_metadata_destroy(metadata) }
        guard let metadata else { return result }
        for i in 0..<Int(metadata.pointee.topic_cnt) {
            let topic = metadata.pointee.topics[i]
            if topic.partition_cnt > 0 { result[String(cString: topic.topic)] = Int(topic.partition_cnt) }
        }
        return result
    }

    /// The first offset and the one after the last of a partition.
    public func watermarks(
        _ partition: TopicPartition, timeout: Int32
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        try client.watermarks(partition, timeout: timeout)
    }

    /// Sends a request and returns its reply event, which the caller destroys. Throws the request's own error.
    func request(
        _ operation: rd_kafka_admin_op_t, timeout: Int32,
        send: (_ handle: OpaquePointer, _ options: OpaquePointer?, _ replies: OpaquePointer?) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        let handle = try client.open()
        let options = rd_kafka_AdminOptions_new(handle, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var text = [CChar](repeating: 0, count: 256)
        // Both are needed: the time for the request, and the time the broker may take to carry it out.
        _ = rd_kafka_AdminOptions_set_request_timeout(options, timeout, &text, text.count)
        if operation == RD_KAFKA_ADMIN_OP_CREATETOPICS || operation == RD_KAFKA_ADMIN_OP_DELETETOPICS
            || operation == RD_KAFKA_ADMIN_OP_DELETERECORDS || operation == RD_KAFKA_ADMIN_OP_CREATEPARTITIONS
        {
            _ = rd_kafka_AdminOptions_set_operation_timeout(options, timeout, &text, text.count)
        }
        let replies = rd_kafka_queue_new(handle)
        defer { rd_kafka_queue_destroy(replies) }
        send(handle, options, replies)
        guard let event = rd_kafka_queue_poll(replies, timeout + 2_000) else {
            throw KafkaError(code: KafkaError.Code.timedOut, "no answer to the admin request", isRetriable: true)
        }
        let code = rd_kafka_event_error(event)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return event }
        let message = rd_kafka_event_error_string(event).map { String(cString: $0) }
        rd_kafka_event_destroy(event)
        throw KafkaError(code: code.rawValue, message)
    }
}
