import EventFormats
import KafkaClient

/// Sends the predictions of `at_least_once` at once, from an idempotent producer without transactions; state, offsets
/// and the rest stay transactional. On the worker's thread.
final class DirectPublisher: DirectClient {
    /// Records that may wait in the producer's queue, of its million.
    private static let mostWaiting = 500_000

    private let settings: EngineSettings
    private let topics: TopicNames
    private var producer: Producer?
    private var topic: ProducerTopic?
    private var outgoing: [OutgoingRecord] = []
    /// Per partition: predictions of the draft that were sent.
    private var sent: [Int32: Int] = [:]

    init(settings: EngineSettings, topics: TopicNames) throws(KafkaError) {
        self.settings = settings
        self.topics = topics
    }

    private func open() throws(KafkaError) -> (Producer, ProducerTopic) {
        if let producer, let topic, producer.fatalError == nil { return (producer, topic) }
        // After a fatal error: everything since the last commit again, with the same `source` in each.
        producer?.close(timeout: 1000)
        producer = nil
        sent.removeAll()
        let fresh = try Producer(settings.directProducer())
        fresh.onLog = ClientLog.write
        let topic = try fresh.topic(topics.output)
        producer = fresh
        self.topic = topic
        return (fresh, topic)
    }

    func send(_ draft: TransactionDraft) throws(EngineError) {
        do throws(KafkaError) {
            let (producer, topic) = try open()
            for part in draft.parts {
                let start = sent[part.partition] ?? 0
                guard start < part.predictions.count else { continue }
                try PredictionBatch.send(
                    part.predictions[start...], of: draft.arena, scratch: &outgoing, with: producer, to: topic,
                    partition: part.partition)
                sent[part.partition] = part.predictions.count
            }
        } catch { throw EngineError(error, "publishing predictions to \(topics.output)") }
    }

    func isDelivered(_ draft: TransactionDraft) throws(EngineError) -> Bool {
        try send(draft)
        guard let producer else { return true }
        producer.serveEvents()
        if let failure = producer.takeDeliveryFailure() {
            throw EngineError(failure, "publishing predictions to \(topics.output)")
        }
        return producer.queueLength == 0
    }

    func next() { sent.removeAll(keepingCapacity: true) }

    var hasRoom: Bool { (producer?.queueLength ?? 0) < Self.mostWaiting }

    func close(within duration: Duration) { producer?.close(timeout: duration.wholeMilliseconds) }
}
