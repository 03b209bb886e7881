import Console
import Engine
import EventFormats
import OnlineLearning
import Text

/// `millrace decisions`: what was done about drifts, proposed and commanded, from the topic that has it.
enum DecisionsCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let records = try TopicRecords.decisions(of: try invocation.topology(invocation.operands[0]))
        let most = invocation.integer("limit") ?? 50
        var found: [(place: String, json: JSON)] = []
        while let record = try records.next() {
            guard let value = record.value, let json = try? JSON(reading: value), json["action"] != nil else {
                continue
            }
            found.append((records.place(at: nil), json))
            if found.count > 2 * most { found.removeFirst(found.count - most) }
        }
        let last = found.suffix(most)
        if invocation.has("json") {
            Terminal.print(JSON.array(last.map(\.json)).pretty)
        } else if last.isEmpty {
            Terminal.printError("nothing was decided so far")
        } else {
            for (place, json) in last { Terminal.print(Printable.text(line(place, json))) }
        }
        return .done
    }

    private static func short(_ loss: Double) -> String { NumberText.shortest((loss * 10_000).rounded() / 10_000) }

    private static func line(_ place: String, _ json: JSON) -> String {
        guard case .decision(let decision)? = Notice(json) else { return "\(place)  \(json.text)" }
        func model(_ name: String, _ version: UInt32) -> String { name.isEmpty ? "" : "\(name) \(version)" }
        let before = model(decision.modelBefore, decision.versionBefore)
        let after = model(decision.modelAfter, decision.versionAfter)
        let losses =
            decision.lossBefore.isFinite && decision.lossAfter.isFinite
            ? " (error \(short(decision.lossBefore)) before, \(short(decision.lossAfter)) after)" : ""
        let by = json["by"]?.string.map { ", by \($0)" } ?? ""
        return "\(place)  event \(decision.at)  \(decision.action)  \(before == after ? after : "\(before) → \(after)")"
            + "  \(decision.reason)\(losses)\(by)"
    }
}

extension DecisionsCommand: ProgramCommand {
    static let command = Command(
        "decisions", "List what was decided, on what evidence, and by whom",
        details: """
            From NAME-decisions, partitions merged by time: what policies and selection did, what they propose, when learning \
            stopped by itself, and the commands of operators. The newest comes last.
            """,
        operands: .file,
        options: [Option("limit", .integer(1...100_000), "The last so many; 50 unless given"), .json, .set],
        examples: ["millrace decisions topology.yaml --limit 10"])
}
