import Console
import Engine
import EventFormats
import KafkaClient
import Topology

/// From arguments to an exit code.
enum Dispatcher {
    static func run(_ arguments: [String]) -> ExitCode {
        let table = CommandTable.table
        do {
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
        } catch { return report(error) }
    }

    private static func perform(_ invocation: Invocation) throws -> ExitCode {
        switch invocation.command {
        case "demo": try DemoCommand.run(invocation)
        case "create": try CreateCommand.run(invocation)
        case "run": try RunCommand.run(invocation)
        case "evaluate": try EvaluateCommand.run(invocation)
        case "lint": try LintCommand.run(invocation)
        case "test": try TestCommand.run(invocation)
        case "schema": SchemaCommand.run()
        case "list": ListCommand.run(invocation)
        case "describe": DescribeCommand.run(invocation)
        case "state ls": try StateCommand.run(invocation)
        case "generate": try GenerateCommand.run(invocation)
        case "doctor": try DoctorCommand.run(invocation)
        case "completions": CompletionsCommand.run(invocation)
        default:
            throw CommandFailure(
                .software, "the command `\(invocation.command)` is in the table and not in the program")
        }
    }

    /// Says on stderr what went wrong and gives the code of design 5.
    private static func report(_ error: any Error) -> ExitCode {
        let code: ExitCode
        let text: String
        switch error {
        case let failure as CommandFailure: (code, text) = (failure.code, failure.message)
        case let mistakes as TopologyErrors: (code, text) = (.findings, mistakes.description)
        case let bad as RecordError: (code, text) = (.inputData, bad.message)
        case let failure as KafkaError: (code, text) = (.unavailable, failure.description)
        case let failure as EngineError:
            text = failure.message
            code =
                switch failure.kind {
                case .data: .inputData
                case .unavailable: .unavailable
                case .fault: .software
                }
        default: (code, text) = (.software, "\(error)")
        }
        Terminal.printError(text)
        return code
    }
}
