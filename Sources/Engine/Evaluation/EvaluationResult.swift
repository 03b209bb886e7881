public import EventFormats
public import OnlineLearning
public import Text
public import Topology

/// What an evaluation found: the object of `evaluate --json`.
public struct EvaluationResult {
    /// A drift event or a warning, with its row.
    public struct Drift: Sendable {
        /// The 0-based row.
        public var row: Int
        /// The row at which the change is estimated to have begun.
        public var changePoint: Int
        /// What the detector said.
        public var notice: DriftNotice
    }

    /// What a policy did, with its row.
    public struct Decision: Sendable {
        /// The 0-based row.
        public var row: Int
        /// What was done and why.
        public var notice: DecisionNotice
    }

    /// A point of the learning curve: the windowed accuracy or absolute error at a row.
    public struct CurvePoint: Sendable {
        /// The 0-based row.
        public var row: Int
        /// The windowed metric of what is published.
        public var value: Double
        /// The windowed metric of each model, in the plan's order; nil where it is undefined.
        public var models: [Double?]
        /// The metric of each baseline over all rows so far, in the report's order; nil where it is undefined.
        public var baselines: [Double?]
    }

    /// The topology's name.
    public var topology: String
    /// What is predicted.
    public var task: TaskType
    /// Rows read, dead letters included.
    public var rows: Int
    /// Time of the run, reading and decoding included.
    public var seconds: Double
    /// What could not be used, and why.
    public var rejected: RejectedRecords
    /// Sentences on what is suspicious in the records: fields that never occur, quotes left open.
    public var remarks: [String]
    /// Labels that were held back and not known at the end (`Evaluation.delay`).
    public var waitingLabels: Int
    /// What came of labels with a source of their own (`Evaluation.labels`).
    public var labels: LabelFigures?
    /// Changes for the worse, and of features, in the order of their rows.
    public var drifts: [Drift]
    /// Warnings in the order of their rows.
    public var warnings: [Drift]
    /// Errors that fell, in the order of their rows.
    public var improvements: [Drift]
    /// Decisions in the order of their rows.
    public var decisions: [Decision]
    /// All metrics.
    public var report: PipelineReport
    /// The learning curve, where it was asked for.
    public var curve: [CurvePoint]
    /// The counts at some hundred rows, where a report was asked for.
    public var course: [CourseSample]
    /// Rows between two of them.
    public var courseStep: Double
    /// Fields of the topology that no record has had.
    public var unseen: [UnseenFields.Field]
    /// Bytes of the canonical state.
    public var stateBytes: Int
    /// Bytes of memory that the pipeline holds.
    public var memoryBytes: Int
    /// Per model, a hash of what it has learned and of its transforms, 16 hexadecimal digits: a model that learned events
    /// again has that of a run that began with them.
    public var modelDigests: [(name: String, digest: String)]
    /// SHA-256 of the canonical state, 64 hexadecimal digits.
    public var digest: String

    /// The metric that stands for all: accuracy, or the mean absolute error of a regression.
    public var mainMetric: String { task == .regression ? "mae" : "accuracy" }

    /// Dead letters of all codes.
    public var deadLetterCount: Int { rejected.total }

    /// Dead letters by code.
    public var deadLetters: [(String, Int)] { rejected.byCode }

    /// The object of `evaluate --json`.
    public var json: JSON {
        guard let labels, case .object(let members) = figures else { return figures }
        return .object(
            members + [JSON.Member("labels", labels.json), JSON.Member("metrics_by_event_time", labels.byEventTime)])
    }

    private var figures: JSON {
        let rate = seconds > 0 ? Double(report.events) / seconds : 0
        return [
            "topology": .text(topology), "events": .unsigned(report.events), "labelled": .unsigned(report.labelled),
            "waiting_labels": .integer(Int64(waitingLabels)),
            "dead_letters": .integer(Int64(deadLetterCount)),
            "dead_letters_by_code": .object(deadLetters.map { ($0.0, .integer(Int64($0.1))) }),
            "rejected": .array(rejected.first.map(\.json)), "remarks": .array(remarks.map(JSON.text)),
            "seconds": .number(seconds), "events_per_second": .number(rate.rounded()),
            "metrics": Self.object(report.cumulative),
            "window": .object([("size", .integer(Int64(report.windowSize)))] + Self.pairs(report.windowed)),
            "baselines": .object(
                report.baselines.map { ($0.name, .optional(Self.value(mainMetric, $0.metrics))) }),
            "drifts": .array(drifts.map { $0.json }), "warnings": .array(warnings.map { $0.json }),
            "improvements": .array(improvements.map { $0.json }),
            "decisions": .array(decisions.map { $0.json }),
            "models": .object(report.models.map { ($0.name, Self.object($0.cumulative)) }),
            "slices": .array(report.slices.map(\.json)),
            "champion": .text(report.champion), "state_bytes": .integer(Int64(stateBytes)),
            "memory_bytes": .integer(Int64(memoryBytes)),
            "model_digests": .object(modelDigests.map { ($0.name, .text($0.digest)) }), "digest": .text(digest),
        ]
    }

    /// A value by the name that a topology's test gives it; NaN where it is undefined.
    public func value(of metric: String) -> Double {
        let parts = metric.split(separator: ".").map(String.init)
        switch (parts.first ?? "", parts.count) {
        case ("events", 1): return Double(report.events)
        case ("labelled", 1): return Double(report.labelled)
        case ("waiting_labels", 1): return Double(waitingLabels)
        case ("dead_letters", 1): return Double(deadLetterCount)
        case ("drifts", 1): return Double(drifts.count)
        case ("warnings", 1): return Double(warnings.count)
        case ("improvements", 1): return Double(improvements.count)
        case ("decisions", 1): return Double(decisions.count)
        case ("state_bytes", 1): return Double(stateBytes)
        case ("metrics", 2), ("metrics_by_arrival", 2): return Self.value(parts[1], report.cumulative) ?? .nan
        case ("labels", 2): return labels?.value(parts[1]) ?? .nan
        case ("metrics_by_event_time", 2):
            guard let labels else { return .nan }
            return parts[1] == "known" ? labels.known : Self.value(parts[1], labels.values) ?? .nan
        case ("window", 2): return Self.value(parts[1], report.windowed) ?? .nan
        case ("baselines", 2):
            let baseline = report.baselines.first { $0.name == parts[1] }
            return baseline.flatMap { Self.value(mainMetric, $0.metrics) } ?? .nan
        case ("models", 3):
            let model = report.models.first { $0.name == parts[1] }
            return model.flatMap { Self.value(parts[2], $0.cumulative) } ?? .nan
        default: return Self.value(metric, report.cumulative) ?? .nan
        }
    }

    /// One metric of a list, or nil where it is undefined.
    public static func value(_ name: String, _ values: MetricValues) -> Double? {
        values.first { $0.name == name }?.value
    }

    private static func pairs(_ values: MetricValues) -> [(String, JSON)] {
        values.map { ($0.name, .optional($0.value)) }
    }

    private static func object(_ values: MetricValues) -> JSON { .object(pairs(values)) }
}

extension EvaluationResult.Drift {
    /// One entry of `drifts`, `warnings` or `improvements`: a drift record's fields, with rows for event numbers.
    var json: JSON { .object(Notice.drift(notice).members(at: UInt64(row), changePoint: UInt64(changePoint))) }
}

extension EvaluationResult.Decision {
    /// One entry of `decisions`: a decision record's fields, with the row for the event number.
    var json: JSON { .object(Notice.decision(notice).members(at: UInt64(row))) }
}

/// How one expectation of a topology's test came out.
public struct ExpectationOutcome: Sendable {
    /// What was expected.
    public var expected: TopologyTest.Expected
    /// What was measured; NaN where it is undefined.
    public var value: Double
    /// Whether it holds.
    public var holds: Bool { expected.expectation.holds(value) }
}

extension EvaluationResult {
    /// Compares with a test's expectations.
    public func check(_ test: TopologyTest) -> [ExpectationOutcome] {
        test.expect.map { ExpectationOutcome(expected: $0, value: value(of: $0.metric)) }
    }
}
