import EventFormats
import Foundation
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// `evaluate --labels`: every count and metric against an oracle that shares nothing with the engine.
@Suite struct LabelledEvaluationTests {
    struct Rules {
        var timeout = "drop"
        var late = "correct"
        var duplicate = "first"
        var within = 400
        var lateWithin: Int? = 300
        var idle = "30s"
        /// `label.memory` and `label.disk`.
        var room = ""
    }

    static func topology(_ rules: Rules, more: String = "") throws -> TopologyPlan {
        let room = rules.room.split(separator: ", ").map { "\n  \($0)" }.joined()
        let late = rules.lateWithin.map { "\n  late_within: \($0)ms" } ?? ""
        let text = """
            name: late
            input: {topic: in, format: json, id: id, time: t}
            features: {a: numeric, b: numeric}
            label:
              field: y
              type: binary
              classes: [honest, fraud]
              topic: labels
              id: of
              time: known
              within: \(rules.within)ms\(late)
              on_timeout: \(rules.timeout)
              on_late: \(rules.late)
              on_duplicate: \(rules.duplicate)
              idle: \(rules.idle)\(room)
            models: {linear: logistic_regression, bayes: gaussian_nb}
            metrics: {bucket: 1s}
            \(more)
            """
        let (plan, findings) = TopologyFile.check(text: text, file: "l.yaml", environment: [:], overrides: [])
        return try #require(plan, "\(findings)")
    }

    static let classes = ["honest", "fraud"]

    /// Events with some ids that come again and some out of order; labels late, early, twice, contradictory, without value,
    /// after the timeout, and of nobody.
    static func stream(_ seed: UInt64, count: Int = 1500) -> (events: [LabelOracle.Row], labels: [LabelOracle.Row]) {
        let random = CounterRandom(seed: seed, component: 8, task: 0)
        func draw(_ row: Int, _ place: UInt64, _ below: Int) -> Int {
            Int(random.bits(event: UInt64(row), draw: place) % UInt64(below))
        }
        var events: [LabelOracle.Row] = [], labels: [LabelOracle.Row] = []
        for row in 0..<count {
            let time = Int64(row * 10 - (draw(row, 0, 9) == 0 ? draw(row, 1, 300) : 0))
            let id = "e\(draw(row, 2, 25) == 0 ? max(0, row - draw(row, 3, 90)) : row)"
            events.append(.init(isEvent: true, id: id, time: time, number: row))
            func add(_ id: String, _ place: UInt64, _ delay: Int) {
                let label = draw(row, place + 1, 15) == 0 ? nil : draw(row, place, 2)
                labels.append(.init(isEvent: false, id: id, time: time + Int64(delay), label: label))
            }
            switch draw(row, 4, 12) {
            case 0: break
            case 1: add(id, 10, -draw(row, 5, 500))
            case 2: add(id, 10, 401 + draw(row, 5, 700))
            case 3: add("nobody \(row)", 10, draw(row, 5, 100))
            case 4, 5:
                add(id, 10, draw(row, 5, 300))
                add(id, 12, draw(row, 6, 900))
            case 6: for copy in 0..<3 { add(id, 14, draw(row, 5, 300) + copy * 10) }
            default: add(id, 10, draw(row, 5, 380))
            }
        }
        let sorted = labels.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        return (events, sorted.map(\.element))
    }

    static func lines(events: [LabelOracle.Row]) -> [String] {
        let random = CounterRandom(seed: 2, component: 2, task: 0)
        return events.map { row in
            let a = random.uniform(event: UInt64(row.number), draw: 0),
                b = random.uniform(event: UInt64(row.number), draw: 1)
            return "{\"id\":\"\(row.id)\",\"t\":\(row.time),\"a\":\(a),\"b\":\(b)}"
        }
    }

    static func lines(labels: [LabelOracle.Row]) -> [String] {
        labels.map { row in
            let value = row.label.map { "\"\(classes[$0])\"" } ?? "null"
            return "{\"of\":\"\(row.id)\",\"known\":\(row.time),\"y\":\(value)}"
        }
    }

    static func evaluate(
        _ topology: TopologyPlan, _ events: [String], _ labels: [String], predictions: ((String) -> Void)? = nil
    ) throws -> EvaluationResult {
        let folder = NSTemporaryDirectory() + "late-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try events.joined(separator: "\n").write(toFile: "\(folder)/e.jsonl", atomically: true, encoding: .utf8)
        try labels.joined(separator: "\n").write(toFile: "\(folder)/l.jsonl", atomically: true, encoding: .utf8)
        var evaluation = Evaluation(topology)
        evaluation.labels = try FileRecords(path: "\(folder)/l.jsonl", labels: #require(topology.labels))
        if let predictions { evaluation.predictions = { predictions(String(decoding: $0, as: UTF8.self)) } }
        return try evaluation.run(try FileRecords(path: "\(folder)/e.jsonl", topology: topology))
    }

    private static let rules = [
        Rules(), Rules(timeout: "negative"), Rules(timeout: "fraud", late: "ignore", lateWithin: nil),
        Rules(timeout: "negative", duplicate: "last"), Rules(late: "ignore", duplicate: "last", lateWithin: 0),
        Rules(timeout: "honest", within: 50, lateWithin: 900),
    ]

    @Test(arguments: Self.rules.indices, 1...6 as ClosedRange<UInt64>)
    func everyCountAndMetricIsTheOracles(_ index: Int, seed: UInt64) throws {
        let rules = Self.rules[index]
        let (events, labels) = Self.stream(seed)
        var oracle = LabelOracle(
            within: Int64(rules.within), lateWithin: Int64(rules.lateWithin ?? rules.within),
            timeout: ["drop": nil, "negative": 0, "honest": 0, "fraud": 1][rules.timeout]!,
            corrects: rules.late == "correct", lastCounts: rules.duplicate == "last")
        oracle.run(events: events, labels: labels)
        var predicted = ""
        let result = try Self.evaluate(
            try Self.topology(rules), Self.lines(events: events), Self.lines(labels: labels)
        ) { predicted += $0 }
        let figures = try #require(result.labels)
        for (name, count) in figures.list {
            #expect(Int(count) == oracle.counts[name] ?? 0, "\(name)")
        }
        let outcomes = ["matched", "early", "orphan", "duplicate", "withdrawn", "timed_out", "superseded"]
        for name in outcomes { #expect(oracle.counts[name] ?? 0 > 0, "the stream has no \(name)") }
        // Every event once, in order.
        let records = try predicted.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(records.count == events.count)
        for (row, record) in records.enumerated() { #expect(record["source"] as? String == "in-0-\(row)") }
        // Metrics by arrival and by event time, from the predictions and the oracle's outcomes.
        func metrics(_ outcomes: [Int: Int]) -> (accuracy: Double, loss: Double) {
            var right = 0, loss = 0.0
            for (row, label) in outcomes {
                let name = Self.classes[label]
                if records[row]["prediction"] as? String == name { right += 1 }
                let probabilities = records[row]["probabilities"] as? [String: Double]
                loss -= log(max(probabilities?[name] ?? 0, 1e-15))
            }
            return (Double(right) / Double(outcomes.count), loss / Double(outcomes.count))
        }
        for (outcomes, place) in [(oracle.arrival, "metrics_by_arrival"), (oracle.final, "metrics_by_event_time")] {
            let expected = metrics(outcomes)
            #expect(abs(result.value(of: "\(place).accuracy") - expected.accuracy) < 1e-12, "\(place)")
            #expect(abs(result.value(of: "\(place).log_loss") - expected.loss) < 1e-9, "\(place)")
        }
        #expect(result.report.labelled == UInt64(oracle.arrival.count))
        #expect(figures.total.labelled == UInt64(oracle.final.count) && figures.total.events == UInt64(events.count))
        // Periods add up to the whole.
        #expect(figures.periods.reduce(0) { $0 + $1.labelled } == figures.total.labelled)
        #expect(figures.periods.map(\.start) == figures.periods.map(\.start).sorted())
    }

    /// The same file of events, once with their labels inside and once with those apart and at once.
    @Test func labelsAtOnceGiveTheMetricsOfLabelsInTheEvents() throws {
        let late = try Self.topology(Rules())
        let text = late.text.split(separator: "\n").map(String.init)
        #expect(text.contains { $0.contains("within") })
        let inside = try #require(
            TopologyFile.check(
                text: """
                    name: late
                    input: {topic: in, format: json, id: id, time: t}
                    features: {a: numeric, b: numeric}
                    label: {field: y, type: binary, classes: [honest, fraud]}
                    models: {linear: logistic_regression, bayes: gaussian_nb}
                    """, file: "i.yaml", environment: [:], overrides: []
            ).0)
        let events = (0..<2000).map { LabelOracle.Row(isEvent: true, id: "\($0)", time: Int64($0), number: $0) }
        let labels = events.map {
            LabelOracle.Row(isEvent: false, id: $0.id, time: $0.time, label: $0.number * 7 % 3 % 2, number: 0)
        }
        let apart = try Self.evaluate(late, Self.lines(events: events), Self.lines(labels: labels))
        let together = zip(Self.lines(events: events), labels).map { line, label in
            line.dropLast() + ",\"y\":\"\(Self.classes[label.label!])\"}"
        }
        let path = NSTemporaryDirectory() + "together-\(UUID().uuidString).jsonl"
        try together.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let plain = try Evaluation(inside).run(try FileRecords(path: path, topology: inside))
        #expect(apart.report.cumulative.map(\.value) == plain.report.cumulative.map(\.value))
        #expect(apart.report.windowed.map(\.value) == plain.report.windowed.map(\.value))
        #expect(apart.labels?.counts.matched == 2000 && apart.labels?.delays.quantile(1) == 0)
    }

    @Test func whatCannotBeUsedIsToldWithItsPlace() throws {
        let events = ["{\"id\":\"x\",\"t\":1,\"a\":1,\"b\":2}", "{\"t\":2,\"a\":1,\"b\":2}", "{\"id\":\"\",\"t\":3}"]
        let labels = [
            "{\"of\":\"x\",\"known\":5,\"y\":\"theft\"}", "{\"known\":6,\"y\":\"fraud\"}", "{\"of\":1",
            "{\"of\":\"x\",\"known\":7,\"y\":\"fraud\"}",
        ]
        let result = try Self.evaluate(try Self.topology(Rules()), events, labels)
        #expect(result.deadLetters.map(\.0) == ["missing_id"] && result.deadLetterCount == 2)
        let figures = try #require(result.labels)
        #expect(figures.rejected.byCode.map(\.0) == ["broken_json", "missing_id", "unknown_class"])
        #expect(figures.rejected.first.contains { $0.place.contains("l.jsonl:1") && $0.why.text.contains("declared") })
        #expect(figures.counts.matched == 1 && figures.taken == 1)
    }
}
