public import OnlineLearning
import Text

/// What came of labels that arrive by themselves, at one moment.
public struct LabelFigures: Sendable {
    /// Labels taken.
    public var taken: UInt64
    /// What became of them and of events without one.
    public var counts: LabelCounts
    /// Events that wait for their label.
    public var waiting: Int
    /// Labels that wait for their event.
    public var unmatched: Int
    /// The share of the labels that found their event; NaN before the first.
    public var joinRatio: Double
    /// How long labels took.
    public var delays: LabelDelays
    /// No labels come, and no event's time runs out meanwhile.
    public var isHeld: Bool
    /// Bytes that what waits holds.
    public var bytes: Int
    /// Events whose rows are on disk alone.
    public var onDisk: Int
    /// Quality of the answers to all events whose outcome is known, by the time of the events.
    public var total: EventTimeMetrics.Period
    /// The metrics of `total`.
    public var values: MetricValues
    /// The same by period, in the order of their time; only in an evaluation.
    public var periods: [EventTimeMetrics.Period] = []
    /// Records of labels that could not be used; only in an evaluation.
    public var rejected = RejectedRecords()
    /// Sentences on what is suspicious in the labels; only in an evaluation.
    public var remarks: [String] = []
    private let isClassification: Bool

    init(_ learner: LabelledPipeline) {
        taken = learner.labels
        counts = learner.counts
        waiting = learner.waiting
        unmatched = learner.unmatched
        joinRatio = learner.joinRatio
        delays = learner.delays
        isHeld = learner.hold == .all
        bytes = learner.waitingBytes
        onDisk = learner.onDisk
        total = learner.byEventTime.total
        values = learner.byEventTime.values(of: total)
        isClassification = learner.pipeline.plan.task != .regression
    }

    /// The share of the events whose outcome is known; NaN before the first event.
    public var known: Double { Double(total.labelled) / Double(total.events) }

    /// Every count by its name, in one order for every surface.
    public var list: [(name: String, count: UInt64)] {
        [
            ("taken", taken), ("matched", counts.matched), ("early", counts.early), ("late", counts.late),
            ("orphan", counts.orphan), ("duplicate", counts.duplicate), ("conflict", counts.conflict),
            ("corrected", counts.corrected), ("withdrawn", counts.withdrawn), ("timed_out", counts.timedOut),
            ("superseded", counts.superseded), ("dropped", counts.dropped), ("waiting", UInt64(waiting)),
            ("unmatched", UInt64(unmatched)),
        ]
    }

    /// One of `list`, `join_ratio` or `rejected`, by name; NaN: there is none.
    func value(_ name: String) -> Double {
        switch name {
        case "join_ratio": joinRatio
        case "rejected": Double(rejected.total)
        default: list.first { $0.name == name }.map { Double($0.count) } ?? .nan
        }
    }

    private static let quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]

    /// The delay that a share of the labels did not exceed, in seconds, by the name of the quantile.
    public var delaySeconds: [(name: String, seconds: Double)] {
        Self.quantiles.map { ($0.0, delays.quantile($0.1) / 1000) }
    }

    /// `labels` in `evaluate --json`.
    var json: JSON {
        .object(
            list.map { ($0.name, .unsigned($0.count)) } + [
                ("join_ratio", .number(joinRatio)),
                ("delay_seconds", .object(delaySeconds.map { ($0.name, .number($0.seconds)) })),
                ("rejected", .array(rejected.first.map(\.json))),
                ("rejected_by_code", .object(rejected.byCode.map { ($0.0, .integer(Int64($0.1))) })),
                ("remarks", .array(remarks.map(JSON.text))),
            ])
    }

    private func json(_ period: EventTimeMetrics.Period) -> [(String, JSON)] {
        let count = Double(period.labelled)
        let values: [(String, JSON)] =
            isClassification
            ? [("accuracy", .number(Double(period.right) / count)), ("log_loss", .number(period.loss / count))]
            : [("mae", .number(period.loss / count)), ("rmse", .number((period.squares / count).squareRoot()))]
        return [("events", .unsigned(period.events)), ("labelled", .unsigned(period.labelled))] + values
    }

    /// `metrics_by_event_time` in `evaluate --json`.
    var byEventTime: JSON {
        .object(
            json(total) + [
                (
                    "periods", .array(periods.map { .object([("start", .integer($0.start))] + json($0)) })
                )
            ])
    }
}
