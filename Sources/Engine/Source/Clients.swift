import KafkaClient

// What a worker's session asks of the outside. Each has one implementation on Kafka's client, and the tests have another
// on a log in memory. None of these calls waits for a broker.

/// What the group has decided; to be answered by `take` or `giveUp`.
enum GroupEvent: Equatable {
    case assigned([Int32])
    case revoked([Int32])
    /// Taken away already: others may have them.
    case lost([Int32])
    /// Of these, only one of the inputs was given.
    case split([Int32])
}

/// The worker's member of the group.
protocol GroupClient: AnyObject {
    /// Waits up to `milliseconds` for something to happen. Changes nothing else: others are with the tasks meanwhile.
    func wait(milliseconds: Int32)
    /// Serves the group. `strays` gets what belongs to no lane: errors.
    func serve(into strays: RecordBatch) -> [GroupEvent]
    /// Sleeps, whatever happens: what comes meanwhile is read at once.
    func rest(milliseconds: Int32)
    /// Splits a partition from the rest, to be read only when its task wants to. Before `take`.
    func openLane(_ partition: TopicPartition) throws(KafkaError) -> any LaneClient
    func take(_ offsets: [PartitionOffset]) throws(KafkaError)
    func giveUp(_ partitions: [TopicPartition]) throws(KafkaError)
    /// What is being revoked was lost meanwhile.
    var isAssignmentLost: Bool { get }
    /// Nil before the first join, and while there is none.
    func membership() -> (any Membership)?
    /// The error after which nothing more comes, or nil.
    var fatalError: KafkaError? { get }
    func close(within duration: Duration)
}

/// One partition's records, as they come.
protocol LaneClient: AnyObject {
    /// Appends what is there; answers how many.
    func read(into batch: RecordBatch) -> Int
    func close()
}

/// A member of the group at one moment: what offsets are fenced with.
protocol Membership: AnyObject, Sendable {}

extension GroupMetadata: Membership {}

/// Reads partitions by assignment, for a restore.
protocol LogReader: AnyObject {
    func assign(_ partitions: [PartitionOffset]) throws(KafkaError)
    @discardableResult
    func poll(into batch: RecordBatch, wait milliseconds: Int32) -> Int
    func close(within duration: Duration)
}

extension LogReader {
    /// Gives the records of a partition from an offset on, until its end or until `take` has enough and says false. Throws where
    /// nothing comes for half a minute. Blocks.
    func scan(
        _ topic: String, _ partition: Int32, from offset: Int64, _ take: (ConsumedRecord) -> Bool
    ) throws(KafkaError) {
        try assign([PartitionOffset(topic: topic, partition: partition, offset: offset)])
        defer { try? assign([]) }
        let batch = RecordBatch(capacity: 500)
        var last = ContinuousClock.now
        while ContinuousClock.now - last < .seconds(30) {
            poll(into: batch, wait: 100)
            defer { batch.release() }
            for place in 0..<batch.count {
                last = .now
                let record = batch[place]
                if record.error == KafkaError.Code.partitionEnd { return }
                guard record.error == 0 else { throw KafkaError.of(record.error, topic: topic) }
                if !take(record) { return }
            }
        }
        throw KafkaError.of(KafkaError.Code.timedOut, topic: topic)
    }
}

extension Consumer: LogReader {
    func close(within duration: Duration) { close(timeout: duration.wholeMilliseconds) }
}

/// Answers what only a broker knows, whenever it can.
protocol Inquirer: AnyObject {
    func ask(_ question: Question)
    func takeAnswer() -> Answer?
    func close()
}

/// What is to be found out.
struct Question: Equatable, Sendable {
    enum Kind {
        /// Everything needed to begin.
        case standing
        /// Where the input ends now; the rest of the answer stays empty.
        case end
        /// Which of the partitions every topic of the topology has by now: those are in the answer.
        case cover
        /// To delete what of the journals nobody can need; those where there was something are in the answer.
        case trim
    }

    var kind = Kind.standing
    var number: UInt64
    var partitions: [Int32]
    /// Of `.trim`: where the journals may be cut.
    var marks: [Int32: [JournalMark]] = [:]
}

/// What was found out.
struct Answer: Sendable {
    var kind = Question.Kind.standing
    var question: UInt64
    var result: Result<[Standing], EngineError>
}

/// Produces and commits drafts, one at a time, beside the worker.
protocol CommitClient: AnyObject {
    /// Nil until leftovers of an earlier life are aborted and drafts are taken; then whether that succeeded.
    var start: Result<Void, KafkaError>? { get }
    /// The draft is not the worker's until its outcome is taken.
    func submit(_ draft: TransactionDraft)
    func takeOutcome() -> CommitOutcome?
    /// Waits a little for an outcome; does not take it.
    func wait(milliseconds: Int32)
    func stop(within duration: Duration)
}

/// What became of a draft.
enum CommitOutcome {
    case committed
    /// Not committed: produce the same outputs again, if the tasks are still owned.
    case aborted(String)
    /// The committed metadata are neither ours nor the ones before: somebody else owns a task.
    case ownershipLost(String)
    /// No producer could be had, or trying again is no use.
    case failed(EngineError)
}

/// Sends predictions at once, outside any transaction (`at_least_once`).
protocol DirectClient: AnyObject {
    /// Sends what the draft holds and was not sent yet.
    func send(_ draft: TransactionDraft) throws(EngineError)
    /// Everything sent has arrived; what failed was sent again first. Asks nobody.
    func isDelivered(_ draft: TransactionDraft) throws(EngineError) -> Bool
    /// The draft goes into its transaction; the next one begins.
    func next()
    /// The draft holds predictions that found no room yet.
    var isBehind: Bool { get }
    /// There is room for a batch more.
    var hasRoom: Bool { get }
    func close(within duration: Duration)
}

/// Clients that live and die together.
struct WorkerClients {
    var group: any GroupClient
    var reader: any LogReader
    /// Reads the labels of a replay, beside the events; nil: there is no label topic.
    var labelReader: (any LogReader)?
    var inquirer: any Inquirer
    var committer: any CommitClient
    var direct: (any DirectClient)?
}

extension Duration {
    /// For librdkafka's calls: at least 0, at most some weeks.
    var wholeMilliseconds: Int32 {
        Int32(clamping: max(0, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000))
    }
}
