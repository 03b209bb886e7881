public import Text

/// How good what was published was for a part of the events.
public struct SliceReport: Sendable, Equatable {
    /// The feature that tells the part from others.
    public var feature: String
    /// A word, a range of numbers, or `missing`.
    public var slice: String
    /// Its labelled events: at least 100.
    public var labelled: UInt64
    /// The share of wrong answers, or the mean absolute error in the target's unit.
    public var error: Double
    /// Where that lies with 95 % confidence, if errors do not depend on each other.
    public var interval: ClosedRange<Double>
    /// The error over its last hundred events, about.
    public var late: Double

    /// For records and for `evaluate --json`.
    public var json: JSON {
        [
            "feature": .text(feature), "slice": .text(slice), "labelled": .unsigned(labelled), "error": .number(error),
            "interval": .array([.number(interval.lowerBound), .number(interval.upperBound)]), "late": .number(late),
        ]
    }

    /// Reads a record's; nil where it is none.
    public init?(_ json: JSON) {
        let ends = (json["interval"]?.elements ?? []).compactMap(\.double)
        guard let feature = json["feature"]?.string, let slice = json["slice"]?.string,
            let labelled = json["labelled"]?.count, let error = json["error"]?.double, ends.count == 2,
            ends[0] <= ends[1]
        else { return nil }
        self.init(
            feature: feature, slice: slice, labelled: labelled, error: error, interval: ends[0]...ends[1],
            late: json["late"]?.double ?? .nan)
    }

    /// One part's figures.
    public init(
        feature: String, slice: String, labelled: UInt64, error: Double, interval: ClosedRange<Double>, late: Double
    ) {
        (self.feature, self.slice, self.labelled, self.error) = (feature, slice, labelled, error)
        (self.interval, self.late) = (interval, late)
    }
}

/// A part of the events for which answers became worse.
public struct SliceChange: Sendable, Equatable {
    /// The feature that tells the part from others.
    public var feature: String
    /// A word, a range of numbers, or `missing`.
    public var slice: String
    /// Its error before: over some two thousand of its events.
    public var before: Double
    /// Over its last hundred, about.
    public var after: Double

    /// A change of these parts.
    public init(feature: String, slice: String, before: Double, after: Double) {
        (self.feature, self.slice, self.before, self.after) = (feature, slice, before, after)
    }
}
