/// What the pipeline published for one event. Views are valid until the next event.
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
    public var detector: String
    public var signal: String
    public var level: DriftLevel
    public var change: DriftChange
    /// Sequence number at which the change is estimated to have begun.
    public var changePoint: UInt64
    public var model: String
}

/// What a policy did, and why.
public struct DecisionNotice: Sendable, Equatable {
    public var at: UInt64
    /// `alert`, `reset`, `switch`, `retrain_start`, `retrain_swap`, `retrain_discard`, …
    public var action: String
    public var detector: String
    public var signal: String
    /// Champion's name and version before and after.
    public var modelBefore: String
    public var modelAfter: String
    public var versionBefore: UInt32
    public var versionAfter: UInt32
    /// Windowed losses that decided it, or NaN.
    public var lossBefore: Double
    public var lossAfter: Double
    /// One sentence.
    public var reason: String
}
