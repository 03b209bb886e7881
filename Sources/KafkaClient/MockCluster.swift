import CRDKafka

/// librdkafka's mock brokers, in this process on random ports of loopback: for tests of error paths, without Kafka.
///
/// Not a broker: transactions are not isolated and their offsets never reach the group; each partition keeps 5 MiB;
/// the first join of a group takes 3 s; consumers need `fetch.wait.max.ms=1`. One thread at a time.
public final class MockCluster {
    private let client: Client
    private var cluster: OpaquePointer?
    /// What clients connect to.
    public let bootstrap: String

    /// The requests that errors can be injected into, by Kafka's numbers.
    public enum Request {
        /// Produce.
        public static let produce: Int16 = 0
        /// Fetch.
        public static let fetch: Int16 = 1
        /// ListOffsets.
        public static let listOffsets: Int16 = 2
        /// Metadata.
        public static let metadata: Int16 = 3
        /// OffsetCommit.
        public static let offsetCommit: Int16 = 8
        /// FindCoordinator.
        public static let findCoordinator: Int16 = 10
        /// JoinGroup.
        public static let joinGroup: Int16 = 11
        /// InitProducerId.
        public static let initProducerID: Int16 = 22
        /// AddPartitionsToTxn.
        public static let addPartitions: Int16 = 24
        /// AddOffsetsToTxn.
        public static let addOffsets: Int16 = 25
        /// EndTxn.
        public static let endTransaction: Int16 = 26
        /// TxnOffsetCommit.
        public static let transactionOffsets: Int16 = 28
    }

    /// Starts brokers numbered from 1.
    public init(brokers: Int) throws(KafkaError) {
        var configuration = KafkaConfiguration(bootstrap: "127.0.0.1:9")
        // Its own client only carries the brokers and never connects; it has nothing to say.
        configuration.set("log_level", "0")
        client = try Client(RD_KAFKA_PRODUCER, conf: try configuration.makeHandle())
        guard let cluster = rd_kafka_mock_cluster_new(client.handle, Int32(brokers)) else {
            throw KafkaError(code: rd_kafka_last_error().rawValue, "the mock cluster did not start")
        }
        self.cluster = cluster
        bootstrap = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
    }

    deinit { close() }

    /// Makes a topic. Unknown topics are made with 4 partitions when a producer asks for them.
    public func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_topic_create(cluster, name, Int32(partitions), 1), "mock topic \(name)")
    }

    /// The next requests of that kind get these codes, one each; `KafkaError.Code.transport` breaks the connection.
    public func pushErrors(apiKey: Int16, _ codes: [Int32]) {
        var errors = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
        rd_kafka_mock_push_request_errors_array(cluster, apiKey, errors.count, &errors)
    }

    /// Forgets the errors of that kind that were not used.
    public func clearErrors(apiKey: Int16) { rd_kafka_mock_clear_request_errors(cluster, apiKey) }

    /// Every metadata answer names this error for the topic.
    public func setTopicError(_ topic: String, _ code: Int32) {
        rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(rawValue: code))
    }

    /// Delays every answer of a broker by that many milliseconds.
    public func setRoundTrip(broker: Int32, milliseconds: Int32) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_broker_set_rtt(cluster, broker, milliseconds), "round trip")
    }

    /// Moves a partition to another broker; -1 leaves it without one.
    public func setLeader(_ partition: TopicPartition, broker: Int32) throws(KafkaError) {
        let code = rd_kafka_mock_partition_set_leader(cluster, partition.topic, partition.partition, broker)
        try KafkaError.check(code, "leader of \(partition)")
    }

    /// Closes a broker's connections and refuses new ones; its partitions stay its own.
    public func setDown(broker: Int32) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_broker_set_down(cluster, broker), "broker down")
    }

    /// Lets a broker answer again.
    public func setUp(broker: Int32) throws(KafkaError) {
        try KafkaError.check(rd_kafka_mock_broker_set_up(cluster, broker), "broker up")
    }

    /// Ends the brokers. Close the clients first.
    public func close() {
        if let cluster { rd_kafka_mock_cluster_destroy(cluster) }
        cluster = nil
        client.destroy(milliseconds: 5_000)
    }
}
