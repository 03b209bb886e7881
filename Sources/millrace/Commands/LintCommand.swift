import Console
import Topology

/// `millrace lint`: all findings of all files, as `file:line:column: message`.
enum LintCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        var findings: [Finding] = []
        for file in invocation.operands { findings += try invocation.check(file).1 }
        if invocation.has("json") {
            Terminal.print(JSON.array(findings.map { $0.json }).text(isIndented: true))
        } else {
            for finding in findings { Terminal.print(finding.description) }
        }
        return findings.contains { $0.severity == .error } ? .findings : .done
    }
}

extension Finding {
    /// The finding for programs.
    fileprivate var json: JSON {
        [
            "file": .text(file), "line": .integer(Int64(line)), "column": .integer(Int64(column)),
            "severity": .text(severity.rawValue), "message": .text(message),
            "suggestion": suggestion.map { .text($0) } ?? .null,
        ]
    }
}
