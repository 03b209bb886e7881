import Console
import KafkaClient
import Topology

/// A worker from joining the group to leaving it: acts on what its parts decide.
///
/// A turn: serve the group, settle the last transaction, restore a little, give every task its share, hand over the next
/// transaction when its time has come. No call in it waits for a broker. Everything runs on the worker's thread.
final class WorkerSession {
    let context: WorkerContext
    let clients: WorkerClients
    let survivals: Worker.Survivals
    var rebalance: RebalanceMachine
    var flow: TransactionFlow
    var tasks: [Int32: PartitionTask] = [:]
    /// Between a revocation and the assignment that follows: what comes back unchanged goes on where it was.
    var parked: [Int32: PartitionTask] = [:]
    var paused: [Int32: Restoration] = [:]
    var restorations: [Restoration] = []
    var order = InputOrder()
    /// What is being committed before partitions are given up, or before the end.
    var drain: Drain?
    /// At least one event was committed.
    var hasCommittedEvents = false
    var batch = RecordBatch(capacity: 2000)
    let commands = RecordBatch(capacity: 64)
    /// A batch that was cut: whose it is, and the first record that was not taken.
    var cut: (partition: Int32, place: Int)?
    private let strays = RecordBatch(capacity: 256)
    private let pace: TurnPace
    /// Records of the last turn.
    private var worked = 0
    /// Since the last assignment.
    var hasToldReady = false
    private var nextStatus: ContinuousClock.Instant
    var cases = CaseClock()
    private let attendant = PeekAttendant()
    private var ends = EndWatch()
    private var covers = CoverWatch()
    private var trims = TrimWatch()

    init(_ context: WorkerContext, _ clients: WorkerClients, survivals: Worker.Survivals) {
        self.context = context
        self.clients = clients
        self.survivals = survivals
        rebalance = RebalanceMachine(
            topics: context.topics, cluster: context.cluster, onGap: context.settings.topology.onGap)
        pace = TurnPace(
            commitInterval: context.settings.topology.commitInterval,
            gathers: context.settings.predictionsAreTransactional)
        let now = context.clock.now
        flow = TransactionFlow(interval: context.settings.topology.commitInterval, now: now)
        nextStatus = now
        attendant.begin { [weak self] in self?.answerOneQuestion() }
        context.peeks.addAttendant(attendant, of: context.index)
    }

    /// False when the session has ended well.
    func turn() throws(EngineError) -> Bool {
        try serve()
        switch clients.committer.start {
        case .success: break
        case .failure(let error):
            throw PermanentFailure(context.settings, context.topics).verdict(error)
                ?? EngineError(error, "starting the transactions of worker \(context.index)")
        case nil: return !context.stop.isRequested
        }
        try settle()
        try stepRestoration()
        takeCommands()
        endIfDrained()
        if drain == nil, context.stop.isRequested || isAtEnd { startEnding() }
        worked = try drain == nil ? read() : 0
        if let direct = clients.direct, direct.isBehind { try direct.send(flow.draft) }
        if try advanceDrain() {
            publishStatus()
            return false
        }
        try sealIfDue()
        reportStatus()
        return true
    }

    /// What the group, the broker and the time have to say.
    private func serve() throws(EngineError) {
        wait()
        // Of a worker that does not wait, or that did not wait long enough.
        answerQuestions()
        let events = clients.group.serve(into: strays)
        for event in events { try handle(.group(event)) }
        try handleStrays()
        if let error = clients.group.fatalError { throw EngineError(error, "consuming \(context.topics.input)") }
        while let answer = clients.inquirer.takeAnswer() {
            switch answer.kind {
            case .standing: try handle(.answered(answer))
            case .end: ends.answered(answer, tasks, at: context.clock.now)
            case .cover: covers.answered(answer, tasks)
            case .trim: trims.answered(answer, tasks)
            }
        }
        if rebalance.isWaiting { try handle(.tick) }
    }

    private func wait() {
        let isBusy = !restorations.isEmpty || drain != nil || cut != nil && flow.isIdle
        // An outcome rings; what waits for room or for an outcome of the second producer does not.
        var due =
            !flow.draft.isEmpty || tasks.values.contains(where: \.wantsTransaction)
            ? flow.timeLeft(context.clock.now) : nil
        if let direct = clients.direct, !direct.hasRoom || direct.isBehind || due == .zero {
            due = min(due ?? .milliseconds(5), .milliseconds(5))
        }
        switch pace.wait(worked: worked, isBusy: isBusy, due: due) {
        case .none: clients.group.wait(milliseconds: 0)
        case .ring(let milliseconds): attendant.whileOut { clients.group.wait(milliseconds: milliseconds) }
        case .rest(let milliseconds): attendant.whileOut { clients.group.rest(milliseconds: milliseconds) }
        }
    }

    /// Errors, and records that reached the consumer's own queue before a lane was open.
    private func handleStrays() throws(EngineError) {
        defer { strays.release() }
        for position in 0..<strays.count {
            let record = strays[position]
            guard record.error == 0 else {
                try handleMark(record)
                continue
            }
            // Not to be lost: read again from the committed offset.
            guard tasks[record.partition] == nil else {
                throw EngineError(.fault, "a record came before its lane was open", isTransient: true)
            }
        }
    }

    private var isAtEnd: Bool {
        guard let ends = context.ends, rebalance.isAssigned, flow.isEmpty else { return false }
        return ends.areReached && tasks.values.allSatisfy { $0.isReady && $0.isAtEnd }
    }

    private func stepRestoration() throws(EngineError) {
        guard let restoration = restorations.first, try restoration.step(.milliseconds(20)) else { return }
        restorations.removeFirst()
        let task = restoration.task
        tasks[task.partition] = task
        task.counters.replayed = restoration.replayed
        if restoration.diverged {
            context.status.update { $0.replayDivergences += 1 }
            Log.warning(
                "replay gave another digest on another kind of machine; accepted, to be stored whole before new events",
                ("partition", "\(task.partition)"))
        }
        Log.debug(
            "restored", ("partition", "\(task.partition)"), ("offset", "\(task.position)"),
            ("replayed", "\(restoration.replayed)"))
        reportReady()
    }

    /// Closes what is there, without committing anything more.
    func close() {
        attendant.end()
        batch.release()
        for task in tasks.values {
            task.queue?.close()
            task.control.queue?.close()
            task.aside?.batch.release()
            task.labels?.release()
            context.trial.give(task.partition)
        }
        clients.close(within: context.stop.timeLeft ?? .seconds(20))
    }

    // MARK: What the control plane is told

    func reportReady() {
        guard rebalance.isAssigned, restorations.isEmpty, tasks.values.allSatisfy(\.isReady) else { return }
        context.stop.reportReady(worker: context.index)
        guard !hasToldReady else { return }
        // Whoever looks at the course of things sees where it began, however quickly it goes on.
        hasToldReady = true
        publishStatus()
    }

    private func reportStatus() {
        let now = context.clock.now
        guard now >= nextStatus else { return }
        nextStatus = now + .milliseconds(500)
        explainNewest()
        if rebalance.isAssigned {
            if let question = ends.question(tasks, at: now) { clients.inquirer.ask(question) }
            if let question = covers.question(tasks, at: now) { clients.inquirer.ask(question) }
            if let question = trims.question(tasks, at: now) { clients.inquirer.ask(question) }
        }
        publishStatus()
        if rebalance.isAssigned, tasks.isEmpty { reportReady() }
    }

    private func publishStatus() {
        let now = context.clock.now
        let current = tasks.mapValues { $0.status(full: true) }
        let isAssigned = rebalance.isAssigned
        context.status.keep(current)
        context.status.update { [index = context.index] values in
            for (partition, task) in current { values.tasks[partition] = task }
            values.heartbeats[index] = now
            if isAssigned { values.assignedWorkers.insert(index) } else { values.assignedWorkers.remove(index) }
        }
    }
}
