import Console
import Foundation
import KafkaClient
import Topology

/// One pinned thread: a consumer, a committer and the tasks of the partitions that the group gave it.
///
/// Everything here runs on that thread. A turn: serve the group, settle the last transaction, give every task its
/// share, hand over the next transaction when its time has come.
final class Worker {
    let index: Int
    let settings: EngineSettings
    let topics: TopicNames
    let status: EngineStatus
    let cluster: String
    let stop: StopSignal
    let ends: EndOffsets?
    let trial: TrialTurn
    var tasks: [Int32: PartitionTask] = [:]
    /// Between a revocation and the assignment that follows: what comes back unchanged goes on where it was.
    var parked: [Int32: PartitionTask] = [:]
    var paused: [Int32: Restoration] = [:]
    var restorations: [Restoration] = []
    /// What the rebalance callback could not do; thrown after the poll that called it.
    var failure: EngineError?
    var assignments: UInt64 = 0
    var isAssigned = false

    var consumer: Consumer!
    var reader: Consumer!
    var committer: Committer!
    var direct: DirectPublisher?
    /// Being filled.
    var draft = TransactionDraft()
    /// Handed over.
    var inFlight: TransactionDraft?
    var spareDraft: TransactionDraft? = TransactionDraft()
    private var nextCommit = ContinuousClock.now
    private var nextStatus = ContinuousClock.now
    private let batch = RecordBatch(capacity: 2000)
    let strays = RecordBatch(capacity: 256)
    private var idleTurns = 0
    private var failures = 0
    private var lastFailure = ContinuousClock.now
    /// By partition: the sequence of the last transaction that was handed over, whatever became of it.
    var handedOver: [Int32: UInt64] = [:]

    /// A transaction holds at most this, so that an abort's retry stays short.
    static let maxDraftBytes = 32 << 20
    static let maxDraftTries = 6

    init(
        index: Int, settings: EngineSettings, topics: TopicNames, cluster: String, status: EngineStatus,
        stop: StopSignal, ends: EndOffsets?, trial: TrialTurn
    ) {
        self.index = index
        self.settings = settings
        self.topics = topics
        self.cluster = cluster
        self.status = status
        self.stop = stop
        self.ends = ends
        self.trial = trial
    }

    /// Runs until it is stopped or cannot go on.
    func run() throws(EngineError) {
        while true {
            do throws(EngineError) { return try session() } catch {
                Log.debug("the session ends", ("worker", "\(index)"), ("reason", error.message))
                let isReplaced = consumer?.fatalError?.code == KafkaError.Code.fencedInstance
                closeSession()
                // To begin again would throw the other one out, which would begin again, and so on.
                if isReplaced {
                    throw EngineError(
                        .unavailable,
                        "another process took over as instance \(settings.instance) of \(settings.topology.name): each "
                            + "needs an --instance or a --state-dir of its own")
                }
                // Progress or quiet minutes end a series; a transaction alone does not: each session begins with one.
                failures = ContinuousClock.now - lastFailure > .seconds(600) ? 1 : failures + 1
                lastFailure = .now
                guard error.isTransient, failures <= 20, !stop.isRequested else { throw error }
                status.update { [index] values in
                    values.workerRestarts += 1
                    values.heartbeats[index] = .now
                }
                let pause = min(0.2 * Double(failures), 5)
                Log.warning(
                    "the worker begins again from its committed offsets", ("worker", "\(index)"),
                    ("reason", error.message), ("pause", "\(pause)s"))
                Thread.sleep(forTimeInterval: pause)
            }
        }
    }

    private func session() throws(EngineError) {
        do throws(KafkaError) {
            committer = Committer(
                settings: settings, topics: topics,
                transactionalID: "\(settings.topology.name).\(settings.instance).\(index)", status: status)
            try committer.start()
            reader = try Consumer(settings.reader())
            if !settings.publishesInTransaction { direct = try DirectPublisher(settings: settings, topics: topics) }
            consumer = try Consumer(settings.groupConsumer(worker: index))
            consumer.rebalanceHandler = self
            try consumer.subscribe([topics.input])
        } catch { throw EngineError(error, "starting worker \(index)") }
        while !stop.isRequested, !isAtEnd { try turn() }
        CrashPoint.reach(.inDrain)
        try drain(Array(tasks.values))
        publishStatus(full: true)
        closeSession()
    }

    /// Closes what is there, without committing anything more.
    private func closeSession() {
        // Closing revokes what is still assigned: the handler would commit a draft whose tasks are gone.
        consumer?.rebalanceHandler = nil
        for task in tasks.values {
            task.queue?.close()
            trial.give(task.partition)
        }
        tasks = [:]
        parked = [:]
        paused = [:]
        restorations = []
        consumer?.close()
        reader?.close()
        committer?.stop()
        direct?.close()
        consumer = nil
        reader = nil
        committer = nil
        direct = nil
        draft = TransactionDraft()
        spareDraft = TransactionDraft()
        inFlight = nil
        isAssigned = false
        failure = nil
    }

    private var isAtEnd: Bool {
        guard let ends, isAssigned, inFlight == nil, draft.isEmpty else { return false }
        return ends.areReached && tasks.values.allSatisfy { $0.phase == .running && $0.isAtEnd }
    }

    // MARK: One turn

    private func turn() throws(EngineError) {
        let wait: Int32 = idleTurns == 0 ? 0 : idleTurns < 50 ? 1 : 5
        _ = consumer.poll(into: strays, wait: wait)
        try handleStrays()
        if let failure { throw failure }
        if let error = consumer.fatalError { throw EngineError(error, "consuming \(topics.input)") }
        try settle(committer.takeOutcome())
        try stepRestoration()
        announce()
        var worked = 0
        for task in tasks.values where task.phase == .running && mayRead(task) { worked += try read(task) }
        try sealIfDue()
        idleTurns = worked > 0 || !restorations.isEmpty ? 0 : idleTurns + 1
        let now = ContinuousClock.now
        if now >= nextStatus {
            nextStatus = now + .milliseconds(500)
            publishStatus(full: true)
        }
    }

    /// Records that reached the consumer's own queue before a task's queue was split off, and errors.
    private func handleStrays() throws(EngineError) {
        defer { strays.release() }
        for position in 0..<strays.count {
            let record = strays[position]
            if record.error == 0, let task = tasks[record.partition], task.phase == .running {
                process(record, at: position, in: strays, of: task, part: part(of: task))
            } else if record.error == 0, tasks[record.partition] != nil {
                // Not to be lost: the task is not ready, so it reads this again from its own queue.
                throw EngineError(.fault, "a record came before its task was ready", isTransient: true)
            } else {
                try handle(record)
            }
        }
    }

    private func handle(_ record: ConsumedRecord) throws(EngineError) {
        if record.error == 0 { return }
        if record.error == KafkaError.Code.partitionEnd {
            if let task = tasks[record.partition], let ends, record.offset >= ends[record.partition] {
                reached(task)
            }
            return
        }
        if record.error == KafkaError.Code.autoOffsetReset {
            throw EngineError(
                .data,
                "partition \(record.partition) of \(topics.input): the committed offset is not in the log any more "
                    + "(retention, or the topic was recreated). Restore it, or begin anew under another name")
        }
        Log.debug("consumer", ("error", KafkaError.describe(record.error)))
    }

    private func reached(_ task: PartitionTask) {
        task.isAtEnd = true
        ends?.reached(task.partition)
    }

    private func stepRestoration() throws(EngineError) {
        guard let restoration = restorations.first, try restoration.step(.milliseconds(20)) else { return }
        restorations.removeFirst()
        let task = restoration.task
        task.counters.replayed = restoration.replayed
        if restoration.diverged {
            status.update { $0.replayDivergences += 1 }
            Log.warning(
                "replay gave another digest on another kind of machine; accepted and snapshotted",
                ("partition", "\(task.partition)"))
        }
        Log.info(
            "restored", ("partition", "\(task.partition)"), ("offset", "\(task.position)"),
            ("replayed", "\(restoration.replayed)"))
        reportReady()
    }

    /// A restored task commits its attempt before its first event, and not before there is one: assignments alone
    /// accuse no record. A suspect begins when it can be alone, and nobody begins meanwhile.
    private func announce() {
        for task in tasks.values where task.phase == .waiting && task.queue.map({ $0.readyCount > 0 }) ?? false {
            guard mayRead(task) else { continue }
            task.phase = .starting
            nextCommit = .now
        }
    }

    private func mayRead(_ task: PartitionTask) -> Bool {
        task.isOnTrial ? trial.take(task.partition) : trial.allows(task.partition)
    }

    /// Gives a task one batch.
    private func read(_ task: PartitionTask) throws(EngineError) -> Int {
        guard let queue = task.queue else { return 0 }
        let count = consumer.consume(queue, into: batch, wait: 0)
        guard count > 0 else {
            if let ends, !task.isAtEnd, task.position >= ends[task.partition] { reached(task) }
            if task.isOnTrial { trial.give(task.partition) }
            return 0
        }
        defer { batch.release() }
        var part: TransactionDraft.Part?
        for position in 0..<count {
            let record = batch[position]
            guard record.error == 0 else {
                try handle(record)
                continue
            }
            if part == nil { part = self.part(of: task) }
            process(record, at: position, in: batch, of: task, part: part!)
            let full =
                draft.byteCount > Self.maxDraftBytes || task.isolation.limit.map { part!.events >= $0 } ?? false
            if full || position & 63 == 63 {
                if full { try finishTransaction() }
                try settle(committer.takeOutcome())
                try sealIfDue()
                part = nil
            }
        }
        try direct?.send(draft)
        return count
    }

    @inline(__always)
    private func process(
        _ record: ConsumedRecord, at position: Int, in batch: RecordBatch, of task: PartitionTask,
        part: TransactionDraft.Part
    ) {
        // Below the position: already part of the state (a fetch can begin inside a batch).
        guard record.offset >= task.position else { return }
        if let fault = task.process(record, part: part, draft: draft) {
            task.bury(record, fault, headers: batch.headers(of: position), part: part, draft: draft)
        }
        CrashPoint.reach(.midBatch)
    }

    func part(of task: PartitionTask) -> TransactionDraft.Part {
        draft.part(for: task.partition, assignment: task.assignment)
    }

    // MARK: Transactions

    private func sealIfDue() throws(EngineError) {
        guard inFlight == nil else { return }
        let now = ContinuousClock.now
        guard now >= nextCommit else { return }
        for task in tasks.values where task.wantsTransaction { _ = part(of: task) }
        guard !draft.isEmpty else { return }
        try seal(.asScheduled)
    }

    /// Hands the draft over.
    func seal(_ wish: SnapshotSchedule.Wish) throws(EngineError) {
        guard let group = consumer.groupMetadata() else { return }
        // Offsets may only be those of tasks that are here, as they stand now.
        draft.keepParts { part in tasks[part.partition]?.assignment == part.assignment }
        guard !draft.isEmpty else { return draft.reset() }
        try direct?.flush(draft)
        for part in draft.parts {
            let task = tasks[part.partition]!
            task.seal(part, snapshot: task.phase == .starting ? .now : wish) { self.stateEnd(part.partition) }
            handedOver[part.partition] = part.metadata.sequence
        }
        draft.group = group
        inFlight = draft
        committer.submit(draft)
        draft = spareDraft!
        spareDraft = nil
        nextCommit = .now + settings.topology.commitInterval
    }

    private func stateEnd(_ partition: Int32) -> Int64 {
        (try? reader.watermarks(TopicPartition(topic: topics.state, partition: partition), timeout: 5000).high) ?? 0
    }

    /// Acts on the outcome of the draft in flight.
    func settle(_ outcome: Committer.Outcome?) throws(EngineError) {
        guard let outcome, let settled = inFlight else { return }
        switch outcome {
        case .committed:
            for part in settled.parts {
                guard let task = tasks[part.partition], task.assignment == part.assignment else { continue }
                if task.phase == .starting, part.metadata.sequence == 1 { CrashPoint.reach(.afterGenesis) }
                task.didCommit(part)
                if part.events > 0 { trial.give(task.partition) }
            }
            if settled.parts.contains(where: { $0.events > 0 }) { failures = 0 }
            recycle(settled)
            reportReady()
        case .aborted(let reason):
            settled.keepParts { part in tasks[part.partition]?.assignment == part.assignment }
            settled.tries += 1
            guard !settled.isEmpty else { return recycle(settled) }
            guard settled.tries < Self.maxDraftTries else {
                throw EngineError(
                    .unavailable, "a transaction failed \(settled.tries) times: \(reason)", isTransient: true)
            }
            Log.warning("transaction aborted, the same outputs again", ("try", "\(settled.tries)"), ("reason", reason))
            Thread.sleep(forTimeInterval: 0.02 * Double(settled.tries))
            guard let group = consumer.groupMetadata() else {
                throw EngineError(.unavailable, "no group membership: \(reason)", isTransient: true)
            }
            settled.group = group
            committer.submit(settled)
        case .ownershipLost(let reason):
            throw EngineError(.unavailable, reason, isTransient: true)
        case .failed(let error):
            throw EngineError(error, "committing")
        }
    }

    private func recycle(_ settled: TransactionDraft) {
        settled.reset()
        inFlight = nil
        spareDraft = settled
    }

    /// Waits until nothing is in flight, and hands over and waits for what the draft holds.
    func finishTransaction(
        _ wish: SnapshotSchedule.Wish = .asScheduled, within seconds: Double = 60
    ) throws(EngineError) {
        let deadline = Date(timeIntervalSinceNow: seconds)
        for round in 0..<2 {
            while inFlight != nil {
                guard let outcome = committer.waitForOutcome(until: deadline) else {
                    throw EngineError(.unavailable, "a transaction did not end in \(seconds) s", isTransient: true)
                }
                try settle(outcome)
            }
            if round == 0, !draft.isEmpty { try seal(wish) }
        }
        guard draft.isEmpty else {
            throw EngineError(.unavailable, "no group membership to commit under", isTransient: true)
        }
    }

    /// Commits everything and, where it fits, a snapshot of the tasks that end here.
    func drain(_ ending: [PartitionTask], within seconds: Double = 60) throws(EngineError) {
        try finishTransaction(within: seconds)
        for task in ending where task.endCleanly() { _ = part(of: task) }
        try finishTransaction(.now, within: seconds)
    }
}
