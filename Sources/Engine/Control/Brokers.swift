import KafkaClient

/// What looks at topics and groups from beside a running engine, and changes them, goes through this: Kafka's clients, and in
/// tests a log in memory.
///
/// The worker's own clients are `WorkerClients`. Each client made here is used by one thread, and every call but `poll` may
/// block for its timeout, in milliseconds.
public struct Brokers: Sendable {
    /// Makes a reader of partitions and of what a group has committed; connects in the background.
    let reader: @Sendable (KafkaConfiguration) throws(KafkaError) -> any TopicReader
    /// Makes a client that describes, makes and deletes.
    let admin: @Sendable (KafkaConfiguration) throws(KafkaError) -> any TopicAdmin
    /// Makes a writer of records, outside any transaction.
    let writer: @Sendable (KafkaConfiguration) throws(KafkaError) -> any RecordWriter
}

/// Reads partitions by assignment, and asks where they and groups stand. Never joins a group. `Consumer` says what each does.
protocol TopicReader: LogReader {
    func partitionCount(of topic: String, timeout: Int32) throws(KafkaError) -> Int
    func leaders(of topic: String, timeout: Int32) throws(KafkaError) -> [Int32]
    func clusterID(timeout: Int32) -> String?
    func watermarks(_ partition: TopicPartition, timeout: Int32) throws(KafkaError) -> (low: Int64, high: Int64)
    func edges(_ edge: Int64, of partitions: [TopicPartition], timeout: Int32) throws(KafkaError) -> [PartitionOffset]
    func offsets(
        at timestamp: Int64, _ partitions: [TopicPartition], timeout: Int32
    ) throws(KafkaError) -> [PartitionOffset]
    func committed(_ partitions: [TopicPartition], timeout: Int32) throws(KafkaError) -> [PartitionOffset]
    func commit(_ offsets: [PartitionOffset]) throws(KafkaError)
    func commitDenial(topic: String, timeout: Int32) throws(KafkaError) -> KafkaError?
    /// Splits a partition from the rest, before `assign`: what is given appends its records, waits so long for a first one,
    /// and answers how many.
    func split(_ partition: TopicPartition) throws(KafkaError) -> (RecordBatch, Int32) -> Int
    func topicName(_ index: Int32) -> String
    var connectionError: KafkaError? { get }
    var onLog: ((KafkaLogLine) -> Void)? { get set }
}

/// Topics and groups as a whole. `Admin` says what each does.
protocol TopicAdmin: AnyObject {
    func clusterID(timeout: Int32) -> String?
    func brokerCount(timeout: Int32) throws(KafkaError) -> Int
    func describe(topic: String, timeout: Int32) throws(KafkaError) -> TopicDescription
    func describeConfig(topic: String, timeout: Int32) throws(KafkaError) -> [String: String]
    func createTopics(_ topics: [NewTopic], timeout: Int32) throws(KafkaError) -> [KafkaError?]
    func extend(_ names: [String], to count: Int, timeout: Int32) throws(KafkaError) -> [KafkaError?]
    func deleteTopics(_ names: [String], timeout: Int32) throws(KafkaError) -> [KafkaError?]
    func deleteRecords(before offsets: [PartitionOffset], timeout: Int32) throws(KafkaError) -> [PartitionOffset]
    func deleteGroup(_ group: String, timeout: Int32) throws(KafkaError)
    var connectionError: KafkaError? { get }
    func close(within duration: Duration)
}

/// Writes records, in their order.
protocol RecordWriter: AnyObject {
    /// - Parameter timestamp: nil: the broker's, or the client's, own.
    func write(
        value: [UInt8]?, key: [UInt8]?, headers: [(String, [UInt8]?)], timestamp: Int64?, to topic: String,
        _ partition: Int32, timeout: Int32
    ) throws(KafkaError)
    /// Returns when all are there.
    func flush(timeout: Int32) throws(KafkaError)
    func close(within duration: Duration)
}
