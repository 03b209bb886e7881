import Console
import Engine
import OnlineLearning

/// `millrace models freeze`: scoring goes on, learning does not.
enum FreezeCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        try invocation.send(.pipeline(.freeze(model: invocation.operands.dropFirst().first)))
    }

    static let command = Command(
        "models freeze", "Let models score and not learn, until `models unfreeze`",
        details: """
            All models, their transforms and every policy rest; or one model and its own transforms, and policies where it \
            is the one that answers. Predictions, metrics and detectors go on. A restart does not end it.
            """,
        operands: .fileAndOptional("MODEL"), options: [.wait, .json, .set],
        examples: ["millrace models freeze topology.yaml", "millrace models freeze topology.yaml linear"])
}

/// `millrace models unfreeze`: learning goes on.
enum UnfreezeCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        try invocation.send(.pipeline(.unfreeze(model: invocation.operands.dropFirst().first)))
    }

    static let command = Command(
        "models unfreeze", "Let frozen models learn again", details: "All of them, or one.",
        operands: .fileAndOptional("MODEL"), options: [.wait, .json, .set],
        examples: ["millrace models unfreeze topology.yaml"])
}

/// `millrace models promote`: another model answers.
enum PromoteCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        try invocation.send(.pipeline(.promote(invocation.operands[1])))
    }

    static let command = Command(
        "models promote", "Let another model of the topology answer",
        details: "From the next event on, in every partition. What a policy had begun on the former one is dropped.",
        operands: .fileAnd("MODEL"), options: [.wait, .json, .set],
        examples: ["millrace models promote topology.yaml challenger"])
}

/// `millrace models rollback`: back to the model that answered before.
enum RollbackCommand: ProgramCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        try invocation.send(.pipeline(.rollback), needsAll: false)
    }

    static let command = Command(
        "models rollback", "Let the model answer again that answered before the last change",
        details: """
            From the next event on, in every partition that keeps it: another model of the topology (after a `switch` or \
            `models promote`), the one on probation (`action: background`), or one that `recall` keeps. What a policy had begun is \
            dropped. A later proof, or drift, may change the model again: `models freeze` or `select: never` keep it.
            """,
        operands: .file, options: [.wait, .json, .set], examples: ["millrace models rollback topology.yaml"])
}
