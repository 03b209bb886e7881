import Console
import Text
import Topology

/// `millrace lint`: all findings of all files, as `file:line:column: message`.
enum LintCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        var findings: [Finding] = []
        var plans: [TopologyPlan] = []
        var unreadable: CommandFailure?
        for file in invocation.operands {
            do throws(CommandFailure) {
                let (plan, found) = try invocation.check(file, looksAtFiles: true)
                findings += found
                if let plan { plans.append(plan) }
            } catch {
                // The other files are looked at all the same.
                guard error.code == .inputData else { throw error }
                Terminal.printError(error.message)
                unreadable = unreadable ?? error
                findings.append(Finding(file: file, line: 1, column: 1, message: error.message))
            }
        }
        findings += TopologyNeighbours.findings(plans)
        if invocation.has("json") {
            Terminal.print(JSON.array(findings.map { $0.json }).pretty)
        } else {
            for finding in findings { Terminal.print(Printable.text(finding.description)) }
            Terminal.printError(summary(files: invocation.operands.count, findings))
        }
        if let unreadable { return unreadable.code }
        return findings.contains { $0.severity == .error } ? .findings : .done
    }

    private static func summary(files: Int, _ findings: [Finding]) -> String {
        let errors = findings.count { $0.severity == .error }
        func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
        let warnings = findings.count - errors
        let found = [errors > 0 ? counted(errors, "error") : nil, warnings > 0 ? counted(warnings, "warning") : nil]
        let text = found.compactMap { $0 }.joined(separator: ", ")
        return "\(counted(files, "file")), \(text.isEmpty ? "no findings" : text)"
    }
}

extension LintCommand: ProgramCommand {
    static let command = Command(
        "lint", "Check topologies: every mistake with its line and column",
        details: """
            Ends with code 1 where there is an error. Environment variables are filled in first. Files that `tests:` name \
            must be there. Nothing but the files is looked at: no broker, no program, no code is loaded.
            """,
        operands: .files, options: [.json, .set], examples: ["millrace lint topologies/*.yaml"])
}
