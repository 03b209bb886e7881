import Console
import Engine
import EventFormats
import Foundation
import Text
import Topology

/// `millrace replay`: a topology's own log once more, as it ran or otherwise.
enum ReplayCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        var request = ReplayRequest(try invocation.topology(invocation.operands[0]))
        request.partition = invocation.integer("partition").map { Int32($0) }
        request.from = try invocation.text("from").map { try edge("from", $0) }
        request.to = try invocation.text("to").map { try edge("to", $0) }
        request.without = try invocation.texts("without").map(EvaluateCommand.span)
        let other = invocation.text("with")
        request.other = try other.map { try invocation.topology($0) }
        let progress = Progress("replay \(request.topology.name)")
        request.progress = { partition, done, all in
            let share = all > 0 ? ", \(max(0, done) * 100 / all) %" : ""
            progress.update(max(0, done), "partition \(partition)\(share)")
        }
        let title = ReplayText.title(of: request, otherFile: other)
        var (found, isRight) = ([JSON](), true)
        try request.run { result in
            progress.finish(Int(result.to - result.from))
            isRight = isRight && result.isAsCommitted ?? true
            if invocation.has("json") {
                found.append(result.json)
            } else {
                let text = ReplayText(
                    result: result, otherTitle: title, label: request.topology.decoder.labelField,
                    style: .output)
                Terminal.print(text.text, terminator: "")
            }
        }
        if invocation.has("json") { Terminal.print(JSON.array(found).pretty) }
        if !isRight {
            Terminal.printError(
                "millrace: the replay does not end in the state that is committed there: \(request.topology.inputTopic) has other "
                    + "records than were learned, or this is another build than the one that runs")
        }
        return isRight ? .done : .findings
    }

    /// An offset, or a time.
    private static func edge(_ option: String, _ text: String) throws -> ReplayRequest.Edge {
        if let offset = Int64(text), offset >= 0 { return .offset(offset) }
        if let time = Array(text.utf8).withUnsafeBytes({ TimeText.iso8601($0) }) { return .time(time) }
        throw CommandFailure(
            .usage,
            "millrace: `--\(option) \(text)`: give an offset of the input, such as 120000, or a time, such as 2026-11-30T10:00:00Z"
        )
    }

    static let command = Command(
        "replay", "Learn a topology's own log once more, as it ran or with a change",
        details: """
            Beside the engine, faster than real time, from the newest snapshot before the part that is asked for; joins no group \
            and writes nothing. As it ran, it must end in the committed state. --with another topology, or --without some \
            events, both are learned over the same log and shown side by side; --without is refused where `breaker`, `guards` or \
            the features change in between, because events are counted anew there. How far back it reaches says `state ls`; \
            `history` in the topology makes that longer.
            """,
        operands: .file,
        options: [
            Option("from", .text("OFFSET|TIME"), "The first event; as far back as is kept, unless given"),
            Option(
                "to", .text("OFFSET|TIME"), "The first event that is left out; all that are committed, unless given"),
            Option("partition", .integer(0...Int(Int32.max)), "Only this partition"),
            Option("with", .file, "Another topology over the same events, beside what ran"),
            Option(
                "without", .text("FROM..TO"), isRepeatable: true,
                "Events that are scored and not learned, beside what ran: as a decision `learning_resumed` names them"),
            .json, .set,
        ],
        examples: [
            "millrace replay topology.yaml --from 2026-11-30T10:00:00Z --with other.yaml",
            "millrace replay topology.yaml --without 9950..13650 --json",
        ])
}
