import Console
import Engine
import EventFormats
import KafkaClient
import Text
import Topology

/// From arguments to an exit code.
enum Dispatcher {
    static func run(_ arguments: [String]) -> ExitCode {
        let table = CommandTable.table
        do {
            if let word = Log.unknownLevel {
                let levels = LogLevel.allCases.map { $0.word }.joined(separator: ", ")
                throw CommandFailure(.usage, "millrace: MILLRACE_LOG=\(word): must be one of \(levels)")
            }
            switch try table.parse(arguments) {
            case .version: VersionCommand.run()
            case .help(nil): Terminal.print(table.help(.output), terminator: "")
            case .help(let name?):
                if let command = table.command(name) {
                    Terminal.print(table.help(of: command, .output), terminator: "")
                }
            case .run(let invocation): return try perform(invocation)
            }
            return .done
        } catch {
            return report(error, isJSON: arguments.prefix { $0 != "--" }.contains("--json"))
        }
    }

    private static func perform(_ invocation: Invocation) throws -> ExitCode {
        guard let command = CommandTable.commands.first(where: { $0.command.name == invocation.command }) else {
            throw CommandFailure(.software, "the command `\(invocation.command)` is not in the table")
        }
        return try command.run(invocation)
    }

    /// Says on stderr what went wrong, for programs on stdout too, and gives the code of design 5.
    private static func report(_ error: any Error, isJSON: Bool) -> ExitCode {
        let (code, text) = describe(error)
        Terminal.printError(text)
        // A result that is out already stays the only document.
        if isJSON, !Terminal.hasPrinted {
            let findings = (error as? TopologyErrors).map { $0.findings.map { $0.json } }
            let members: [(String, JSON)] = [("code", .integer(Int64(code.rawValue))), ("message", .text(text))]
            let error = JSON.object(members + (findings.map { [("findings", .array($0))] } ?? []))
            Terminal.print(JSON.object([("error", error)]).pretty)
        }
        return code
    }

    private static func describe(_ error: any Error) -> (ExitCode, String) {
        switch error {
        case let failure as CommandFailure: (failure.code, failure.message)
        case let mistakes as TopologyErrors: (.findings, mistakes.description)
        case let bad as RecordError: (.inputData, bad.message)
        case let failure as KafkaError: (.unavailable, failure.description)
        case let failure as EngineError: (code(of: failure.kind), failure.message)
        default: (.software, "\(error)")
        }
    }

    private static func code(of kind: EngineError.Kind) -> ExitCode {
        switch kind {
        case .data: .inputData
        case .unavailable: .unavailable
        case .fault: .software
        }
    }
}
