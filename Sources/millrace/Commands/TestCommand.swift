import Console
import Engine
import Topology

/// `millrace test`: runs the `tests:` of topologies and compares with what they expect.
enum TestCommand {
    static func run(_ invocation: Invocation) throws -> ExitCode {
        var failures = 0, count = 0
        var report: [JSON] = []
        let style = Style.output
        let isJSON = invocation.has("json")
        for file in invocation.operands {
            let topology = try invocation.topology(file)
            for test in topology.tests {
                let result = try Evaluation(topology).run(try TestRecords.open(test.input, topology))
                let outcomes = result.check(test)
                let isGood = outcomes.allSatisfy { $0.holds }
                count += 1
                if !isGood { failures += 1 }
                report.append(json(file, test, outcomes, result))
                if !isJSON { show(file, test, outcomes, result, style) }
            }
            if topology.tests.isEmpty { Terminal.printError("\(file): has no tests") }
        }
        if isJSON {
            Terminal.print(JSON.array(report).text(isIndented: true))
        } else {
            Terminal.print("\(count) tests, \(failures) failed")
        }
        return failures == 0 ? .done : .findings
    }

    private static func show(
        _ file: String, _ test: TopologyTest, _ outcomes: [ExpectationOutcome], _ result: EvaluationResult,
        _ style: Style
    ) {
        let isGood = outcomes.allSatisfy { $0.holds }
        let mark = isGood ? style.green("ok  ") : style.red("FAIL")
        Terminal.print(
            "\(mark) \(file): \(test.name) (\(Numbers.grouped(result.rows)) rows, \(Numbers.fixed(result.seconds, 2)) s)"
        )
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
