import Console
import OnlineLearning
import Topology

/// What happened between the rows, and what the file says when they are done.
extension Restoration {
    /// What was commanded before the row at this offset.
    func obey(before offset: Int64) throws(EngineError) {
        while let entry = commands?.next(before: offset) {
            switch entry {
            case .control(let command): task.replay(command)
            case .reconfigure(let text): try change(to: text)
            default: break
            }
        }
    }

    /// The task went on under another topology here.
    func change(to text: String) throws(EngineError) {
        guard other == nil else { return }
        let plan = try StoredTopology.plan(text, as: file, fingerprint: nil, partition: task.partition)
        try checkPlaces(plan, remedy: "ask for a part of the log without that change")
        let former = task
        task = try former.reconfigured(plan, now: clock.now)
        onChange?(former, task)
    }

    /// Places of events and labels are counted by what such a change begins anew.
    private func checkPlaces(_ plan: TopologyPlan, remedy: String) throws(EngineError) {
        let former = task.topology.pipeline
        guard needsPlaces, plan.pipeline.quarantine != former.quarantine || plan.pipeline.schema != former.schema else {
            return
        }
        throw EngineError(
            .data,
            "partition \(task.partition): `breaker`, `guards` or the features change at offset \(task.position), and places of "
                + "events are counted anew from there, so that `--without` would name others: \(remedy)")
    }

    /// The task would have gone on under another topology here.
    func whatIf(_ other: TopologyPlan) throws(EngineError) -> PartitionTask {
        let refusals = TopologyChange(from: task.topology, to: other).refusals.joined(separator: "; ")
        guard refusals.isEmpty else {
            throw EngineError(
                .data,
                "partition \(task.partition): \(other.file) cannot go on with what had been learned at offset \(task.position): "
                    + "\(refusals). Begin where nothing had been learned (`--from 0`), if that is kept, or undo that change"
            )
        }
        try checkPlaces(other, remedy: "leave them in \(other.file) as they were, or begin at the task's first event")
        return try task.reconfigured(other, now: clock.now)
    }

    /// Restored as it was: from here on the file decides.
    func follow() throws(EngineError) {
        guard following != .stored, task.topology.fingerprint != file.fingerprint else { return }
        if task.lineage.contains(file.fingerprint), following == .file {
            return Log.warning(
                "this file is an earlier state of the topology: the task goes on with the later one, and nothing changes. To go "
                    + "back on purpose: `millrace run \(file.file) --go-back`", ("partition", "\(task.partition)"),
                ("revision", "\(task.lineage.count + 1)"))
        }
        let change = TopologyChange(from: task.topology, to: file)
        if let refusal = change.refusal(of: task.partition, file.file) { throw EngineError(.data, refusal) }
        for entry in change.entries where entry.fate != .kept {
            Log.info(
                "the topology has changed", ("partition", "\(task.partition)"), ("component", entry.name),
                ("state", entry.fate.words.word), ("reason", entry.fate.words.reason))
        }
        let former = task
        task = try former.reconfigured(file, now: clock.now)
        let now = StoredPlace(
            offset: former.position, metadata: former.sealed, stateEnd: place.stateEnd, labels: place.labels,
            control: place.control)
        task.resume(at: now, survived: survived, now: clock.now)
        task.carried = former.carried
        task.announce(file)
    }
}
