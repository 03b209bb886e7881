import Console
import Engine

/// `millrace drain`: every process of a topology finishes and ends.
enum DrainCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode { try invocation.send(.drain) }

    static let command = Command(
        "drain", "End every process of a topology: finish, commit, store the state",
        details: """
            The processes that run now end with code 0, wherever they are, as after SIGTERM: the next start replays nothing. \
            What starts them again must be stopped first. A process that is started later does not obey it.
            """,
        operands: .file, options: [.wait, .json, .set], examples: ["millrace drain topology.yaml"])
}
