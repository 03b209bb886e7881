import Console
import EventFormats
import Foundation
import KafkaClient
import Synchronization

/// The companion thread of a worker: it produces and commits one draft while the worker learns the next batch.
///
/// One draft at a time. The producer lives and dies on this thread.
final class Committer: @unchecked Sendable {
    /// What became of a draft.
    enum Outcome {
        case committed
        /// Not committed: produce the same outputs again, if the tasks are still owned.
        case aborted(String)
        /// The committed metadata are neither ours nor the ones before: somebody else owns a task.
        case ownershipLost(String)
        /// No producer could be had.
        case failed(KafkaError)
    }

    private let settings: EngineSettings
    private let topics: TopicNames
    private let transactionalID: String
    private let status: EngineStatus

    // Hand-over: one slot each way, guarded by the condition.
    private let condition = NSCondition()
    private var pending: TransactionDraft?
    private var outcome: Outcome?
    private var ready = false
    private var stopping = false
    private var ended = false
    private let hasOutcome = Atomic<Bool>(false)

    // Only on the companion thread.
    private var producer: Producer?
    private var handles: [String: ProducerTopic] = [:]
    private var outgoing: [OutgoingRecord] = []
    private var resolver: Consumer?

    init(settings: EngineSettings, topics: TopicNames, transactionalID: String, status: EngineStatus) {
        self.settings = settings
        self.topics = topics
        self.transactionalID = transactionalID
        self.status = status
    }

    // MARK: Worker's side

    /// Starts the thread and waits until leftovers of an earlier life are aborted.
    func start() throws(KafkaError) {
        Thread.detachNewThread { [self] in runLoop() }
        condition.lock()
        while !ready, outcome == nil { condition.wait() }
        let first = outcome
        outcome = nil
        hasOutcome.store(false, ordering: .releasing)
        condition.unlock()
        if case .failed(let error) = first { throw error }
    }

    /// Hands a draft over. The worker must not touch it until its outcome is taken.
    func submit(_ draft: TransactionDraft) {
        condition.lock()
        precondition(pending == nil, "one draft at a time")
        pending = draft
        condition.broadcast()
        condition.unlock()
    }

    /// The outcome of the submitted draft if there is one. Cost without one: one atomic load.
    func takeOutcome() -> Outcome? {
        guard hasOutcome.load(ordering: .acquiring) else { return nil }
        condition.lock()
        defer { condition.unlock() }
        hasOutcome.store(false, ordering: .releasing)
        defer { outcome = nil }
        return outcome
    }

    /// Waits for the outcome.
    func waitForOutcome(until deadline: Date) -> Outcome? {
        condition.lock()
        while outcome == nil, !ended, condition.wait(until: deadline) {}
        condition.unlock()
        return takeOutcome()
    }

    /// Ends the thread and closes the producer; an open transaction is left to be aborted by the next owner.
    func stop() {
        condition.lock()
        stopping = true
        condition.broadcast()
        let deadline = Date(timeIntervalSinceNow: 15)
        while !ended, condition.wait(until: deadline) {}
        condition.unlock()
    }

    // MARK: Companion's side

    private func runLoop() {
        do throws(KafkaError) {
            try rebuild()
            CrashPoint.reach(.afterInit)
            post(nil)
            while let draft = next() { post(run(draft)) }
        } catch {
            post(.failed(error))
        }
        producer?.close(timeout: 5000)
        resolver?.close()
        condition.lock()
        ended = true
        condition.broadcast()
        condition.unlock()
    }

    private func next() -> TransactionDraft? {
        condition.lock()
        defer { condition.unlock() }
        while pending == nil, !stopping { condition.wait() }
        defer { pending = nil }
        return pending
    }

    private func post(_ result: Outcome?) {
        condition.lock()
        outcome = result
        ready = true
        hasOutcome.store(result != nil, ordering: .releasing)
        condition.broadcast()
        condition.unlock()
    }

    /// A new handle with the same transactional id: fences the old one and finishes or aborts its transaction.
    private func rebuild() throws(KafkaError) {
        producer?.close(timeout: 1000)
        producer = nil
        handles = [:]
        let fresh = try Producer(settings.transactionalProducer(id: transactionalID))
        do throws(KafkaError) {
            try fresh.initTransactions(timeout: 30_000)
            for name in topics.published { handles[name] = try fresh.topic(name) }
        } catch {
            fresh.close(timeout: 1000)
            throw error
        }
        producer = fresh
    }

    private func run(_ draft: TransactionDraft) -> Outcome {
        let start = ContinuousClock.now
        let deadline = start + .milliseconds(settings.transactionTimeoutMilliseconds)
        do throws(KafkaError) {
            if producer == nil { try rebuild() }
            let result = try attempt(draft, deadline: deadline)
            status.update { values in
                if case .committed = result {
                    values.transactionsCommitted += 1
                    values.commitSeconds.record(ContinuousClock.now - start)
                } else {
                    values.transactionsAborted += 1
                }
            }
            return result
        } catch {
            producer?.close(timeout: 1000)
            producer = nil
            return .failed(error)
        }
    }

    /// One begin … commit. Throws only where no producer can be had.
    private func attempt(_ draft: TransactionDraft, deadline: ContinuousClock.Instant) throws(KafkaError) -> Outcome {
        guard let producer else { return .aborted("no producer") }
        producer.clearDisconnect()
        var stage = CommitDecision.Stage.begin
        while true {
            do throws(KafkaError) {
                switch stage {
                case .begin:
                    try producer.beginTransaction()
                    CrashPoint.reach(.afterBegin)
                    stage = .produce
                case .produce:
                    try produce(draft, with: producer)
                    CrashPoint.reach(.afterProduce)
                    stage = .sendOffsets
                case .sendOffsets:
                    guard let group = draft.group else { return .aborted("no group membership") }
                    try producer.sendOffsets(
                        draft.parts.map { part in
                            PartitionOffset(
                                topic: topics.input, partition: part.partition, offset: part.offset,
                                metadata: part.metadata.encoded)
                        }, group: group, timeout: 5000)
                    CrashPoint.reach(.afterSendOffsets)
                    stage = .commit
                case .commit, .abort:
                    CrashPoint.reachDuringNextCall(.duringCommit, microseconds: 1500)
                    try producer.commitTransaction(timeout: 5000)
                    CrashPoint.reach(.afterCommit)
                    // A late copy of a timed-out EndTxn could hit the next transaction (no KIP-890 here).
                    if producer.sawDisconnect { try rebuild() }
                    return .committed
                }
            } catch {
                let decision = CommitDecision.decide(
                    stage: stage, isFatal: error.isFatal, requiresAbort: error.requiresAbort,
                    isRetriable: error.isRetriable, outOfTime: ContinuousClock.now >= deadline)
                Log.debug("transaction", ("stage", "\(stage)"), ("error", error.description), ("next", "\(decision)"))
                switch decision {
                case .repeatCall:
                    usleep(50_000)
                case .abortThenRetry:
                    // After a disconnect late copies of its requests could hit the next transaction, as after a commit.
                    var isSpent = true
                    do throws(KafkaError) {
                        try producer.abortTransaction(timeout: 10_000)
                        isSpent = producer.sawDisconnect
                    } catch { Log.debug("abort", ("error", error.description)) }
                    if isSpent { try rebuild() }
                    return .aborted(error.description)
                case .rebuildThenRetry:
                    try rebuild()
                    return .aborted(error.description)
                case .rebuildThenResolve:
                    try rebuild()
                    return try resolve(draft, after: error)
                }
            }
        }
    }

    private func produce(_ draft: TransactionDraft, with producer: Producer) throws(KafkaError) {
        for part in draft.parts {
            if settings.publishesInTransaction, !part.predictions.isEmpty {
                try publish(part.predictions[...], of: draft.arena, to: part.partition, with: producer)
            }
            for letter in part.deadLetters {
                let letter = letter.fitting(settings.inputMessageBytes + TopicNames.deadLetterRoom)
                try producer.produce(
                    value: letter.value, key: letter.key, headers: letter.headers, timestamp: nil,
                    to: handles[topics.deadLetters]!, partition: part.partition, timeout: 10_000)
            }
            for (name, records) in [(topics.drift, part.driftEvents), (topics.decisions, part.decisions)] {
                for value in records {
                    try producer.produce(
                        value: value, key: nil, headers: [], timestamp: nil, to: handles[name]!,
                        partition: part.partition, timeout: 10_000)
                }
            }
            for record in part.stateRecords {
                let isManifest =
                    record.value.count < SnapshotChunks.chunkBytes && record.key.contains(UInt8(ascii: "m"))
                if isManifest { CrashPoint.reach(.beforeManifest) }
                try producer.produce(
                    value: record.value, key: record.key, headers: [], timestamp: nil, to: handles[topics.state]!,
                    partition: part.partition, timeout: 10_000)
                CrashPoint.reach(isManifest ? .afterManifest : .midChunks)
            }
        }
    }

    /// Predictions to the output topic, straight from the draft's arena.
    private func publish(
        _ slices: ArraySlice<TransactionDraft.Slice>, of arena: ByteArena, to partition: Int32, with producer: Producer
    ) throws(KafkaError) {
        try PredictionBatch.send(
            slices, of: arena, scratch: &outgoing, with: producer, to: handles[topics.output]!, partition: partition)
    }

    /// Reads the committed metadata: they say whether an unknown transaction happened.
    private func resolve(_ draft: TransactionDraft, after error: KafkaError) throws(KafkaError) -> Outcome {
        if resolver == nil { resolver = try Consumer(settings.reader()) }
        let committed = try resolver!.committed(
            draft.parts.map { TopicPartition(topic: topics.input, partition: $0.partition) }, timeout: 30_000)
        var resolutions = Set<CommitDecision.Resolution>()
        for part in draft.parts {
            let found = committed.first { $0.partition == part.partition }?.metadata
            let sequence = found.flatMap { OffsetMetadata(encoded: $0) }?.sequence
            resolutions.insert(CommitDecision.resolve(draft: part.metadata.sequence, committed: sequence))
        }
        if resolutions == [.committed] { return .committed }
        if resolutions == [.notCommitted] { return .aborted(error.description) }
        return .ownershipLost("the committed sequences are not ours after: \(error.description)")
    }
}
