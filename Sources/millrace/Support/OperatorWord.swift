import Console
import Engine
import Foundation
import Text

extension Invocation {
    /// Sends a command to every partition of the topology and tells what they answered.
    ///
    /// - Parameter needsAll: one partition that refuses is a failure; else it is enough that one obeys.
    func send(_ action: ControlCommand.Action, needsAll: Bool = true) throws -> ExitCode {
        let topology = try topology(operands[0])
        let seconds = integer("wait") ?? 30
        let delivery = try CommandDelivery(topology, action, by: Self.user)
        let bar = Progress(action.word, total: delivery.partitions)
        let answers = try delivery.run(within: .seconds(seconds)) { bar.update($0, "partitions have answered") }
        bar.finish(answers.count)
        if has("json") {
            let list = answers.map { answer -> JSON in
                [
                    "partition": .integer(Int64(answer.partition)), "number": .unsigned(answer.number),
                    "outcome": .text(answer.isDone ? "done" : "refused"), "reason": .text(answer.reason),
                ]
            }
            Terminal.print(
                JSON.object([
                    ("command", .text(action.word)), ("partitions", .integer(Int64(delivery.partitions))),
                    ("answers", .array(list)),
                ]).pretty)
        } else {
            for answer in answers {
                let outcome = answer.isDone ? "done" : "refused: \(Printable.text(answer.reason))"
                Terminal.print("partition \(answer.partition)  command \(answer.number)  \(outcome)")
            }
        }
        let silent = (0..<Int32(delivery.partitions)).filter { partition in
            !answers.contains { $0.partition == partition }
        }
        guard silent.isEmpty else {
            throw CommandFailure(.unavailable, "millrace: " + delivery.silence(of: silent, after: seconds))
        }
        if !needsAll, answers.contains(where: \.isDone) { return .done }
        if let refused = answers.first(where: { !$0.isDone }) {
            throw CommandFailure(.findings, "millrace: \(action.word) was refused: \(Printable.text(refused.reason))")
        }
        return .done
    }

    private static var user: String {
        "\(ProcessInfo.processInfo.environment["USER"] ?? NSUserName())@\(ProcessInfo.processInfo.hostName)"
    }
}

extension Option {
    static let wait = Option("wait", .integer(1...3600), "How many seconds to wait for answers; 30 unless given")
}
