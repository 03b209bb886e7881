import Console
import Engine
import OnlineLearning

/// `millrace approve`: what a policy proposed is done.
enum ApproveCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        try invocation.send(.pipeline(.approve), needsAll: false)
    }

    static let command = Command(
        "approve", "Let what a policy has proposed be done",
        details: """
            With `approval: manual` beside a policy in `drift`: what it would do stands on NAME-decisions as a `proposal`, with its \
            evidence. Every partition in which one waits does it at once; the others refuse.
            """,
        operands: .file, options: [.wait, .json, .set], examples: ["millrace approve topology.yaml"])
}

/// `millrace deny`: what a policy proposed is dropped.
enum DenyCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        try invocation.send(.pipeline(.deny), needsAll: false)
    }

    static let command = Command(
        "deny", "Drop what a policy has proposed",
        details: "The model that answers stays; the next drift may bring another proposal.",
        operands: .file, options: [.wait, .json, .set], examples: ["millrace deny topology.yaml"])
}
