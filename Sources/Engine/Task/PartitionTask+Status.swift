import EventFormats
import KafkaClient
import OnlineLearning

extension PartitionTask {
    /// The canonical state: what `digest` is the SHA-256 of.
    func stateBytes() -> [UInt8] {
        var writer = SnapshotWriter()
        state.write(to: &writer)
        return writer.bytes
    }

    /// What the control plane shows. Cost: a report of all metrics.
    func status(full: Bool) -> EngineStatus.TaskStatus {
        counters.state = phase == .restoring ? .restoring : phase == .withheld ? .withheld : .running
        counters.offset = position
        counters.committed = committedOffset
        counters.end = lane.end
        counters.snapshot = schedule.newest
        counters.snapshotBytes = schedule.newestBytes
        counters.snapshotLag = schedule.newestOffset.map { max(0, committedOffset - $0) }
        counters.history = StateHistory(schedule.kept, events: pipeline.sequence)
        // An idle task has nothing new to report.
        let revision = labels?.learner.steps ?? pipeline.sequence
        if full, reported != revision {
            reported = revision
            counters.labels = labels.map { LabelFigures($0.learner) }
            counters.labelFault = labels?.joins.fault
            counters.unseen = unseen.fields
            counters.inputs = inputs.values
            counters.report = pipeline.report()
            counters.memoryBytes = pipeline.memoryBytes
        }
        return counters
    }
}

extension ConsumedRecord {
    /// The record for the intake.
    @inline(__always)
    var raw: RawRecord { RawRecord(value: value, key: key) }
}
