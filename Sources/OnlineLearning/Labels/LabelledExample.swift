/// What came of one event or label, to be told in a record of its own: what audits and retraining read.
public struct LabelledExample: Sendable {
    /// What came of it.
    public enum Outcome: String, Sendable {
        /// An event was learned, and why.
        case matched, timeout, late, correction
        /// A label of nobody, and one that contradicts what is known: nothing was learned.
        case orphan, conflict
    }

    /// What the event was answered, and what it had.
    public struct Scored: Sendable {
        /// The event's time, in milliseconds since 1970.
        public var time: Int64
        /// The published class, or -1.
        public var classIndex: Int32
        /// The published number, or NaN.
        public var value: Double
        /// The log-loss, or the absolute error.
        public var loss: Double
        /// With the row that entered the transforms.
        public var answer: Answer
    }

    /// What came of it.
    public var outcome: Outcome
    /// The event's record; of an orphan or a conflict the label's.
    public var source: RowSource
    /// What was learned, or would have been.
    public var label: Label
    /// When that was known; nil: it was not, and the event's time ran out.
    public var labelTime: Int64?
    /// Nil: no event was learned.
    public var scored: Scored?
}
