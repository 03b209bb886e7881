import Console
import Foundation
import Text
import ControlPlane

/// `millrace top`: the page's first screen in a terminal, live, and a line per partition.
enum TopCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        let process = try RunningProcess(invocation)
        let isLive = Terminal.outputMovesCursor && !invocation.has("once")
        let picture = Picture()
        let stopping = Flag()
        let signals = StopOnSignal { stopping.raise() }
        defer { withExtendedLifetime(signals) {} }
        repeat {
            let body = try process.ask("page")
            guard let page = try? JSON(reading: body) else {
                throw CommandFailure(.unavailable, "millrace: \(process.client.address) gave no JSON")
            }
            let lines = TopView(page: page, style: .output, width: Terminal.size.columns).lines
            if isLive {
                picture.draw(lines + ["", Style.output.dim("Ctrl-C stops")])
            } else {
                for line in lines { Terminal.print(line) }
                return .done
            }
            for _ in 0..<10 where !stopping.isRaised { Thread.sleep(forTimeInterval: 0.1) }
        } while !stopping.isRaised
        return .done
    }
}

extension TopCommand: ProgramCommand {
    static let command = Command(
        "top", "Show a running topology live: the answers, and a line per partition",
        details: """
            The same sentences as on the page, once a second, until Ctrl-C; into a pipe or a file once.
            """,
        options: [
            RunningProcess.address, RunningProcess.topology, RunningProcess.last,
            Option("once", .flag, "Print once and end"),
        ],
        examples: ["millrace top", "millrace top --http :8080 --once"])
}
