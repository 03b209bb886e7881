import Console
import KafkaClient

/// A command of the program: its place in the table and what it does. A file of `Commands` each.
protocol ProgramCommand: SendableMetatype {
    /// Its words, options and help.
    static var command: Command { get }
    /// Does it. An error ends the program with its text and code.
    static func run(_ invocation: Invocation) throws -> ExitCode
}

/// The whole command line: this list makes parsing, dispatch, help, completions and docs.
enum CommandTable {
    /// In the order of help.
    static let commands: [any ProgramCommand.Type] = [
        DemoCommand.self,
        CreateCommand.self,
        RunCommand.self,
        PauseCommand.self,
        ResumeCommand.self,
        DrainCommand.self,
        ModelsListCommand.self,
        ModelsShowCommand.self,
        ModelsDiffCommand.self,
        FreezeCommand.self,
        UnfreezeCommand.self,
        PromoteCommand.self,
        RollbackCommand.self,
        ApproveCommand.self,
        DenyCommand.self,
        DecisionsCommand.self,
        TopCommand.self,
        ReportCommand.self,
        EvaluateCommand.self,
        ReplayCommand.self,
        ExplainCommand.self,
        LintCommand.self,
        PlanCommand.self,
        GraphCommand.self,
        TestCommand.self,
        SchemaCommand.self,
        ListCommand.self,
        DescribeCommand.self,
        StateCommand.self,
        StateVerifyCommand.self,
        StateExportCommand.self,
        StateImportCommand.self,
        DeadLettersCommand.self,
        ShowDeadLettersCommand.self,
        ReplayDeadLettersCommand.self,
        ResetCommand.self,
        GenerateCommand.self,
        BenchCommand.self,
        DoctorCommand.self,
        CompletionsCommand.self,
    ]

    static let table = OptionTable(
        program: "millrace",
        summary: "Millrace: models that learn from Kafka streams as they go, exactly once, and watch for drift.",
        commands: commands.map { $0.command })
}

/// Options that several commands take.
extension Option {
    static let json = Option("json", .flag, "Print JSON for programs, of an error too")
    static let set = Option(
        "set", .text("PATH=VALUE"), isRepeatable: true,
        "Change a value of the topology; after kafka.properties. one key")
    static let bootstrap = Option(
        "bootstrap", .text("HOST:PORT"), "Brokers; else KAFKA_BOOTSTRAP, else 127.0.0.1:9092")
    static let http = Option(
        "http", .text("HOST:PORT"), formerName: "dashboard",
        "Serve metrics, health and the API there; loopback where HOST is left out")
    static let httpToken = Option(
        "http-token-file", .file, "The token that changes over HTTP must bring; without it nothing can be changed")
}
