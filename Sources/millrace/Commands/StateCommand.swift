import Console
import Engine
import Text

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
                    "lag": state.lag.map { .integer($0) } ?? .null, "champion": .text(state.champion),
                    "history": state.history.map { history in
                        [
                            "offset": .integer(history.offset), "events": .unsigned(history.events),
                            "time": history.time.map { .integer($0) } ?? .null,
                            "snapshots": .integer(Int64(history.snapshots)),
                        ]
                    } ?? .null,
                    "paused": .bool(state.isPaused), "revision": .integer(Int64(state.revision)),
                ]
            }
            Terminal.print(JSON.array(json).pretty)
            return .done
        }
        if states.isEmpty { Terminal.printError("no partition has a committed offset yet") }
        if states.count > 1 {
            Terminal.printError(
                "\(states.count) partitions, each with models of its own that learned from its events alone")
        }
        for state in states {
            let lag = state.lag.map { Numbers.grouped(Int($0)) } ?? "unknown"
            let champion = state.champion.isEmpty ? "" : "champion \(Printable.text(state.champion))  "
            Terminal.print(
                "partition \(state.partition)  offset \(Numbers.grouped(Int(state.offset)))  lag \(lag)  "
                    + "events \(Numbers.grouped(Int(state.events)))  \(champion)snapshot \(state.snapshot)  "
                    + "\(Numbers.bytes(state.bytes))  \(state.digest)"
                    + (state.history.map {
                        "  history of \(Numbers.grouped(Int($0.events))) events from offset \(Numbers.grouped(Int($0.offset)))"
                    } ?? "")
                    + (state.isPaused ? "  paused" : ""))
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
