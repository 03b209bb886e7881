import KafkaClient

/// Sends the predictions of `at_least_once` at once, from an idempotent producer without transactions; state, offsets
/// and the rest stay transactional. On the worker's thread.
final class DirectPublisher {
    private let settings: EngineSettings
    private let topics: TopicNames
    private var producer: Producer
    private var topic: ProducerTopic
    private var outgoing: [OutgoingRecord] = []
    /// Per partition: predictions of the draft that were sent.
    private var sent: [Int32: Int] = [:]

    init(settings: EngineSettings, topics: TopicNames) throws(KafkaError) {
        self.settings = settings
        self.topics = topics
        producer = try Producer(settings.directProducer())
        topic = try producer.topic(topics.output)
    }

    /// Sends what the draft holds and was not sent yet.
    func send(_ draft: TransactionDraft) throws(EngineError) {
        do throws(KafkaError) {
            if producer.fatalError != nil { try rebuild() }
            for part in draft.parts {
                let start = sent[part.partition] ?? 0
                guard start < part.predictions.count else { continue }
                try PredictionBatch.send(
                    part.predictions[start...], of: draft.arena, scratch: &outgoing, with: producer, to: topic,
                    partition: part.partition)
                sent[part.partition] = part.predictions.count
            }
        } catch { throw EngineError(error, "publishing predictions") }
    }

    /// Waits until everything is delivered, before the draft's transaction; the next draft begins at its start.
    func flush(_ draft: TransactionDraft) throws(EngineError) {
        try send(draft)
        do throws(KafkaError) { try producer.flush(timeout: 30_000) } catch {
            guard producer.fatalError != nil else { throw EngineError(error, "publishing predictions") }
        }
        if producer.fatalError != nil {
            try send(draft)
            do throws(KafkaError) { try producer.flush(timeout: 30_000) } catch {
                throw EngineError(error, "publishing predictions")
            }
        }
        sent.removeAll(keepingCapacity: true)
    }

    /// After a fatal error: everything since the last commit again, with the same `source` in each.
    private func rebuild() throws(KafkaError) {
        producer.close(timeout: 1000)
        producer = try Producer(settings.directProducer())
        topic = try producer.topic(topics.output)
        sent.removeAll()
    }

    func close() { producer.close(timeout: 5000) }
}
