import Console
import Engine

/// `millrace pause`: a topology reads no more until `resume`.
enum PauseCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode { try invocation.send(.pause) }

    static let command = Command(
        "pause", "Let a running topology read no more until `resume`",
        details: """
            Every task commits what it has, rests and answers; a restart does not end it. Processes go on as members of the \
            group. Lag grows meanwhile. Where no process runs, the command waits in NAME-control and is obeyed at the next \
            start.
            """,
        operands: .file, options: [.wait, .json, .set], examples: ["millrace pause topology.yaml"])
}

/// `millrace resume`: a paused topology reads on.
enum ResumeCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode { try invocation.send(.resume) }

    static let command = Command(
        "resume", "Let a paused topology read on", details: "It goes on with the very next record.",
        operands: .file, options: [.wait, .json, .set], examples: ["millrace resume topology.yaml"])
}
