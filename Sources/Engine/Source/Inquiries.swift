import Foundation
import KafkaClient
import Synchronization

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
                case .cover: result = .success(try desk!.covered(question.partitions))
                case .trim: result = .success(try desk!.trim(question.marks))
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
