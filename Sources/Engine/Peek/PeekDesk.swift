import Foundation
import KafkaClient
import Synchronization

/// Where questions for a prediction wait until the worker that has the partition is between two turns.
///
/// Nothing is learned from a question. Any thread asks; at most `limit` wait, and nobody waits for longer than `patience`.
/// While a worker waits for records, its `PeekAttendant` answers; one that never waits answers itself, after a turn. A worker
/// never waits for a reader: what it has answered is handed over on a queue of its own.
public final class PeekDesk: Sendable {
    /// Questions that wait at most.
    public static let limit = 256
    /// Questions that a worker itself answers between two turns.
    static let most = 64
    /// After this a question counts as given up.
    static let patience = Duration.seconds(5)

    /// A question: what would be answered to this event now?
    public struct Question: Sendable {
        /// The partition whose models are asked.
        public var partition: Int32
        /// The event, as a record of the input topic.
        public var value: [UInt8]
        /// The record's key, or nil.
        public var key: [UInt8]?
        /// Reasons that are wanted; 0: none, and nothing is spent on them.
        public var reasons = 0
        /// Gets the answer, once or never, on any thread, and beside others.
        public var reply: @Sendable (Result<PeekAnswer, PeekFault>) -> Void
        let until = ContinuousClock.now + PeekDesk.patience

        /// A question to one partition's models.
        public init(
            partition: Int32, value: [UInt8], key: [UInt8]? = nil, reasons: Int = 0,
            reply: @escaping @Sendable (Result<PeekAnswer, PeekFault>) -> Void
        ) {
            self.partition = partition
            self.value = value
            self.key = key
            self.reasons = reasons
            self.reply = reply
        }
    }

    /// The partition that producers give a key; nil: there is no partitioner of that name.
    public static func partition(ofKey key: [UInt8], count: Int, partitioner: String) -> Int32? {
        KeyPartitioner(rawValue: partitioner)?.partition(of: key, count: count)
    }

    private let waiting = Mutex<[Question]>([])
    private let count = Atomic<Int>(0)
    private let attendants = Mutex<[Int: PeekAttendant]>([:])
    private let answers = DispatchQueue(label: "peek")

    init() {}

    /// Leaves a question; false where too many wait already.
    public func ask(_ question: Question) -> Bool {
        let hasRoom = waiting.withLock { waiting in
            let now = ContinuousClock.now
            if waiting.count >= Self.limit { waiting.removeAll { $0.until < now } }
            guard waiting.count < Self.limit else { return false }
            waiting.append(question)
            count.store(waiting.count, ordering: .releasing)
            return true
        }
        if hasRoom { for attendant in attendants.withLock({ Array($0.values) }) { attendant.call() } }
        return hasRoom
    }

    /// Who answers for a worker while it waits.
    func addAttendant(_ attendant: PeekAttendant, of worker: Int) { attendants.withLock { $0[worker] = attendant } }

    /// Whether anybody waits. Cost: one atomic load.
    var isEmpty: Bool { count.load(ordering: .acquiring) == 0 }

    /// The oldest questions to the partitions of a worker, at most so many of them.
    func take(_ most: Int = PeekDesk.most, _ isMine: (Int32) -> Bool) -> [Question] {
        waiting.withLock { waiting in
            let now = ContinuousClock.now
            if waiting.count <= most, waiting.allSatisfy({ $0.until >= now && isMine($0.partition) }) {
                count.store(0, ordering: .releasing)
                return exchange(&waiting, with: [])
            }
            var taken: [Question] = []
            waiting.removeAll { question in
                if question.until < now { return true }
                guard taken.count < most, isMine(question.partition) else { return false }
                taken.append(question)
                return true
            }
            count.store(waiting.count, ordering: .releasing)
            return taken
        }
    }

    /// Hands answers over, one to each question, away from the worker's thread.
    func deliver(_ results: [Result<PeekAnswer, PeekFault>], to questions: [Question]) {
        answers.async { for (question, result) in zip(questions, results) { question.reply(result) } }
    }
}

/// Why a question got no prediction.
public struct PeekFault: Error, Equatable, Sendable {
    /// In words.
    public var reason: String
}

/// What would be answered to an event.
public struct PeekAnswer: Sendable {
    /// The partition whose models answered.
    public var partition: Int32
    /// The offset of the first event that they have not seen.
    public var offset: Int64
    /// Events that they have seen.
    public var events: UInt64
    /// The predicted class, or -1: a number is predicted.
    public var classIndex = -1
    /// The class as it is spelled, or nil: a number is predicted.
    public var className: String? { spellings.indices.contains(classIndex) ? spellings[classIndex] : nil }
    /// One probability per class; empty for a number.
    public var probabilities: [Double] = []
    /// The classes as they are spelled.
    public var spellings: [String] = []
    /// The predicted number, or NaN.
    public var value = Double.nan
    /// The model that answered, and which incarnation of it.
    public var model: String
    /// Its incarnation.
    public var version: UInt32
    /// Why, where that was asked for.
    public var explanation: ExplainedAnswer?
}

/// An explanation with its inputs by name, and their values as the source has them.
public struct ExplainedAnswer: Sendable, Equatable {
    /// One input's share in an answer.
    public struct Reason: Sendable, Equatable {
        /// The feature's name.
        public var feature: String
        /// Its value: a number, or NaN: none, or a word.
        public var value: Double
        /// The word that it is, where it is one.
        public var word: String?
        /// What is usual of late; NaN: nothing is.
        public var usual: Double
        /// The usual word.
        public var usualWord: String?
        /// What it adds.
        public var contribution: Double
    }

    /// The class whose chance is explained, as it is spelled; nil: a number.
    public var className: String?
    /// The mean answer to events of late.
    public var base: Double
    /// The answer.
    public var answer: Double
    /// The inputs that add or take most, the largest first.
    public var reasons: [Reason]
    /// What all others add together.
    public var rest: Double
}
