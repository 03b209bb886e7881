import Console
import Engine
import Page
import Text
import Topology

/// `millrace explain`: why one past prediction was as it was.
enum ExplainCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        var request = ExplainRequest(topology)
        request.id = invocation.operands.count > 1 ? invocation.operands[1] : nil
        request.partition = invocation.integer("partition").map { Int32($0) }
        request.offset = invocation.integer("offset").map { Int64($0) }
        guard (request.id == nil) != (request.offset == nil) else {
            throw CommandFailure(
                .usage,
                "millrace: explain needs the id of a prediction, or the event's place: `--partition P --offset N`")
        }
        request.reasons = invocation.integer("reasons") ?? 3
        let progress = Progress("explain \(topology.name)")
        request.progress = { progress.update($1, $0) }
        let found = try request.run()
        progress.finish(0)
        let text = PastPredictionText(found: found, subject: Subject(topology), style: .output)
        if invocation.has("json") {
            Terminal.print(text.json.pretty)
        } else {
            Terminal.print(text.lines.joined(separator: "\n"))
        }
        guard found.isSame == false else { return .done }
        Terminal.printError(
            "millrace: what was published is NOT what this log gives: published \(found.published ?? "") and made again "
                + "\(found.made). The input has another record there than was answered, or another build answered it")
        return .findings
    }

    static let command = Command(
        "explain", "Make one past prediction once more and say why it was so",
        details: """
            Restores the models as they were before it, from the newest snapshot before it and the log, and asks them again: what \
            the event was, the answer, the reasons, the label when it came, and what would be answered now. The answer must \
            be the published one, byte for byte. ID is the `id` of the prediction's record; with --offset nothing has to be \
            looked for. How far back it reaches says `state ls`; `history` in the topology makes that longer.
            """,
        operands: .fileAndOptional("ID"),
        options: [
            Option("partition", .integer(0...Int(Int32.max)), "Of the event; 0 with --offset, else all, unless given"),
            Option("offset", .integer(0...Int.max), "Of the event in the input topic, instead of an id"),
            Option("reasons", .integer(0...100), "How many reasons at most; 3 unless given"), .json, .set,
        ],
        examples: [
            "millrace explain topology.yaml payment-17",
            "millrace explain topology.yaml --partition 0 --offset 120000 --json",
        ])
}
