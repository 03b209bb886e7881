/// What a topology declares of labels that come after their events: `label:` with a topic of its own.
///
/// Times are in milliseconds of event time. Source: `protocol.md`, "Late labels, precisely".
public struct LabelRules: Sendable, Equatable {
    /// What becomes of an event whose label did not come `within`.
    public enum OnTimeout: Sendable, Equatable {
        /// It is never learned.
        case drop
        /// It is learned with this label: the negative class, or a declared value.
        case learn(Label)
    }

    /// What becomes of a label that comes after its event's timeout.
    public enum OnLate: String, Sendable, CaseIterable {
        /// The truth is learned once, with weight 1; what the timeout taught is not unlearned.
        case correct
        /// It is counted and not learned.
        case ignore
    }

    /// What becomes of a second label that differs from the first.
    public enum OnDuplicate: String, Sendable, CaseIterable {
        /// The first one stands; the second counts as a conflict.
        case first
        /// The second is learned as a correction.
        case last
    }

    /// How long an event waits for its label, and a label for its event. Above 0.
    public var within: Int64
    /// How long an event is remembered after its due time, for late, second and contradictory labels. At least 0.
    public var lateWithin: Int64
    /// What becomes of an event whose label did not come.
    public var onTimeout: OnTimeout
    /// What becomes of a label that comes after the timeout.
    public var onLate: OnLate
    /// What becomes of a second label that differs from the first.
    public var onDuplicate: OnDuplicate

    /// Rules of these parts; `lateWithin` is `within` where none is given.
    public init(
        within: Int64, lateWithin: Int64? = nil, onTimeout: OnTimeout = .drop, onLate: OnLate = .correct,
        onDuplicate: OnDuplicate = .first
    ) {
        self.within = within
        self.lateWithin = lateWithin ?? within
        self.onTimeout = onTimeout
        self.onLate = onLate
        self.onDuplicate = onDuplicate
    }

    /// Whether a row is of use after its event was closed.
    var keepsRows: Bool { onLate == .correct || onDuplicate == .last }
}

/// How often each thing happened to events and labels; every label counts once, and every event that was closed.
public struct LabelCounts: Sendable, Equatable {
    /// Labels that found their open event, early ones included.
    public var matched: UInt64 = 0
    /// Labels that came before their event.
    public var early: UInt64 = 0
    /// Labels whose event never came, or was forgotten.
    public var orphan: UInt64 = 0
    /// Labels equal to what is known.
    public var duplicate: UInt64 = 0
    /// Labels that contradict what is known and change nothing.
    public var conflict: UInt64 = 0
    /// Labels that contradict what is known and were learned as a correction.
    public var corrected: UInt64 = 0
    /// Labels after their event's timeout.
    public var late: UInt64 = 0
    /// Labels without a value, that closed their event unlearned.
    public var withdrawn: UInt64 = 0
    /// Events whose label did not come in time.
    public var timedOut: UInt64 = 0
    /// Events closed because another one took their id.
    public var superseded: UInt64 = 0
    /// Events closed because there was no room to wait.
    public var dropped: UInt64 = 0

    /// Nothing happened yet.
    public init() {}
}
