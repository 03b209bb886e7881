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
    private var limit: BatchLimit
    /// Bytes to a topic since the begin: of the largest record, and of the most to one partition.
    private var largest: [String: Int] = [:]
    private var sent: [String: [Int32: Int]] = [:]
    private let permanent: PermanentFailure
    /// The topic that a coordinator refused, as librdkafka tells in its log alone.
    private var refusedTopic: String?

    init(settings: EngineSettings, topics: TopicNames, id: String) {
        self.settings = settings
        self.topics = topics
        self.id = id
        limit = BatchLimit(known: settings.limits.batchBytes)
        permanent = PermanentFailure(settings, topics)
    }

    var isOpen: Bool { producer != nil }

    func rebuild() throws(KafkaError) {
        producer?.close(timeout: 1000)
        producer = nil
        handles = [:]
        let fresh = try Producer(settings.transactionalProducer(id: id, batchBytes: limit.bytes))
        fresh.onLog = { [unowned self] line in
            ClientLog.write(line)
            let parts = line.message.split(separator: "\"")
            if line.facility == "ADDPARTS", parts.count > 2 { refusedTopic = String(parts[1]) }
        }
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

    func begin() throws(KafkaError) {
        largest.removeAll(keepingCapacity: true)
        sent.removeAll(keepingCapacity: true)
        refusedTopic = nil
        try open().beginTransaction()
    }

    func produce(_ record: OutputRecord) throws(KafkaError) {
        let name =
            switch record.kind {
            case .deadLetter: topics.deadLetters
            case .drift: topics.drift
            case .decision: topics.decisions
            case .example: topics.examples ?? ""
            case .metrics: topics.metrics
            case .journal: topics.journal
            case .chunk, .manifest: topics.state
            }
        let bytes = (record.value?.count ?? 0) + (record.key?.count ?? 0) + record.headerBytes
        saw(bytes, bytes, name, record.partition)
        try open().produce(
            value: record.value, key: record.key, headers: record.headers, timestamp: nil, to: handles[name]!,
            partition: record.partition, timeout: 10_000)
    }

    func produce(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, to partition: Int32
    ) throws(KafkaError) {
        var (largest, total) = (0, 0)
        for slice in slices {
            let bytes = Int(slice.count) + Int(max(slice.keyCount, 0))
            largest = max(largest, bytes)
            total += bytes
        }
        saw(largest, total, topics.output, partition)
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

    func transactionFailure() -> KafkaError? {
        guard let producer, let failure = producer.transactionFailure else { return nil }
        producer.serveEvents()
        return KafkaError.of(failure.code, text: failure.message, topic: refusedTopic)
    }

    private func saw(_ bytes: Int, _ total: Int, _ topic: String, _ partition: Int32) {
        largest[topic] = max(largest[topic] ?? 0, bytes)
        sent[topic, default: [:]][partition, default: 0] += total
    }

    func remedy(_ failure: KafkaError) -> DeliveryRemedy {
        let bytes = failure.topic.flatMap { largest[$0] } ?? 0
        let most = failure.topic.flatMap { sent[$0]?.values.max() } ?? 0
        if failure.isTooLarge, limit.cut(largestRecord: bytes, sent: most) { return .cut(to: limit.bytes) }
        return permanent.verdict(failure, recordBytes: bytes).map { .end($0) } ?? .retry
    }

    func stateEnd(_ partition: Int32) -> Int64 { producer?.watchedEnd(partition) ?? 0 }

    func close(within duration: Duration) {
        producer?.close(timeout: duration.wholeMilliseconds)
        resolver?.close(timeout: duration.wholeMilliseconds)
        producer = nil
        resolver = nil
    }
}
