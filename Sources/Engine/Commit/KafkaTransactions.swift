import EventFormats
import KafkaClient

/// Transactions of one transactional id, by librdkafka. On the committer's thread.
final class KafkaTransactions: TransactionClient {
    private let settings: EngineSettings
    private let topics: TopicNames
    private let id: String
    private var producer: Producer?
    private var handles: [String: ProducerTopic] = [:]
    private var outgoing: [OutgoingRecord] = []
    private var resolver: Consumer?

    init(settings: EngineSettings, topics: TopicNames, id: String) {
        self.settings = settings
        self.topics = topics
        self.id = id
    }

    var isOpen: Bool { producer != nil }

    func rebuild() throws(KafkaError) {
        producer?.close(timeout: 1000)
        producer = nil
        handles = [:]
        let fresh = try Producer(settings.transactionalProducer(id: id))
        fresh.onLog = ClientLog.write
        do throws(KafkaError) {
            try fresh.initTransactions(timeout: 30_000)
            for name in topics.written { handles[name] = try fresh.topic(name) }
            if let state = handles[topics.state] { fresh.watchEnds(of: state) }
        } catch {
            fresh.close(timeout: 1000)
            throw error
        }
        producer = fresh
    }

    private func open() throws(KafkaError) -> Producer {
        guard let producer else { throw KafkaError.of(KafkaError.Code.state) }
        return producer
    }

    func begin() throws(KafkaError) { try open().beginTransaction() }

    func produce(_ record: OutputRecord) throws(KafkaError) {
        let name =
            switch record.kind {
            case .deadLetter: topics.deadLetters
            case .drift: topics.drift
            case .decision: topics.decisions
            case .chunk, .manifest: topics.state
            }
        try open().produce(
            value: record.value, key: record.key, headers: record.headers, timestamp: nil, to: handles[name]!,
            partition: record.partition, timeout: 10_000)
    }

    func produce(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, to partition: Int32
    ) throws(KafkaError) {
        try PredictionBatch.send(
            slices, of: arena, scratch: &outgoing, with: try open(), to: handles[topics.output]!, partition: partition)
    }

    func sendOffsets(_ offsets: [PartitionOffset], under group: any Membership) throws(KafkaError) {
        guard let group = group as? GroupMetadata else { throw KafkaError.of(KafkaError.Code.state) }
        try open().sendOffsets(offsets, group: group, timeout: 5000)
    }

    func commit() throws(KafkaError) { try open().commitTransaction(timeout: 5000) }

    func abort() throws(KafkaError) { try open().abortTransaction(timeout: 10_000) }

    func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [PartitionOffset] {
        if resolver == nil { resolver = try Consumer(settings.reader()) }
        return try resolver!.committed(partitions, timeout: 30_000)
    }

    var sawDisconnect: Bool { producer?.sawDisconnect ?? false }

    func clearDisconnect() { producer?.clearDisconnect() }

    func takeDeliveryFailure() -> KafkaError? { producer?.takeDeliveryFailure() }

    func stateEnd(_ partition: Int32) -> Int64 { producer?.watchedEnd(partition) ?? 0 }

    func close(within duration: Duration) {
        producer?.close(timeout: duration.wholeMilliseconds)
        resolver?.close(timeout: duration.wholeMilliseconds)
        producer = nil
        resolver = nil
    }
}
