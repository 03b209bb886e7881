import Foundation
import KafkaClient
import Synchronization
import Topology

/// Asks the broker what may take any time, on a thread of its own with a client of its own: a librdkafka call that does
/// not come back (trap 12) then costs an answer and nothing else.
final class Inquiries: Inquirer, @unchecked Sendable {
    private let settings: EngineSettings
    private let topics: TopicNames
    private let wake: @Sendable () -> Void

    // Guarded by the condition.
    private let condition = NSCondition()
    private var questions: [Question] = []
    private var answers: [Answer] = []
    private var isClosed = false
    private let hasAnswer = Atomic<Bool>(false)

    init(settings: EngineSettings, topics: TopicNames, wake: @escaping @Sendable () -> Void) {
        self.settings = settings
        self.topics = topics
        self.wake = wake
        Thread.detachNewThread { [self] in runLoop() }
    }

    // MARK: Worker's side

    func ask(_ question: Question) {
        condition.withLock {
            questions.append(question)
            condition.signal()
        }
    }

    func takeAnswer() -> Answer? {
        guard hasAnswer.load(ordering: .acquiring) else { return nil }
        return condition.withLock {
            let answer = answers.isEmpty ? nil : answers.removeFirst()
            hasAnswer.store(!answers.isEmpty, ordering: .releasing)
            return answer
        }
    }

    /// The thread ends when its call comes back; nobody waits for it.
    func close() {
        condition.withLock {
            isClosed = true
            condition.signal()
        }
    }

    // MARK: The thread

    private func runLoop() {
        var desk: StandingDesk?
        while let question = next() {
            let result: Result<[Standing], EngineError>
            do throws(EngineError) {
                if desk == nil { desk = try StandingDesk(settings: settings, topics: topics) }
                switch question.kind {
                case .standing: result = .success(try desk!.standings(question.partitions))
                case .end: result = .success(try desk!.ends(question.partitions))
                }
            } catch {
                result = .failure(error)
                desk?.close()
                desk = nil
            }
            condition.withLock {
                answers.append(Answer(kind: question.kind, question: question.number, result: result))
                hasAnswer.store(true, ordering: .releasing)
            }
            wake()
        }
        desk?.close()
    }

    private func next() -> Question? {
        condition.withLock {
            while questions.isEmpty, !isClosed { condition.wait() }
            return isClosed ? nil : questions.removeFirst()
        }
    }
}

/// Looks up where partitions stand. Blocks; one thread.
final class StandingDesk {
    private let settings: EngineSettings
    private let topics: TopicNames
    private let reader: Consumer

    /// A topic made a moment ago, or a leader elected a moment ago, is known everywhere only some seconds later.
    private static let patience = Duration.seconds(15)

    init(settings: EngineSettings, topics: TopicNames) throws(EngineError) {
        self.settings = settings
        self.topics = topics
        do throws(KafkaError) { reader = try Consumer(settings.reader()) } catch {
            throw EngineError(error, "making a Kafka client")
        }
    }

    func close() { reader.close(timeout: 2000) }

    func standings(_ numbers: [Int32]) throws(EngineError) -> [Standing] {
        guard !numbers.isEmpty else { return [] }
        let inputs = numbers.map { TopicPartition(topic: topics.input, partition: $0) }
        let committed: [PartitionOffset]
        do throws(KafkaError) { committed = try reader.committed(inputs, timeout: 30_000) } catch {
            throw EngineError(error, "reading the committed offsets of group \(topics.group)")
        }
        CrashPoint.reach(.afterStableRead)
        let starts = try edges(PartitionOffset.beginning, inputs)
        // Never below what is committed: the leader may be new, and not know yet how far its log is committed.
        let ends = try edges(PartitionOffset.end, inputs) { end, partition in
            end >= committed.first { $0.partition == partition }?.offset ?? 0
        }
        let states = numbers.map { TopicPartition(topic: topics.state, partition: $0) }
        let stateStarts = settings.isMock ? [:] : try edges(PartitionOffset.beginning, states)
        let stateEnds = settings.isMock ? [:] : try edges(PartitionOffset.end, states)
        var result: [Standing] = []
        for number in numbers {
            var standing = Standing(partition: number)
            let found = committed.first { $0.partition == number }
            standing.inputStart = starts[number] ?? 0
            standing.inputEnd = ends[number] ?? 0
            standing.stateEnd = stateEnds[number] ?? 0
            if let found, found.offset >= 0 {
                standing.committed = found.offset
                standing.metadata = found.metadata
            } else {
                standing.begin = try begin(standing)
                standing.holdsState = try holdsState(number, from: stateStarts[number] ?? 0, to: standing.stateEnd)
            }
            result.append(standing)
        }
        return result
    }

    /// Where the inputs end now: one request a leader, one try.
    func ends(_ numbers: [Int32]) throws(EngineError) -> [Standing] {
        do throws(KafkaError) {
            let inputs = numbers.map { TopicPartition(topic: topics.input, partition: $0) }
            return try reader.edges(PartitionOffset.end, of: inputs, timeout: 5000).map { found in
                var standing = Standing(partition: found.partition)
                standing.inputEnd = found.offset
                return standing
            }
        } catch { throw EngineError(error, "asking for the ends of \(topics.input)") }
    }

    /// First or last offsets by partition, once all of them are known and right.
    private func edges(
        _ edge: Int64, _ partitions: [TopicPartition], isRight: (Int64, Int32) -> Bool = { _, _ in true }
    ) throws(EngineError) -> [Int32: Int64] {
        let end = ContinuousClock.now + Self.patience
        while true {
            do throws(KafkaError) {
                let found = try reader.edges(edge, of: partitions, timeout: 5000)
                guard ContinuousClock.now < end, !found.allSatisfy({ isRight($0.offset, $0.partition) }) else {
                    return Dictionary(found.map { ($0.partition, $0.offset) }, uniquingKeysWith: { $1 })
                }
            } catch {
                guard ContinuousClock.now < end else {
                    throw EngineError(error, "asking for the offsets of \(partitions[0].topic)")
                }
            }
            usleep(100_000)
        }
    }

    private func begin(_ standing: Standing) throws(EngineError) -> Int64 {
        switch settings.topology.start {
        case .earliest: return standing.inputStart
        case .latest: return standing.inputEnd
        case .time(let time):
            let partition = TopicPartition(topic: topics.input, partition: standing.partition)
            do throws(KafkaError) {
                let found = try reader.offsets(at: time, [partition], timeout: 10_000).first?.offset ?? -1
                return found >= 0 ? found : standing.inputEnd
            } catch { throw EngineError(error, "finding where to start in \(topics.input)") }
        }
    }

    /// Whether a state partition holds a committed record, which its end offset does not tell: an aborted transaction
    /// moves that too.
    private func holdsState(_ number: Int32, from start: Int64, to end: Int64) throws(EngineError) -> Bool {
        guard end > start else { return false }
        do throws(KafkaError) {
            try reader.assign([PartitionOffset(topic: topics.state, partition: number, offset: start)])
            defer { try? reader.assign([]) }
            let batch = RecordBatch(capacity: 1)
            let deadline = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < deadline {
                reader.poll(into: batch, wait: 100)
                defer { batch.release() }
                guard batch.count > 0 else { continue }
                switch batch[0].error {
                case 0: return true
                case KafkaError.Code.partitionEnd: return false
                default: throw KafkaError.of(batch[0].error)
                }
            }
            throw KafkaError.of(KafkaError.Code.timedOut)
        } catch { throw EngineError(error, "reading \(topics.state)") }
    }
}
