import Console
import Engine

/// `millrace state ls`: every task's committed offset and the digest of its state there.
enum StateCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let states = try TaskState.list(try invocation.topology(invocation.operands[0]))
        if invocation.has("json") {
            let json = states.map { state -> JSON in
                [
                    "partition": .integer(Int64(state.partition)), "offset": .integer(state.offset),
                    "digest": .text(state.digest), "bytes": .integer(Int64(state.bytes)),
                    "snapshot": .unsigned(state.snapshot), "events": .unsigned(state.events),
                ]
            }
            Terminal.print(JSON.array(json).text(isIndented: true))
            return .done
        }
        if states.isEmpty { Terminal.printError("no partition has a committed offset yet") }
        for state in states {
            Terminal.print(
                "partition \(state.partition)  offset \(Numbers.grouped(Int(state.offset)))  "
                    + "events \(Numbers.grouped(Int(state.events)))  snapshot \(state.snapshot)  "
                    + "\(Numbers.bytes(state.bytes))  \(state.digest)")
        }
        return .done
    }
}

extension StateCommand: ProgramCommand {
    static let command = Command(
        "state ls", "Restore each task beside the engine and print its digest",
        details: "Works on a running and on a stopped topology and writes nothing.",
        operands: .file, options: [.json, .set], examples: ["millrace state ls topology.yaml --json"])
}
