import Console

/// `millrace report`: what the page of a running topology shows, as one file.
enum ReportCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let process = try RunningProcess(invocation)
        let report = try process.ask("report")
        let path = invocation.text("output") ?? "\(process.topology)-report.html"
        let file = try OutputFile(path)
        try file.write(report)
        try file.close()
        if path != "-" { Terminal.printError("written: \(path)") }
        return .done
    }
}

extension ReportCommand: ProgramCommand {
    static let command = Command(
        "report", "Write what a running topology's page shows into one HTML file",
        details: """
            Headline, answers, charts and tables of this moment, in one file that asks for nothing: to forward, to print, \
            to keep. For a file of records instead: `millrace evaluate --report`.
            """,
        options: [
            RunningProcess.address, RunningProcess.topology, RunningProcess.last,
            Option("output", short: "o", .file, "The file; NAME-report.html unless given, - is stdout"),
        ],
        examples: ["millrace report", "millrace report --http :8080 --last 6h --output monday.html"])
}
