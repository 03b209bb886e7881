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
    /// Why the open transaction can only be aborted, where that is known; asked before the abort.
    func transactionFailure() -> KafkaError?
    /// Acts on a delivery failure that no further try as it is will change.
    func remedy(_ failure: KafkaError) -> DeliveryRemedy
    /// The offset behind the last record of ours in the state partition; 0 before the first.
    func stateEnd(_ partition: Int32) -> Int64
    func close(within duration: Duration)
}

/// What to do about a record that was not taken.
enum DeliveryRemedy {
    /// The same again.
    case retry
    /// The same again, by a new handle that sends fewer bytes at a time.
    case cut(to: Int)
    /// It will not pass.
    case end(EngineError)
}

extension TransactionClient {
    func remedy(_ failure: KafkaError) -> DeliveryRemedy { .retry }
    func transactionFailure() -> KafkaError? { nil }
}

/// A record that is not a prediction.
struct OutputRecord {
    enum Kind { case deadLetter, drift, decision, example, metrics, journal, chunk, manifest }

    var kind: Kind
    var partition: Int32
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [(String, [UInt8]?)] = []

    var headerBytes: Int { headers.reduce(0) { $0 + $1.0.utf8.count + ($1.1?.count ?? 0) + 4 } }
}
