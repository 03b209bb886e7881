import Console
import Engine

/// `millrace reset`: forgets what a topology has learned, or only where it stands.
enum ResetCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let topology = try invocation.topology(invocation.operands[0])
        let reset = TopologyReset(topology, keepsModel: invocation.has("keep-model"))
        let isMeant = invocation.has("yes") && !invocation.has("dry-run")
        for text in reset.deletions {
            Terminal.print("\(isMeant ? "deletes" : "would delete") \(Printable.text(text))")
        }
        guard isMeant else {
            Terminal.printError("nothing was deleted: give --yes")
            return .done
        }
        try reset.perform()
        let next =
            invocation.has("keep-model")
            ? "the next `millrace run` needs --set on_gap=continue_from_snapshot, and goes on at input.start with the model"
            : "the next `millrace run` begins at input.start and learns anew"
        Terminal.printError(next)
        return .done
    }
}

extension ResetCommand: ProgramCommand {
    static let command = Command(
        "reset", "Forget what a topology has learned, or only where it stands",
        details: """
            Deletes the group's committed offsets, the topic of the state and the journal, together. Predictions and the other published \
            topics stay. Stop all instances first: a group with members is refused. Without --yes it says what it would do.
            """,
        operands: .file,
        options: [
            Option(
                "keep-model", .flag, "Delete the offsets alone; `on_gap: continue_from_snapshot` then keeps the model"),
            Option("dry-run", .flag, "Say what would be deleted and do nothing, also with --yes"),
            Option("yes", .flag, "Do it"), .set,
        ],
        examples: ["millrace reset topology.yaml", "millrace reset topology.yaml --keep-model --yes"])
}
