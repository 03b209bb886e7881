import EventFormats
import OnlineLearning
import Testing

@testable import Topology

@Suite("Labels that come by themselves: what the keys mean, and what does not fit")
struct LateLabelKeyTests {
    private func check(
        _ label: String, input: String = "topic: in, id: id, time: t", more: String = ""
    ) -> (plan: TopologyPlan?, findings: [String]) {
        let text = """
            name: n
            input: {\(input)}
            features: {a: numeric}
            label: {field: y, \(label)}
            models: {m: \(label.contains("regression") ? "linear_regression" : "gaussian_nb")}
            \(more)
            """
        let (plan, findings) = TopologyFile.check(text: text, file: "t.yaml", environment: [:])
        return (plan, findings.map(\.message))
    }

    private static let binary = "type: binary, classes: [bad, good], topic: l, id: i, time: w, within: 7d"

    @Test func theDefaultsAreTheReferences() throws {
        let (plan, findings) = check(Self.binary)
        let labels = try #require(plan?.labels, "\(findings)")
        #expect(findings.isEmpty)
        #expect(labels.topic == "l" && labels.decoder.idField == "i" && labels.decoder.timeField == "w")
        #expect(labels.decoder.labelField == "y" && labels.decoder.schema.width == 0)
        #expect(labels.rules == LabelRules(within: 604_800_000))
        #expect(labels.wait == .milliseconds(500) && labels.idle == .seconds(30))
        #expect(labels.memory == 256 << 20 && labels.period == 3_600_000)
        // The event's record is not asked for a label.
        #expect(plan?.decoder.labelField == nil)
    }

    @Test func everyRuleIsRead() throws {
        let label =
            Self.binary + ", on_timeout: negative, on_late: ignore, late_within: 1h, on_duplicate: last, wait: 2s, "
            + "idle: 5s, memory: 1GiB, format: csv, columns: [i, w, y]"
        let labels = try #require(check(label, more: "metrics: {bucket: 1d}").plan?.labels)
        #expect(
            labels.rules
                == LabelRules(
                    within: 604_800_000, lateWithin: 3_600_000, onTimeout: .learn(Label(classIndex: 0)),
                    onLate: .ignore,
                    onDuplicate: .last))
        #expect(labels.wait == .seconds(2) && labels.idle == .seconds(5) && labels.memory == 1 << 30)
        #expect(labels.layout.columns == ["i", "w", "y"] && labels.period == 86_400_000)
        let good = check(Self.binary + ", on_timeout: good").plan?.labels?.rules.onTimeout
        #expect(good == .learn(Label(classIndex: 1)))
        let zero = check("type: regression, id: i, time: w, within: 1h, on_timeout: 0").plan?.labels
        #expect(zero?.rules.onTimeout == .learn(Label(target: 0)) && zero?.topic == "")
    }

    @Test(arguments: [
        ("type: binary, id: i, time: w", "", "'label.within' is missing"),
        ("type: binary, time: w, within: 1d", "", "'label.id' is missing"),
        ("type: binary, id: i, within: 1d", "", "'label.time' is missing"),
        ("type: binary, id: i, time: w, within: 1d", "topic: in, id: id", "'label.time' needs 'input.time'"),
        ("type: binary, id: i, time: w, within: 1d", "topic: in, time: t", "'input.id' is missing"),
        ("type: binary, id: i, time: w, within: 1d, topic: in", "", "'label.topic' is the topic of the events"),
        ("type: binary, id: i, time: w, within: 1d, topic: n-state", "", "the topology's own topic of state"),
        ("type: binary, id: i, time: w, within: 1d, format: csv", "", "`format: csv` needs 'label.columns'"),
        ("type: binary, id: i, time: w, within: 1d, columns: [i]", "", "only for `format: csv`"),
        ("type: binary, id: i, time: w, within: 1d, format: csv, columns: [i, w, z]", "", "lacks 'y'"),
        ("type: binary, id: i, time: w, within: 1d, on_timeout: negative", "", "needs 'label.classes'"),
        ("type: binary, classes: [a, b], id: i, time: w, within: 1d, on_timeout: c", "", "is no class: it may be drop"),
        ("type: regression, id: i, time: w, within: 1d, on_timeout: negative", "", "must be drop or a number"),
        ("type: binary, id: i, time: {field: w, format: iso}, within: 1d", "", "'label.time.format' must be"),
        ("type: binary, id: i, time: w, within: 1d, disk: much", "", "'label.disk' must be"),
    ])
    func whatDoesNotFitIsSaid(label: String, input: String, finding: String) {
        let found = check(label, input: input.isEmpty ? "topic: in, id: id, time: t" : input).findings
        #expect(found.count == 1 && found[0].contains(finding), "\(found)")
    }

    @Test(arguments: [
        ("{name: a, input: t.yaml, expect: [{events: 1}]}", true, "needs 'labels'"),
        ("{name: a, input: t.yaml, labels: l, delay: 1d, expect: [{events: 1}]}", true, "'delay' holds back"),
        ("{name: a, input: t.yaml, labels: l, expect: [{events: 1}]}", false, "'labels' needs a topology"),
        ("{name: a, generate: {stream: sea, label_delay: soon}, expect: [{events: 1}]}", true, "'soon' is no delay"),
        ("{name: a, generate: {stream: sea, label_delay: 1d}, expect: [{events: 1}]}", false, "'label_delay' needs"),
        ("{name: a, generate: {stream: sea}, labels: l, expect: [{events: 1}]}", true, "brings its labels"),
        ("{name: a, generate: {stream: sea}, expect: [{labels.matchd: 1}]}", true, "unknown metric"),
    ])
    func whatDoesNotFitInATestIsSaid(test: String, late: Bool, finding: String) {
        let found = check(late ? Self.binary : "type: binary", more: "tests: [\(test)]").findings
        #expect(found.count == 1 && found[0].contains(finding), "\(found)")
    }

    @Test func aTestBringsItsLabels() throws {
        let plan = try #require(
            check(
                Self.binary,
                more: """
                    tests:
                      - {name: a, input: e.csv, labels: l.csv, expect: [{labels.matched: 1}]}
                      - {name: b, generate: {stream: sea, label_delay: 1d..7d}, expect: [{metrics_by_event_time.known: 1}]}
                      - {name: c, generate: {stream: sea}, expect: [{labels.join_ratio: 1}]}
                    """
            ).plan)
        #expect(plan.tests[0].labels == "l.csv")
        guard case .generate(_, _, _, _, let range) = plan.tests[1].input,
            case .generate(_, _, _, _, let day) = plan.tests[2].input
        else { return #expect(Bool(false)) }
        #expect(range?.milliseconds == 86_400_000...604_800_000 && day?.milliseconds == 86_400_000...86_400_000)
    }
}
