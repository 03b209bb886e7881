public import OnlineLearning

/// An endless, generated stream of labelled events: the same seed gives the same events on every machine.
///
/// A value owns its random numbers; copying it forks the stream. Not thread-safe.
public protocol EventStream: Sendable {
    /// The features, in slot order.
    var schema: Schema { get }
    /// What is to be predicted.
    var task: TaskType { get }
    /// The classes as they are spelled in records, by class index; empty for a regression.
    var classes: [String] { get }
    /// The words of each categorical slot, by index; empty for the others.
    var words: [[String]] { get }
    /// The label's field name in records.
    var labelName: String { get }
    /// Event time of the last event in milliseconds since 1970.
    var time: Int64 { get }
    /// Fills `schema.width` slots with the next event and gives its label. Missing is NaN. No allocation.
    mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label
}

extension EventStream {
    /// No categorical slots.
    public var words: [[String]] { [[String]](repeating: [], count: schema.width) }
    /// `class`.
    public var labelName: String { "class" }
}

/// The time of streams that have none of their own: 2026-01-01, and a second for each event.
enum EvenClock {
    static let start: Int64 = 1_767_225_600_000
    static func time(row: Int) -> Int64 { start + Int64(row) * 1000 }
}
