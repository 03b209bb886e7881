/// What was counted of answers whose truth is known: sums, so that those of several tasks or of a span of time can be
/// added and subtracted, which no average can.
public struct Tally: Sendable, Equatable, BitwiseCopyable {
    /// Answers whose truth is known.
    public var labelled = 0.0
    /// Wrong answers; of a regression the sum of absolute errors, in the target's unit.
    public var loss = 0.0
    /// Events of the positive class; 0 but for two classes.
    public var positives = 0.0
    /// Answers that said the positive class.
    public var alarms = 0.0
    /// Of those, the right ones.
    public var caught = 0.0

    /// Nothing counted.
    public init() {}

    /// Counts by name, for tests and for what is put together from others.
    public init(labelled: Double, loss: Double, positives: Double = 0, alarms: Double = 0, caught: Double = 0) {
        self.labelled = labelled
        self.loss = loss
        self.positives = positives
        self.alarms = alarms
        self.caught = caught
    }

    /// Counts of both.
    public static func + (a: Tally, b: Tally) -> Tally {
        Tally(
            labelled: a.labelled + b.labelled, loss: a.loss + b.loss, positives: a.positives + b.positives,
            alarms: a.alarms + b.alarms, caught: a.caught + b.caught)
    }

    /// Counts of what came after `b`.
    public static func - (a: Tally, b: Tally) -> Tally {
        Tally(
            labelled: a.labelled - b.labelled, loss: a.loss - b.loss, positives: a.positives - b.positives,
            alarms: a.alarms - b.alarms, caught: a.caught - b.caught)
    }

    /// The share of wrong answers, or the mean absolute error; nil without an answer.
    public var meanLoss: Double? { labelled > 0 ? loss / labelled : nil }
}

/// How often the positive class followed where its probability was published within a range.
public struct ReliabilityBin: Sendable, Equatable {
    /// The range's ends, halvings of the way to 0 and to 1.
    public var low: Double
    /// Its upper end.
    public var high: Double
    /// The mean probability, estimated within a sixteenth of the range.
    public var mean: Double
    /// Labelled events in the range, over the whole stream.
    public var events: Double
    /// Those of the positive class.
    public var positives: Double

    /// A range and its counts.
    public init(low: Double, high: Double, mean: Double, events: Double, positives: Double) {
        self.low = low
        self.high = high
        self.mean = mean
        self.events = events
        self.positives = positives
    }
}
