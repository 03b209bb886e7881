public import EventFormats
public import OnlineLearning

/// Labels that come in records of their own, some time after their events: `label:` with `topic`, `id` and `within`.
public struct LabelTopic: Sendable, Equatable {
    /// The topic, or empty: none is named, and only `evaluate` can use the topology.
    public var topic: String
    /// How its records are written.
    public var layout: EventLayout
    /// Their fields: label, id and time; no features.
    public var decoder: DecoderPlan
    /// What becomes of labels and of events without one.
    public var rules: LabelRules
    /// How long `run` waits for records of one input before the other goes on alone.
    public var wait: Duration
    /// Silence after which the event time goes on with the clock.
    public var idle: Duration
    /// Bytes of the events that wait, per task.
    public var memory: Int
    /// Bytes on disk of those that memory has no room for, per task; 0: none.
    public var disk: Int
    /// What comes of events and labels is told in NAME-examples.
    public var tellsExamples = false
    /// Milliseconds of event time: a period of the metrics by event time.
    public var period: Int64
}
