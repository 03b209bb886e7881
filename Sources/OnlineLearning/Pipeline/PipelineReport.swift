/// A pipeline's figures, by the names of `evaluate --json`; nil where a metric is undefined.
public struct PipelineReport: Sendable {
    /// Events scored, and those of them that had a label.
    public var events: UInt64
    /// Events scored that had a label.
    public var labelled: UInt64
    /// What was published, over the whole stream and over the last `windowSize` labelled events.
    public var cumulative: MetricValues
    /// The same over the last `windowSize` labelled events.
    public var windowed: MetricValues
    /// Labelled events that the window holds, at most.
    public var windowSize: Int
    /// Labelled events in the window now.
    public var windowEvents: Int
    /// `no_change`, and `majority` or `mean`.
    public var baselines: [(name: String, metrics: MetricValues)]
    /// Every model's own figures, in the plan's order.
    public var models: [(name: String, cumulative: MetricValues, windowed: MetricValues, version: UInt32)]
    /// The name of the model that answers; empty where nothing is learned.
    public var champion: String
    /// The incarnation of the champion.
    public var version: UInt32
    /// Models that do not learn, by command.
    public var frozen: [String] = []
    /// How good what was published was for parts of the events, the worst first.
    public var slices: [SliceReport] = []
    /// How the challengers of `tune` differ from their model, by their names.
    public var tuned: [String: String] = [:]
    /// Learning has stopped by itself, and events that were scored and never learned; nil: it never stops.
    public var quarantine: (isOpen: Bool, notLearned: UInt64)?
    /// Counts of what was published, over the whole stream.
    public var tally = Tally()
    /// The same of every model, in the plan's order.
    public var modelTallies: [Tally] = []
    /// How often the positive class followed, by the probability that was published; empty but for two classes.
    public var reliability: [ReliabilityBin] = []

    /// Counts of every baseline, in the order of `baselines`: they answered what was published.
    public var baselineTallies: [Tally] {
        baselines.map { entry in
            func value(_ name: String) -> Double? { entry.metrics.first { $0.name == name }?.value }
            let loss = value("accuracy").map { 1 - $0 } ?? value("mae") ?? 0
            return Tally(labelled: tally.labelled, loss: loss * tally.labelled)
        }
    }
}

extension Pipeline {
    /// All figures at this moment. Cost: the windows' lengths; allocates; not for every event.
    public func report() -> PipelineReport {
        PipelineReport(
            events: sequence, labelled: labelled, cumulative: slots.isEmpty ? metricValues([:]) : published.cumulative,
            windowed: slots.isEmpty ? metricValues([:]) : published.windowed, windowSize: plan.window,
            windowEvents: published.windowCount, baselines: slots.isEmpty ? [] : baselines.report(),
            models: slots.map { slot in
                let scoreboard = slot.scoreboard ?? published
                return (slot.plan.name, scoreboard.cumulative, scoreboard.windowed, slot.version)
            },
            champion: slots.isEmpty ? "" : slots[state.pointee.champion].plan.name,
            version: slots.isEmpty ? 0 : slots[state.pointee.champion].version,
            frozen: slots.filter { isFrozen || $0.isFrozen }.map(\.plan.name),
            slices: slices?.report(vocabulary) ?? [], tuned: tuned,
            quarantine: quarantine.map { ($0.isOpen, $0.notLearned) },
            tally: slots.isEmpty ? Tally() : published.tally,
            modelTallies: slots.map { ($0.scoreboard ?? published).tally },
            reliability: slots.isEmpty ? [] : published.reliability)
    }
}
