import CRDKafka

/// What a broker says of a topic.
public struct TopicDescription: Sendable, Equatable {
    /// How many partitions it has; 0: there is no such topic, or it may not be seen.
    public var partitions = 0
    /// Copies of the partition that has the fewest.
    public var replicas = 0
    /// Copies that are up to date, of the partition that has the fewest.
    public var inSync = 0
    /// The node that leads each partition; -1: none.
    public var leaders: [Int32] = []
    /// The user may not DESCRIBE it.
    public var isDenied = false

    /// A topic as it is described.
    public init(
        partitions: Int = 0, replicas: Int = 0, inSync: Int = 0, leaders: [Int32] = [], isDenied: Bool = false
    ) {
        self.partitions = partitions
        self.replicas = replicas
        self.inSync = inSync
        self.leaders = leaders
        self.isDenied = isDenied
    }
}

extension Admin {
    /// Partitions and replicas of a topic, as the brokers know it now.
    public func describe(topic: String, timeout: Int32) throws(KafkaError) -> TopicDescription {
        try client.withMetadata(of: topic, timeout: timeout) { found in
            let error = KafkaError(code: found.err.rawValue)
            if error.isDenied { return TopicDescription(isDenied: true) }
            if error.isUnknownTopic { return TopicDescription() }
            let partitions = UnsafeBufferPointer(start: found.partitions, count: Int(found.partition_cnt))
            return TopicDescription(
                partitions: partitions.count, replicas: partitions.map { Int($0.replica_cnt) }.min() ?? 0,
                inSync: partitions.map { Int($0.isr_cnt) }.min() ?? 0, leaders: partitions.map(\.leader))
        } ?? TopicDescription()
    }

    /// Gives topics more partitions, `count` in all. One answer per name, in order: nil, or why not
    /// (`Code.invalidPartitions`: there are as many already).
    public func extend(
        _ names: [String], to count: Int, timeout: Int32 = 30_000
    ) throws(KafkaError) -> [KafkaError?] {
        guard !names.isEmpty else { return [] }
        var text = [CChar](repeating: 0, count: 512)
        var handles: [OpaquePointer?] = names.map { rd_kafka_NewPartitions_new($0, count, &text, text.count) }
        defer { for handle in handles { rd_kafka_NewPartitions_destroy(handle) } }
        guard handles.allSatisfy({ $0 != nil }) else {
            throw KafkaError(code: KafkaError.Code.invalidArgument, text.asString)
        }
        let event = try request(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, timeout: timeout) { handle, options, replies in
            rd_kafka_CreatePartitions(handle, &handles, handles.count, options, replies)
        }
        defer { rd_kafka_event_destroy(event) }
        var found = 0
        let results = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &found)
        return topicErrors(results, found, names: names)
    }
}
