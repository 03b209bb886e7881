import KafkaClient
import Topology

/// Reading and learning.
extension WorkerSession {
    /// Gives each task that may read one batch; answers how many records there were.
    func read() throws(EngineError) -> Int {
        guard clients.direct?.hasRoom ?? true else { return 0 }
        var worked = 0
        for partition in order.turn() {
            guard !flow.isFull, let task = tasks[partition] else { break }
            // What was cut stands in the only batch.
            if let cut, cut.partition != partition { continue }
            switch task.phase {
            case .waiting where !task.control.rests: try lookForFirst(task)
            case .running where mayRead(task):
                if let labels = task.labels { worked += try read(task, labels) } else { worked += try read(task) }
            default: break
            }
            if task.control.rests { setAside(task) }
            if cut != nil {
                order.ended(with: partition, isCut: true)
                break
            }
        }
        return worked
    }

    /// A restored task commits its attempt before its first event, and not before there is one: assignments alone accuse
    /// no record. A suspect begins when it can be alone, and nobody begins meanwhile.
    private func lookForFirst(_ task: PartitionTask) throws(EngineError) {
        if let labels = task.labels {
            if try !hasRow(labels, task) {
                lookForEnd(task, labels)
                // Time may run out for what waits, without a row.
                guard context.ends == nil, labels.idleTime(at: context.clock.now) != nil else { return }
            }
            guard isAllowed(task) else { return }
            task.phase = .starting
            return flow.hurry(context.clock.now)
        }
        let first = task.first ?? RecordBatch(capacity: 1)
        task.first = first
        while first.count == 0, let lane = task.queue, lane.read(into: first) > 0, first[0].error != 0 {
            defer { first.release() }
            try handleMark(first[0])
        }
        guard first.count > 0, isAllowed(task) else { return }
        task.phase = .starting
        flow.hurry(context.clock.now)
    }

    private func isAllowed(_ task: PartitionTask) -> Bool {
        task.isOnTrial ? context.trial.take(task.partition) : context.trial.allows(task.partition)
    }

    private func mayRead(_ task: PartitionTask) -> Bool {
        guard !task.control.rests, isAllowed(task) else { return false }
        // While records are tried singly, the next one waits until the last is committed.
        return task.isolation.limit == nil || !flow.isInFlight(task.partition)
    }

    private func read(_ task: PartitionTask) throws(EngineError) -> Int {
        guard let lane = task.queue else { return 0 }
        if let aside = task.aside {
            task.aside = nil
            batch = aside.batch
            cut = (task.partition, aside.place)
        }
        let batch = self.batch
        var position = 0
        if let first = task.first {
            task.first = nil
            defer { first.release() }
            if first.count > 0 {
                let part = part(of: task)
                part.times.append(first[0].timestamp)
                take(first[0], at: 0, of: first, to: task, part: part)
            }
            if isAtLimit(task) {
                flow.hurry(context.clock.now)
                return 1
            }
        }
        if let cut {
            position = cut.place
            self.cut = nil
        } else if lane.read(into: batch) == 0 {
            if task.isOnTrial { context.trial.give(task.partition) }
            if let ends = context.ends, !task.isAtEnd, task.position >= ends[task.partition] { reachedEnd(task) }
            return 0
        }
        let begin = position
        let count = batch.count
        var part: TransactionDraft.Part?
        while position < count {
            // A task with a limit stops before the record that would be over it.
            guard !flow.isFull, !isAtLimit(task) else {
                cut = (task.partition, position)
                flow.hurry(context.clock.now)
                try clients.direct?.send(flow.draft)
                return position - begin
            }
            let record = batch[position]
            if record.error == 0 {
                if part == nil {
                    part = self.part(of: task)
                    part!.times.append(record.timestamp)
                }
                take(record, at: position, of: batch, to: task, part: part!)
            } else {
                try handleMark(record)
            }
            position += 1
            if position & 63 == 0 {
                try settle()
                try sealIfDue()
                part = nil
                if task.control.rests {
                    cut = (task.partition, position)
                    return position - begin
                }
            }
        }
        batch.release()
        try clients.direct?.send(flow.draft)
        return count - begin
    }

    func isAtLimit(_ task: PartitionTask) -> Bool {
        guard let limit = task.isolation.limit else { return false }
        return flow.isInFlight(task.partition) || flow.draft.events(of: task.partition) >= limit
    }

    @inline(__always)
    private func take(
        _ record: ConsumedRecord, at position: Int, of batch: RecordBatch, to task: PartitionTask,
        part: TransactionDraft.Part
    ) {
        if let fault = task.process(record, part: part, draft: flow.draft) {
            task.bury(record, fault, headers: batch.headers(of: position), part: part, draft: flow.draft)
        }
        CrashPoint.reach(.midBatch)
    }

    /// What came in a record's place: the end of a partition, or an error.
    ///
    /// - Parameter topic: the input that it came in, where that is not the events'.
    func handleMark(_ record: ConsumedRecord, in topic: String? = nil) throws(EngineError) {
        switch record.error {
        case KafkaError.Code.partitionEnd:
            // With two inputs only a lane knows which one has ended.
            guard let task = tasks[record.partition], task.phase != .restoring, task.labels == nil else { return }
            task.laneEnded(at: record.offset)
            if let ends = context.ends, record.offset >= ends[record.partition] { reachedEnd(task) }
        case KafkaError.Code.autoOffsetReset:
            // To begin again is to find out where it can go on.
            let goesOn = context.settings.topology.onGap == .continueFromSnapshot
            throw EngineError(
                .data,
                "partition \(record.partition) of \(topic ?? context.topics.input): the next offset "
                    + "\(tasks[record.partition]?.position ?? record.offset) is not in the log any more (retention, or the "
                    + "topic was recreated). \(context.topics.remedy())", isTransient: goesOn)
        default:
            ClientLog.note(record.error)
            let error = KafkaError.of(record.error, topic: topic ?? context.topics.input)
            if error.isDenied, let end = PermanentFailure(context.settings, context.topics).verdict(error) { throw end }
        }
    }

    func reachedEnd(_ task: PartitionTask) {
        task.isAtEnd = true
        context.ends?.reached(task.partition)
    }
}
