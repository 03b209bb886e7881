import Console

/// `millrace completions`: for a shell, or the command reference as Markdown.
enum CompletionsCommand {
    static func run(_ invocation: Invocation) -> ExitCode {
        let table = CommandTable.table
        let shell = Shell(rawValue: invocation.operands[0])
        Terminal.print(shell.map { table.completions(for: $0) } ?? table.documentation(), terminator: "")
        return .done
    }
}

extension CompletionsCommand: ProgramCommand {
    static let command = Command(
        "completions", "Print completions for a shell, or the command reference",
        operands: .choice("SHELL", Shell.allCases.map { $0.rawValue } + ["docs"]),
        examples: ["source <(millrace completions bash)"])
}
