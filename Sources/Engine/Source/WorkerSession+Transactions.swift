import Console
import KafkaClient

/// What is committed before partitions are given up, or before the end: the rest, then the tasks' last word.
struct Drain {
    enum Purpose { case revocation, end }
    enum Stage { case rest, lastWord, done }

    let purpose: Purpose
    let ending: [PartitionTask]
    var stage = Stage.rest

    init(_ purpose: Purpose, _ ending: [PartitionTask]) {
        self.purpose = purpose
        self.ending = ending
    }
}

/// Sealing and settling.
extension WorkerSession {
    private func isOwned(_ part: TransactionDraft.Part) -> Bool {
        tasks[part.partition]?.assignment == part.assignment
    }

    func part(of task: PartitionTask) -> TransactionDraft.Part {
        flow.draft.part(for: task.partition, assignment: task.assignment)
    }

    func sealIfDue() throws(EngineError) {
        guard drain == nil, flow.isDue(context.clock.now) else { return }
        let now = context.clock.now
        for task in tasks.values where task.wantsTransaction || task.owesMetrics(at: now) { _ = part(of: task) }
        try seal(.asScheduled)
    }

    /// Hands the draft over, where there is a membership to commit it under.
    private func seal(_ wish: SnapshotSchedule.Wish) throws(EngineError) {
        // Offsets may only be those of tasks that are here, as they stand now.
        flow.keepParts { isOwned($0) }
        guard !flow.draft.isEmpty, let group = clients.group.membership() else { return }
        if let direct = clients.direct {
            guard try direct.isDelivered(flow.draft) else { return }
            direct.next()
        }
        let now = context.clock.now
        var uploading = tasks.values.first(where: \.schedule.isUploading)
        for part in flow.draft.parts {
            let task = tasks[part.partition]!
            try task.labels?.checkStore()
            let due = uploading == nil || uploading === task ? wish : wish.whileAnotherGoes
            task.seal(part, snapshot: task.phase == .starting ? task.firstWish : due, now: now)
            if uploading == nil, task.schedule.isUploading { uploading = task }
            part.metrics = task.takeMetrics(
                instance: context.settings.instance, at: now, every: EngineStatus.tellingInterval(tasks: tasks.count),
                isLast: drain != nil)
            survivals.handedOver[part.partition] = part.metadata.sequence
        }
        clients.committer.submit(flow.handOver(under: group, at: now))
        takeCommands()
    }

    /// Acts on the outcome of the draft in flight, and produces an aborted one again.
    func settle() throws(EngineError) {
        let now = context.clock.now
        if let outcome = clients.committer.takeOutcome() {
            switch flow.settle(outcome, at: now, isOwned: { isOwned($0) }) {
            case .nothing: break
            case .committed(let draft): committed(draft)
            case .again(let tries, let reason):
                Log.warning("transaction aborted, the same outputs again", ("try", "\(tries)"), ("reason", reason))
            case .failed(let error): throw error
            }
        }
        if let draft = try flow.again(at: now, under: { clients.group.membership() }) {
            clients.committer.submit(draft)
        }
    }

    private func committed(_ draft: TransactionDraft) {
        for part in draft.parts where isOwned(part) {
            let task = tasks[part.partition]!
            if task.phase == .starting, part.metadata.sequence == 1 { CrashPoint.reach(.afterGenesis) }
            if task.hasChanged {
                CrashPoint.reach(.afterReconfigure)
                task.hasChanged = false
            }
            task.didCommit(part)
            if part.events > 0 {
                hasCommittedEvents = true
                context.trial.give(task.partition)
            }
        }
        flow.recycle(draft)
        reportReady()
    }

    // MARK: Ending

    /// Everything that was learned is to be committed, and then the session ends.
    func startEnding() {
        CrashPoint.reach(.inDrain)
        drain = Drain(.end, Array(tasks.values))
    }

    /// Commits what there is and, where it fits, a snapshot of the tasks that end. True when the session is over.
    func advanceDrain() throws(EngineError) -> Bool {
        guard var current = drain else { return false }
        if current.purpose == .end, let left = context.stop.drainTimeLeft, left <= .zero {
            throw EngineError(.unavailable, "the last transaction did not end in time", isTransient: true)
        }
        guard flow.isIdle else {
            clients.committer.wait(milliseconds: 2)
            return false
        }
        let lastWish: SnapshotSchedule.Wish = current.purpose == .end ? .atEnd : .now
        switch current.stage {
        case .rest:
            if flow.draft.isEmpty {
                current.stage = .lastWord
                for task in current.ending where isHere(task) && (task.endCleanly(lastWish) || task.wantsTransaction) {
                    _ = part(of: task)
                }
            } else {
                try seal(.asScheduled)
            }
        case .lastWord:
            if flow.draft.isEmpty, current.purpose == .end { finishSnapshots(of: current.ending) }
            if flow.draft.isEmpty { current.stage = .done } else { try seal(lastWish) }
        case .done: break
        }
        drain = current
        guard current.stage == .done else { return false }
        if current.purpose == .end { return true }
        try handle(.drained)
        return false
    }

    /// A large state takes several transactions: they are begun as long as there is time to end.
    private func finishSnapshots(of ending: [PartitionTask]) {
        guard context.stop.drainTimeLeft.map({ $0 > Self.timeToEnd }) ?? true else { return }
        let ready = ending.filter { isHere($0) && $0.isReady }
        let next = ready.first(where: \.schedule.isUploading) ?? ready.first { $0.isBehind(.atEnd) }
        if let next { _ = part(of: next) }
    }

    /// Kept for the last transaction of an end.
    private static let timeToEnd = Duration.seconds(5)

    private func isHere(_ task: PartitionTask) -> Bool { tasks[task.partition] === task }
}
