import Console
import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// A task's rows where labels come by themselves: in the order of `TaskLabels.turn`, or of a journal.
extension PartitionTask {
    /// Decodes a record to be the event at the head; why it cannot be used, or nil.
    func decode(_ record: ConsumedRecord) -> Fault? {
        if case .bad(let code, let field) = intake.take(record.raw, into: event) {
            return Fault(code: code, field: field)
        }
        guard event.id.count > 0 else { return Fault(code: .missingID, field: topology.decoder.idField ?? "") }
        if isWatching { watch(record) }
        inputs.see(event, number: counters.events)
        return nil
    }

    /// Decodes a record to be the label at the head; why it cannot be used, or nil.
    func decode(label record: ConsumedRecord, _ labels: TaskLabels) -> Fault? {
        guard case .bad(let code, let field) = labels.intake.take(record.raw) else { return nil }
        return Fault(code: code, field: field)
    }

    /// Where a row's notices and predictions go; nil: it is replayed.
    struct Output {
        var part: TransactionDraft.Part
        var draft: TransactionDraft
    }

    /// Scores the decoded event.
    func score(_ record: ConsumedRecord, _ labels: TaskLabels, _ output: Output?) {
        guard lane.accepts(record.offset) else { return }
        labels.tells(output != nil)
        let time = Self.time(event.time, of: record)
        if output != nil, time != event.time, event.time != .min { counters.clampedTimes += 1 }
        timeOut(before: labels.learner.take(.events, at: time), labels, output)
        CrashPoint.poison(record.offset)
        let result = labels.learner.score(event, EventKey(event.id), time: time, offset: record.offset)
        if pipeline.recent == nil { recent.see(event, number: counters.events) }
        if let output, let prediction = result.prediction {
            publish(prediction, of: record, at: time, part: output.part, arena: output.draft.arena)
        }
        tell(result, labels, output)
        if let early = labels.learner.matchEarly() { tell(early, labels, output) }
    }

    /// Learns the decoded label; why it cannot be learned, or nil.
    func learn(_ record: ConsumedRecord, _ labels: TaskLabels, _ output: Output?) -> Fault? {
        guard labels.lane.accepts(record.offset) else { return nil }
        labels.tells(output != nil)
        let time = Self.time(labels.intake.time, of: record)
        timeOut(before: labels.learner.take(.labels, at: time), labels, output)
        let result = labels.learner.learn(
            labels.intake.key, labels.intake.value, time: time, offset: record.offset, id: labels.intake.id)
        tell(result, labels, output)
        return result.refusal.map { Fault(code: BadInput($0), field: labels.plan.decoder.labelField ?? "") }
    }

    /// The event time goes on without a row.
    func tick(_ time: Int64, _ labels: TaskLabels, _ output: Output?) {
        labels.tells(output != nil)
        labels.learner.tick(time)
        timeOut(before: time, labels, output)
    }

    private func timeOut(before clock: Int64, _ labels: TaskLabels, _ output: Output?) {
        while let result = labels.learner.nextTimeout(before: clock) { tell(result, labels, output) }
        if let examples = labels.examples, let output { tellExamples(examples, labels, output) }
    }

    /// What has come of events and labels.
    private func tellExamples(_ writer: ExampleWriter, _ labels: TaskLabels, _ output: Output) {
        for example in labels.learner.takeExamples() {
            let bytes = writer.record(example, of: pipeline, partition: partition)
            output.draft.extraBytes += bytes.count
            output.part.examples.append(bytes)
        }
    }

    private func tell(_ result: borrowing PipelineOutput, _ labels: TaskLabels, _ output: Output?) {
        guard let output else { return }
        if let examples = labels.examples { tellExamples(examples, labels, output) }
        guard !result.notices.isEmpty else { return }
        publish(
            result.notices, at: labels.learner.clock, offset: max(0, position - 1), part: output.part,
            draft: output.draft)
    }

    /// What a person must know: events that were dropped for want of room.
    func warnOfLabels(_ labels: TaskLabels) {
        let dropped = labels.learner.counts.dropped
        if dropped > labels.toldOfDropped, dropped >= 2 * labels.toldOfDropped {
            labels.toldOfDropped = dropped
            Log.warning(
                "no room for more events that wait for their label: the oldest are dropped unlearned; raise label.memory, "
                    + "give label.disk or lower label.within", ("partition", "\(partition)"), ("dropped", "\(dropped)"))
        }
    }
}
