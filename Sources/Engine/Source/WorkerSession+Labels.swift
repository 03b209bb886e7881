import Console
import KafkaClient
import OnlineLearning
import Topology

/// Reading where labels come by themselves: rows of two inputs in one order.
extension WorkerSession {
    /// Rows of one turn of a task.
    private static let turnRows = 2000

    /// Gives a task its rows; answers how many there were.
    func read(_ task: PartitionTask, _ labels: TaskLabels) throws(EngineError) -> Int {
        // What is nowhere but in memory has to be stored first.
        guard !labels.learner.isOverfull else {
            flow.hurry(context.clock.now)
            return 0
        }
        var worked = 0
        while worked < Self.turnRows {
            guard !flow.isFull, !isAtLimit(task) else {
                flow.hurry(context.clock.now)
                break
            }
            worked += try fill(labels.events, .events, task, labels)
            worked += try fill(labels.labels, .labels, task, labels)
            guard !isAtLimit(task), case .take(let input) = labels.turn(at: context.clock.now) else { break }
            take(input, task, labels)
            worked += 1
            if worked & 63 == 0 {
                try settle()
                try sealIfDue()
                if task.control.rests { break }
            }
        }
        if worked > 0 {
            labels.sawRow(at: context.clock.now)
            task.warnOfLabels(labels)
            labels.joins.look(
                labels.learner, partition: task.partition, topics: context.topics,
                others: tasks.values.compactMap { $0 === task ? nil : $0.labels?.learner })
            try clients.direct?.send(flow.draft)
        } else {
            rest(task, labels)
        }
        return worked
    }

    /// There is nothing to read: the time may go on, and the end may be there.
    private func rest(_ task: PartitionTask, _ labels: TaskLabels) {
        if task.isOnTrial { context.trial.give(task.partition) }
        guard context.ends == nil else { return lookForEnd(task, labels) }
        guard !flow.isFull, let time = labels.idleTime(at: context.clock.now) else { return }
        labels.journal.note(.tick(time))
        task.tick(time, labels, output(task))
        labels.ticked(at: context.clock.now)
    }

    /// Whether both inputs have come to the offsets at which to stop.
    func lookForEnd(_ task: PartitionTask, _ labels: TaskLabels) {
        guard let ends = context.ends else { return }
        let isOver = task.position >= ends[task.partition] && labels.lane.position >= ends.labels[task.partition] ?? 0
        if isOver, !task.isAtEnd { reachedEnd(task) }
    }

    private func output(_ task: PartitionTask) -> PartitionTask.Output {
        PartitionTask.Output(part: part(of: task), draft: flow.draft)
    }

    /// Looks for the input's next row; answers how many records became dead letters on the way.
    private func fill(
        _ rows: FetchedRows, _ input: RowOrder.Input, _ task: PartitionTask, _ labels: TaskLabels
    ) throws(EngineError) -> Int {
        var buried = 0
        while rows.head == nil, let record = try nextRecord(rows, input, task, labels) {
            guard record.offset >= (input == .events ? task.position : labels.lane.position) else {
                rows.place += 1
                continue
            }
            rows.gate.sawRecord()
            let fault = input == .events ? task.decode(record) : task.decode(label: record, labels)
            if let fault {
                labels.journal.took(input, record.offset)
                bury(record, fault, input, rows, task, labels)
                buried += 1
                if isAtLimit(task) { return buried }
                continue
            }
            let time = input == .events ? task.event.time : labels.intake.time
            rows.head = PartitionTask.time(time, of: record)
        }
        return buried
    }

    private func handleMark(
        _ record: ConsumedRecord, _ input: RowOrder.Input, _ rows: FetchedRows, _ task: PartitionTask,
        _ labels: TaskLabels
    ) throws(EngineError) {
        guard record.error == KafkaError.Code.partitionEnd else {
            return try handleMark(record, in: input == .events ? nil : labels.plan.topic)
        }
        if input == .events { task.laneEnded(at: record.offset) } else { _ = labels.lane.ended(at: record.offset) }
        rows.gate.sawEnd(at: context.clock.now)
    }

    private func bury(
        _ record: ConsumedRecord, _ fault: PartitionTask.Fault, _ input: RowOrder.Input, _ rows: FetchedRows,
        _ task: PartitionTask, _ labels: TaskLabels
    ) {
        let part = part(of: task)
        part.events += 1
        if input == .events { task.counters.events += 1 }
        if input == .events { _ = task.lane.accepts(record.offset) } else { _ = labels.lane.accepts(record.offset) }
        task.bury(
            record, fault, headers: rows.batch.headers(of: rows.place),
            topic: input == .events ? nil : labels.plan.topic, part: part, draft: flow.draft)
        rows.advance()
    }

    private func take(_ input: RowOrder.Input, _ task: PartitionTask, _ labels: TaskLabels) {
        let output = output(task)
        let rows = input == .events ? labels.events : labels.labels
        let record = rows.batch[rows.place]
        if task.isolation.skipsNext {
            labels.journal.crashed(input, record.offset)
            return bury(record, task.skip(record), input, rows, task, labels)
        }
        output.part.events += 1
        if input == .events { task.counters.events += 1 }
        labels.journal.took(input, record.offset)
        switch input {
        case .events: task.score(record, labels, output)
        case .labels:
            if let fault = task.learn(record, labels, output) {
                task.bury(
                    record, fault, headers: rows.batch.headers(of: rows.place), topic: labels.plan.topic,
                    part: output.part, draft: flow.draft)
            }
        }
        rows.advance()
        CrashPoint.reach(.midBatch)
    }

    /// The record at the input's place, marks before it handled; nil: none has come.
    private func nextRecord(
        _ rows: FetchedRows, _ input: RowOrder.Input, _ task: PartitionTask, _ labels: TaskLabels
    ) throws(EngineError) -> ConsumedRecord? {
        guard let queue = input == .events ? task.queue : labels.queue else { return nil }
        while true {
            if rows.place == rows.batch.count {
                rows.batch.release()
                rows.place = 0
                if queue.read(into: rows.batch) == 0 { return nil }
            }
            let record = rows.batch[rows.place]
            if record.error == 0 { return record }
            rows.place += 1
            try handleMark(record, input, rows, task, labels)
        }
    }

    /// Whether anything has come in either input, for a task that waits to begin.
    func hasRow(_ labels: TaskLabels, _ task: PartitionTask) throws(EngineError) -> Bool {
        if try nextRecord(labels.events, .events, task, labels) != nil { return true }
        return try nextRecord(labels.labels, .labels, task, labels) != nil
    }
}
