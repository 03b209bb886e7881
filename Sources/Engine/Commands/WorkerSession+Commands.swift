import Console
import KafkaClient
import Topology

/// Operators' commands: read between two transactions of a task, and never waited for.
extension WorkerSession {
    /// Lets every task that stands at a commit boundary take what has come. Cost where nothing has: a look at a mark per
    /// task.
    func takeCommands() {
        guard drain == nil else { return }
        for partition in order.partitions {
            guard let task = tasks[partition], task.isAtBoundary, let queue = task.control.queue,
                queue.read(into: commands) > 0
            else { continue }
            defer { commands.release() }
            for place in 0..<commands.count { take(command: commands[place], task) }
        }
    }

    private func take(command record: ConsumedRecord, _ task: PartitionTask) {
        switch record.error {
        case 0:
            let rested = task.control.rests
            task.take(
                command: record, PartitionTask.Output(part: part(of: task), draft: flow.draft),
                started: context.started)
            if task.control.rests { setAside(task) } else if rested { goOn(task) }
            flow.hurry(context.clock.now)
        case KafkaError.Code.partitionEnd: break
        default:
            ClientLog.note(record.error)
            guard KafkaError.of(record.error).isDenied || record.error == KafkaError.Code.autoOffsetReset else {
                return
            }
            Log.warning(
                "commands are not heard: \(context.topics.control) [\(task.partition)] cannot be read "
                    + "(\(KafkaError.describe(record.error))). Allow READ on it, and start again")
        }
    }

    /// A task that rests keeps what was fetched for it; the others read on.
    func setAside(_ task: PartitionTask) {
        guard let cut, cut.partition == task.partition else { return }
        task.aside = (batch, cut.place)
        batch = RecordBatch(capacity: batch.capacity)
        self.cut = nil
    }

    private func goOn(_ task: PartitionTask) {
        // The time of rest is no silence of the inputs.
        task.labels?.sawRow(at: context.clock.now)
    }

    /// A process whose tasks have obeyed a drain ends.
    func endIfDrained() {
        let drained = tasks.values.filter { $0.control.isDraining && $0.isSettled }
        guard !drained.isEmpty else { return }
        let isWhole = drained.count == tasks.count
        guard context.drains.obeyed(worker: context.index, isWhole: isWhole, at: context.clock.now) else { return }
        Log.info("an operator drains this process: it ends", ("topology", context.topics.group))
        context.stop.request()
    }
}
