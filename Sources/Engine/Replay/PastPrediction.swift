public import Text

/// One past prediction, made once more: what `millrace explain` prints.
public struct PastPrediction {
    /// One input, as the source has it.
    public struct Input {
        /// The feature's name.
        public var feature: String
        /// A number, or NaN: none, or a word.
        public var value: Double
        /// The word that it is, where it is one.
        public var word: String?
    }

    /// The truth, where it is known.
    public struct Truth {
        /// As it is written.
        public var text: String
        /// When it came, milliseconds since 1970; nil: with the event.
        public var time: Int64?
    }

    /// Where the event stands.
    public var partition: Int32
    /// Its offset in the input.
    public var offset: Int64
    /// The record that is published of it now that it is made again.
    public var made: String
    /// The record that was published; nil: it is not in its topic any more.
    public var published: String?
    /// Both are the same, byte for byte; nil: there is nothing to compare with.
    public var isSame: Bool? { published.map { $0 == made } }
    /// The record again, as JSON.
    public var json: JSON
    /// What the event was.
    public var inputs: [Input] = []
    /// Why it was answered so; nil: nothing is predicted, or no event came before.
    public var answer: ExplainedAnswer?
    /// Events and labels that had been learned from.
    public var events: UInt64 = 0
    /// Labels before it.
    public var labelled: UInt64 = 0
    /// Every model at that time, and its version.
    public var models: [(name: String, version: UInt32)] = []
    /// The truth; nil: it is not known.
    public var truth: Truth?
    /// What would be answered now; nil: it cannot be asked.
    public var today: PeekAnswer?
    /// What it began with: a snapshot's transaction and its offset; nil: nothing learned, at the log's beginning.
    public var snapshot: (sequence: UInt64, offset: Int64)?
    /// Seconds that it took, from the search to the answer.
    public var seconds = 0.0

    /// The id that it was published under.
    public var id: String { json["id"]?.string ?? json["id"]?.text ?? "" }
}
