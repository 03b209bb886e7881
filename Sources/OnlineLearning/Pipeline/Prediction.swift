/// What the pipeline publishes for one event. Views are valid until its next call.
public struct Prediction {
    /// The predicted class, or -1.
    public var classIndex: Int32 = -1
    /// One probability per class of the `ClassTable`; empty for a regression.
    public var probabilities = UnsafeBufferPointer<Double>(start: nil, count: 0)
    /// The predicted number of a regression, or NaN.
    public var value = Double.nan
    /// The index, in the plan's models, of the model that answered.
    public var model = 0
    /// Which incarnation of that model answered: 1 at the start, one more for every reset or retrained replacement.
    public var version: UInt32 = 1
    /// The highest drift level of the event before this one's label was seen.
    public var drift = DriftLevel.none
    /// The inputs that add or take most, the largest first; empty where reasons are not published.
    public var reasons = UnsafeBufferPointer<Explanation.Part>(start: nil, count: 0)
    /// The mean answer to recent events, from which the reasons count.
    public var base = Double.nan
    /// No prediction yet.
    public init() {}
}

/// A drift event or a decision, to be published as a record.
public enum Notice: Sendable, Equatable {
    case drift(DriftNotice)
    case decision(DecisionNotice)
}

/// A detector raised a warning or a drift.
public struct DriftNotice: Sendable, Equatable {
    /// The task's event sequence number (0-based): the row in `evaluate`.
    public var at: UInt64
    /// The detector's name in the catalog.
    public var detector: String
    /// What it watched: `error`, `loss` or a feature.
    public var signal: String
    /// A warning or a drift.
    public var level: DriftLevel
    /// What the detector knows of the change.
    public var change: DriftChange
    /// Sequence number at which the change is estimated to have begun.
    public var changePoint: UInt64
    /// The champion at that moment.
    public var model: String
    /// Features that moved of late, the farthest first; at most three.
    public var moved: [FeatureMove] = []
    /// Slices whose error rose of late, the surest first; at most three.
    public var suffering: [SliceChange] = []
}

/// How one feature differs from what it was before.
public struct FeatureMove: Sendable, Equatable {
    /// Its name.
    public var feature: String
    /// What moved: `mean`, `missing` (a share), or the word whose share moved most, in quotes.
    public var what: String
    /// That figure in the thousand events before.
    public var before: Double
    /// The same over the last 25 to 50.
    public var after: Double
    /// How far, in standard deviations; of a share Cohen's h.
    public var effect: Double
}

/// What a policy did, and why.
public struct DecisionNotice: Sendable, Equatable {
    /// The task's event sequence number.
    public var at: UInt64
    /// `alert`, `reset`, `switch`, `retrain_start`, `retrain_swap`, `retrain_discard`, `replay_start`, …
    public var action: String
    /// The detector that called for it.
    public var detector: String
    /// What that detector watched.
    public var signal: String
    /// Champion's name and version before and after.
    public var modelBefore: String
    /// The champion afterwards.
    public var modelAfter: String
    /// The champion's version before.
    public var versionBefore: UInt32
    /// The champion's version afterwards.
    public var versionAfter: UInt32
    /// Windowed losses that decided it, or NaN.
    public var lossBefore: Double
    /// The loss of what took over, or NaN.
    public var lossAfter: Double
    /// One sentence.
    public var reason: String
}
