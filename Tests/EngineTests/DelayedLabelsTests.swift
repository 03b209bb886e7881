import EventFormats
import Foundation
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// Labels that an evaluation holds back: every event is scored once, learned once and scored by what was said then.
@Suite struct DelayedLabelsTests {
    private static let topology: TopologyPlan = {
        let text = """
            name: delayed
            input: {topic: in, format: json, time: t}
            features: {a: numeric, b: numeric}
            label: {field: y, type: multiclass}
            models: {linear: logistic_regression, bayes: gaussian_nb}
            drift: [{detector: adwin, signal: error}]
            """
        let (plan, findings) = TopologyFile.check(text: text, file: "d.yaml", environment: [:], overrides: [])
        guard let plan else { fatalError("\(findings)") }
        return plan
    }()

    /// Rows a second apart, some without a label, a concept that turns.
    private struct Rows: Sequence {
        var count = 3000
        func makeIterator() -> AnyIterator<(a: Double, b: Double, label: Int32?, time: Int64)> {
            let random = CounterRandom(seed: 5, component: 1, task: 0)
            var row = 0
            return AnyIterator {
                guard row < count else { return nil }
                defer { row += 1 }
                let a = Double(Int(random.uniform(event: UInt64(row), draw: 0) * 1000)) / 1000
                let b = Double(Int(random.uniform(event: UInt64(row), draw: 1) * 1000)) / 1000
                let label = Int32(a + b > 1 ? 1 : 0) ^ (row > 1500 ? 1 : 0)
                return (a, b, row % 7 == 3 ? nil : label, 1_700_000_000_000 + Int64(row) * 1000)
            }
        }

        var file: String {
            map { row in
                let label = row.label.map { ",\"y\":\"class \($0)\"" } ?? ""
                return "{\"t\":\(row.time),\"a\":\(row.a),\"b\":\(row.b)\(label)}"
            }.joined(separator: "\n")
        }
    }

    private func evaluate(_ delay: LabelDelay?) throws -> EvaluationResult {
        let path = NSTemporaryDirectory() + "delayed-\(UUID().uuidString).jsonl"
        try Data(Rows().file.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var evaluation = Evaluation(Self.topology)
        evaluation.delay = delay
        return try evaluation.run(try FileRecords(path: path, topology: Self.topology))
    }

    @Test func noDelayGivesTheSameBits() throws {
        let plain = try evaluate(nil)
        #expect(plain.report.labelled > 2500 && !plain.drifts.isEmpty)
        for delay in [LabelDelay.events(0), .time(0)] {
            let held = try evaluate(delay)
            #expect(held.digest == plain.digest && held.waitingLabels == 0, "\(delay)")
            #expect(held.drifts.map(\.row) == plain.drifts.map(\.row))
            #expect(held.decisions.map(\.row) == plain.decisions.map(\.row))
        }
    }

    /// A second apart, so many events are so many seconds: both against the pipeline driven by hand.
    @Test(arguments: [1, 10, 500, 5000]) func aDelayIsWhatItSays(events: Int) throws {
        let pipeline = Pipeline(plan: Self.topology.pipeline)
        let event = Event(width: 2)
        var held: [(answer: OnlineLearning.Answer?, label: Int32?)] = []
        var learned: UInt64 = 0
        for row in Rows() {
            event.slots[0] = row.a
            event.slots[1] = row.b
            held.append((pipeline.step(.event(event, keeping: row.label != nil)).answer, row.label))
            guard held.count > events, let label = held[held.count - 1 - events].label else { continue }
            let text = "class \(label)"
            Array(text.utf8).withUnsafeBytes {
                _ = pipeline.step(.label(held[held.count - 1 - events].answer!, .word($0)))
            }
            learned += 1
        }
        var writer = SnapshotWriter()
        pipeline.write(to: &writer)
        let byCount = try evaluate(.events(events))
        #expect(byCount.digest == SHA256.hex(writer.bytes))
        #expect(byCount.report.labelled == learned)
        let all = Rows().count { $0.label != nil }
        #expect(byCount.waitingLabels == all - Int(learned))
        #expect(byCount.rows == 3000 && byCount.report.events == 3000)
        #expect(byCount.value(of: "waiting_labels") == Double(byCount.waitingLabels))
        // A label that is known at an event's time comes after that event; the file's last label of that time does not.
        let byTime = try evaluate(.time(Int64(events) * 1000))
        #expect(byTime.report.events == 3000)
        #expect(byTime.waitingLabels + Int(byTime.report.labelled) == all)
        #expect(abs(Int(byTime.report.labelled) - Int(learned)) <= 1)
    }

    @Test func whatADelayIsCalled() {
        #expect(LabelDelay("1000") == .events(1000))
        #expect(LabelDelay("0") == .events(0))
        #expect(LabelDelay("7d") == .time(604_800_000))
        #expect(LabelDelay("90m") == .time(5_400_000))
        for wrong in ["", "-1", "soon", "7 days", "1.5", "d"] { #expect(LabelDelay(wrong) == nil, "\(wrong)") }
    }

    @Test func aWrongDelayOfATestIsAFinding() {
        func findings(_ delay: String, time: String) -> [String] {
            let text = """
                name: d
                input: {topic: in\(time)}
                features: {a: numeric}
                label: {field: y, type: binary, classes: [0, 1]}
                models: {m: gaussian_nb}
                tests: [{name: t, input: x.csv, delay: \(delay), expect: [{events: "> 0"}]}]
                """
            return TopologyFile.check(text: text, file: "d.yaml", environment: [:], overrides: []).1.map(
                \.description)
        }
        #expect(findings("1000", time: "").isEmpty, "\(findings("1000", time: ""))")
        #expect(findings("7d", time: ", time: t").isEmpty)
        #expect(findings("7d", time: "").first?.contains("a delay of event time needs 'input.time'") == true)
        #expect(findings("soon", time: "").first?.contains("'soon' is no delay") == true)
    }
}
