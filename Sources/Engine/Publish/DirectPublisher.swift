import EventFormats
import Foundation
import KafkaClient
import Synchronization

/// Sends the predictions of `at_least_once` at once, from an idempotent producer without transactions; state, offsets
/// and the rest stay transactional. On the worker's thread, and waits for nothing: the producer is made on another, and what
/// finds no room goes with the next call.
final class DirectPublisher: DirectClient {
    /// Records that may wait in the producer's queue, of its million.
    private static let mostWaiting = 500_000

    private let settings: EngineSettings
    private let topics: TopicNames
    private let wake: @Sendable () -> Void
    private let permanent: PermanentFailure
    private var producer: Producer?
    private var topic: ProducerTopic?
    private var opening: Opening?
    private var outgoing: [OutgoingRecord] = []
    /// Per partition: predictions of the draft that were sent.
    private var sent: [Int32: Int] = [:]
    /// The draft holds predictions that were not sent.
    private(set) var isBehind = false

    /// Connects in the background; `wake` is called when it is done.
    init(settings: EngineSettings, topics: TopicNames, wake: @escaping @Sendable () -> Void) {
        self.settings = settings
        self.topics = topics
        self.wake = wake
        permanent = PermanentFailure(settings, topics)
        open()
    }

    private func failure(_ error: KafkaError) -> EngineError {
        permanent.verdict(error) ?? EngineError(error, "publishing predictions to \(topics.output)")
    }

    private func open() {
        producer?.close(timeout: 0)
        producer = nil
        topic = nil
        // After a fatal error: everything since the last commit again, with the same `source` in each.
        sent.removeAll()
        opening = Opening(settings.directProducer(), topic: topics.output, wake: wake)
    }

    /// The producer, once there is one that works.
    private func ready() throws(EngineError) -> (Producer, ProducerTopic)? {
        if let producer, let topic {
            if producer.fatalError == nil { return (producer, topic) }
            open()
        }
        guard let made = opening?.take() else { return nil }
        opening = nil
        switch made {
        case .success(let (producer, topic)):
            producer.onLog = ClientLog.write
            self.producer = producer
            self.topic = topic
            return (producer, topic)
        case .failure(let error): throw failure(error)
        }
    }

    func send(_ draft: TransactionDraft) throws(EngineError) {
        isBehind = true
        guard let (producer, topic) = try ready() else { return }
        do throws(KafkaError) {
            isBehind = false
            for part in draft.parts {
                var start = sent[part.partition] ?? 0
                while start < part.predictions.count {
                    let taken = try PredictionBatch.offer(
                        part.predictions[start...], of: draft.arena, scratch: &outgoing, with: producer, to: topic,
                        partition: part.partition)
                    guard taken > 0 else {
                        isBehind = true
                        break
                    }
                    start += taken
                }
                sent[part.partition] = start
            }
        } catch { throw failure(error) }
    }

    func isDelivered(_ draft: TransactionDraft) throws(EngineError) -> Bool {
        try send(draft)
        guard let producer else { return false }
        producer.serveEvents()
        if let failed = producer.takeDeliveryFailure() { throw failure(failed) }
        return !isBehind && producer.queueLength == 0
    }

    func next() { sent.removeAll(keepingCapacity: true) }

    var hasRoom: Bool { producer.map { $0.queueLength < Self.mostWaiting } ?? (opening?.isDone ?? false) }

    func close(within duration: Duration) { producer?.close(timeout: duration.wholeMilliseconds) }
}

/// A producer and its topic being made on a thread of their own: to know a topic is to ask a broker.
private final class Opening: @unchecked Sendable {
    // Sendable: what was made is handed over once, under the lock.
    private let lock = NSLock()
    private var made: Result<(Producer, ProducerTopic), KafkaError>?
    private let done = Atomic<Bool>(false)

    init(_ configuration: KafkaConfiguration, topic: String, wake: @escaping @Sendable () -> Void) {
        Thread.detachNewThread { [self] in
            let result: Result<(Producer, ProducerTopic), KafkaError>
            do throws(KafkaError) {
                let producer = try Producer(configuration)
                do throws(KafkaError) { result = .success((producer, try producer.topic(topic))) } catch {
                    producer.close(timeout: 1000)
                    throw error
                }
            } catch { result = .failure(error) }
            lock.withLock { made = result }
            done.store(true, ordering: .releasing)
            wake()
        }
    }

    var isDone: Bool { done.load(ordering: .acquiring) }

    /// What was made, once.
    func take() -> Result<(Producer, ProducerTopic), KafkaError>? {
        guard isDone else { return nil }
        return lock.withLock {
            defer { made = nil }
            return made
        }
    }
}
