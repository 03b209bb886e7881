import Console
import EventFormats
import KafkaClient
import OnlineLearning
import Text
import Topology

/// A task's commands: taken between two transactions, and again in a replay.
extension PartitionTask {
    /// Everything that it took is sealed: a command comes between two transactions.
    var isAtBoundary: Bool { isReady && position == sealedOffset && !labelsMoved }

    /// Obeys a record of the control partition and answers it.
    ///
    /// - Parameter started: when the process began, milliseconds since 1970.
    func take(command record: ConsumedRecord, _ output: Output, started: Int64) {
        guard record.offset >= control.next else { return }
        control.next = record.offset + 1
        let command: ControlCommand
        do throws(SnapshotError) {
            var found = try ControlCommand(reading: record.value)
            (found.time, found.offset) = (record.timestamp, record.offset)
            command = found
        } catch {
            return Log.warning(
                "a record of \(SideTopic.control.name(of: topology.name)) is not obeyed: \(error.message)",
                ("partition", "\(partition)"), ("offset", "\(record.offset)"))
        }
        control.taken += 1
        control.place = position
        // Who drains means the processes of that moment, and not one that was started since.
        let isLate = command.action == .drain && command.time < started
        if !isLate { note(.control(command)) }
        let result = isLate ? nil : obey(command.action)
        let lateness = isLate ? "this process was started after it" : nil
        tell(command, lateness, result?.refusal, result?.notices ?? [], output)
    }

    /// Does again what was obeyed. Whether it rests, its committed metadata say.
    func replay(_ command: ControlCommand) { if case .pipeline = command.action { _ = obey(command.action) } }

    private func obey(_ action: ControlCommand.Action) -> (refusal: PipelineRefusal?, notices: [Notice]) {
        switch action {
        case .pause: control.isPaused = true
        case .resume: control.isPaused = false
        case .drain: control.isDraining = true
        case .pipeline(let command):
            let output = labels?.learner.obey(command) ?? pipeline.step(.control(command))
            return (output.refusal, output.notices)
        }
        return (nil, [])
    }

    func note(_ entry: JournalRecord.Entry) {
        if let labels { labels.journal.note(entry) } else { control.journal.note(entry) }
    }

    private func tell(
        _ command: ControlCommand, _ lateness: String?, _ refusal: PipelineRefusal?, _ notices: [Notice],
        _ output: Output
    ) {
        let reason = lateness ?? refusal?.words
        var notices = notices
        // What the pipeline obeys, it records.
        let own =
            if case .pipeline = command.action, reason == nil, let last = notices.popLast() { last } else {
                pipeline.notice(of: command.action.word, reason: reason ?? "an operator asked for it")
            }
        publish(
            notices, at: streamTime, offset: max(0, position - 1), part: output.part, draft: output.draft)
        let more: [(String, JSON)] =
            [
                ("command", .text(command.action.word)), ("id", .text(command.id)),
                ("number", .unsigned(control.taken)), ("by", .text(command.by)), ("sent", .integer(command.time)),
                ("outcome", .text(reason == nil ? "done" : "refused")), ("partition", .integer(Int64(partition))),
            ] + (command.action.model.map { [("model", .text($0))] } ?? [])
        publish(
            [own], at: streamTime, offset: max(0, position - 1), part: output.part, draft: output.draft, more: more)
        Log.info(
            reason == nil ? "obeyed" : "refused", ("command", command.action.word), ("by", command.by),
            ("partition", "\(partition)"), ("reason", reason ?? "an operator asked for it"))
    }
}

extension PipelineRefusal {
    /// Why a command is refused.
    fileprivate var words: String {
        switch self {
        case .unknownModel(let name): "the topology has no model '\(name)'"
        case .nothingProposed: "nothing waits for approval"
        case .nothingKept:
            "no model that answered before is kept: `action: background` keeps one for `probation` labelled events, `recall` "
                + "three; `models promote` lets another model of the topology answer"
        default: "\(self)"
        }
    }
}
