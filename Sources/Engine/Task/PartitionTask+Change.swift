import KafkaClient
import OnlineLearning
import Topology

/// A task under another topology.
extension PartitionTask {
    /// The same task for another topology, at the same place, without a state: to be loaded or to `adopt` one.
    func successor(_ plan: TopologyPlan, now: ContinuousClock.Instant) throws(EngineError) -> PartitionTask {
        let task = PartitionTask(partition: partition, topology: plan, cluster: cluster, now: now)
        task.assignment = assignment
        task.queue = queue
        task.control = control
        task.counters = counters
        task.lane = lane
        task.lineage = lineage
        task.onNotice = onNotice
        if let labels { try task.labels?.take(over: labels) }
        return task
    }

    /// The task that goes on with this one's state under another topology; this one is over.
    func reconfigured(_ plan: TopologyPlan, now: ContinuousClock.Instant) throws(EngineError) -> PartitionTask {
        let task = try successor(plan, now: now)
        do throws(SnapshotError) {
            if let former = labels?.learner, let learner = task.labels?.learner {
                try learner.adopt(former)
            } else {
                try task.pipeline.adopt(pipeline)
            }
        } catch {
            throw EngineError(
                .data,
                "partition \(partition): the stored state cannot go on under the changed topology: \(error.message). Undo that "
                    + "change, begin anew under another name, or `millrace reset \(plan.file) --yes`")
        }
        task.labels?.keepHold()
        task.lineage = lineage + [topology.fingerprint]
        task.schedule.goOn(schedule, lineage: task.lineage)
        return task
    }

    /// Its first transaction says that it has another topology now, and begins a full snapshot.
    func announce(_ plan: TopologyPlan) {
        control.place = position
        note(.reconfigure(plan.text))
        hasChanged = true
        storesFirst = true
        phase = .starting
    }
}
