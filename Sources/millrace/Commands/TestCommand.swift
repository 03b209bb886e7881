import Console
import Engine
import Text
import Topology

/// `millrace test`: runs the `tests:` of topologies and compares with what they expect.
enum TestCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        var report: [JSON] = []
        var findings: [Finding] = []
        var failures = 0, count = 0
        let isJSON = invocation.has("json")
        for file in invocation.operands {
            let (plan, found) = try invocation.check(file, looksAtFiles: true)
            findings += found
            guard let plan else { continue }
            if plan.tests.isEmpty {
                let message = "has no `tests:`, so nothing was tested; `millrace create` writes one to begin with"
                findings.append(Finding(file: file, line: 1, column: 1, message: message))
            }
            for test in plan.tests {
                var evaluation = Evaluation(plan)
                evaluation.delay = test.delay
                evaluation.labels = try TestRecords.labels(test, plan)
                let result = try evaluation.run(try TestRecords.open(test.input, plan))
                let outcomes = result.check(test)
                count += 1
                if !outcomes.allSatisfy({ $0.holds }) { failures += 1 }
                report.append(json(file, test, outcomes, result))
                if !isJSON { show(file, test, outcomes, result, .output) }
            }
        }
        let errors = findings.count { $0.severity == .error }
        if isJSON {
            Terminal.print(JSON.array(report + findings.map { $0.json }).pretty)
        } else {
            for finding in findings { Terminal.printError(Printable.text(finding.description)) }
            Terminal.print("\(count) tests, \(failures) failed\(errors > 0 ? ", \(errors) findings" : "")")
        }
        return failures + errors == 0 ? .done : .findings
    }

    private static func show(
        _ file: String, _ test: TopologyTest, _ outcomes: [ExpectationOutcome], _ result: EvaluationResult,
        _ style: Style
    ) {
        let isGood = outcomes.allSatisfy { $0.holds }
        let mark = isGood ? style.green("ok  ") : style.red("FAIL")
        let name = Printable.text(test.name)
        Terminal.print(
            "\(mark) \(file): \(name) (\(Numbers.grouped(result.rows)) rows, \(Numbers.fixed(result.seconds, 2)) s)")
        if result.deadLetterCount > 0 {
            Terminal.print("     \(result.deadLetterCount) of \(result.rows) records were rejected:")
            for line in RejectedText.lines(result.rejected) { Terminal.print("     \(line)") }
        }
        for remark in result.remarks { Terminal.print("     \(Printable.text(remark))") }
        for outcome in outcomes where !outcome.holds {
            Terminal.print(
                "     \(outcome.expected.metric) is \(outcome.value), expected \(outcome.expected.expectation)")
        }
    }

    private static func json(
        _ file: String, _ test: TopologyTest, _ outcomes: [ExpectationOutcome], _ result: EvaluationResult
    ) -> JSON {
        [
            "file": .text(file), "name": .text(test.name), "passed": .bool(outcomes.allSatisfy { $0.holds }),
            "rows": .integer(Int64(result.rows)), "seconds": .number(result.seconds),
            "expectations": .array(
                outcomes.map {
                    [
                        "metric": .text($0.expected.metric), "expected": .text($0.expected.expectation.description),
                        "value": .number($0.value), "holds": .bool($0.holds),
                    ]
                }),
        ]
    }
}

extension TestCommand: ProgramCommand {
    static let command = Command(
        "test", "Run the `tests:` of topologies",
        details: "Ends with code 1 where an expectation does not hold, or a file has no tests.",
        operands: .files, options: [.json, .set], examples: ["millrace test topologies/*.yaml"])
}
