import EventFormats
import KafkaClient

/// What a transaction is made of. On Kafka's producer by `KafkaTransactions`; calls block, each up to its own timeout.
protocol TransactionClient: AnyObject {
    /// A new handle with the same transactional id: fences the old one and finishes or aborts its transaction.
    func rebuild() throws(KafkaError)
    var isOpen: Bool { get }
    func begin() throws(KafkaError)
    func produce(_ record: OutputRecord) throws(KafkaError)
    /// Predictions to one partition of the output topic, straight from a draft's arena.
    func produce(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, to partition: Int32) throws(KafkaError)
    func sendOffsets(_ offsets: [PartitionOffset], under group: any Membership) throws(KafkaError)
    func commit() throws(KafkaError)
    func abort() throws(KafkaError)
    /// The group's committed offsets with their metadata, by a stable read.
    func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [PartitionOffset]
    /// A connection ended since `clearDisconnect`: what was sent over it may still arrive.
    var sawDisconnect: Bool { get }
    func clearDisconnect()
    /// The first record since the last time that was not taken: why the transaction must be aborted. Forgotten then.
    func takeDeliveryFailure() -> KafkaError?
    /// The offset behind the last record of ours in the state partition; 0 before the first.
    func stateEnd(_ partition: Int32) -> Int64
    func close(within duration: Duration)
}

/// A record that is not a prediction.
struct OutputRecord {
    enum Kind { case deadLetter, drift, decision, chunk, manifest }

    var kind: Kind
    var partition: Int32
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [(String, [UInt8]?)] = []
}
