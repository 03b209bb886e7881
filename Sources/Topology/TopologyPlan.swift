public import EventFormats
public import OnlineLearning

/// A checked topology: what `run`, `evaluate` and the others work from.
public struct TopologyPlan: Sendable {
    /// When predictions become visible.
    public enum Guarantee: String, Sendable, CaseIterable {
        /// With the commit of the events they answer.
        case exactlyOnce = "exactly_once"
        /// At once; a crash may repeat some. Learning stays exact.
        case atLeastOnce = "at_least_once"
    }
    /// Where a partition begins that has no committed offset.
    public enum Start: Sendable, Equatable {
        case earliest, latest
        /// Milliseconds since 1970.
        case time(Int64)
    }
    /// What is done where the input does not hold what comes after the committed offset any more.
    public enum OnGap: String, Sendable, CaseIterable {
        /// End, and say what can be done.
        case stop
        /// The newest snapshot of the model goes on where the input goes on.
        case continueFromSnapshot = "continue_from_snapshot"
    }
    /// The prefix of the group id, the transactional ids and the internal topics: a valid topic name.
    public var name: String
    /// The file it was read from, for messages.
    public var file: String
    /// The topology after `--set`, in one spelling: stored with the state. What comes from the environment stands in it
    /// as the reference that was written, `${NAME}`.
    public var text: String
    /// Brokers as host:port, with commas between them.
    public var bootstrap: String
    /// librdkafka properties, in the file's order, with secrets filled in.
    public var kafkaProperties: [(String, String)]
    /// What seals the stored state, or nil: sums that anybody can make.
    public var stateKey: [UInt8]?
    /// The topic that is read, or empty: the topology names none, and only `evaluate` can use it.
    public var inputTopic: String
    /// How its records are written.
    public var layout: EventLayout
    /// Which fields of a record go where.
    public var decoder: DecoderPlan
    /// Where a partition begins that has no committed offset.
    public var start: Start
    /// Larger records are dead letters. Bytes.
    public var maxRecordBytes: Int
    /// What is learned.
    public var pipeline: PipelinePlan
    /// The topic of the predictions.
    public var outputTopic: String
    /// Whether each prediction says the topology's name.
    public var namesTopology = false
    /// The name that predictions say, or nil.
    public var toldName: String? { namesTopology ? name : nil }
    /// When predictions become visible.
    public var guarantee: Guarantee
    /// What is done where the input does not hold what comes after the committed offset any more.
    public var onGap: OnGap = .stop
    /// Snapshots that `history` keeps at most; a longer one has them farther apart.
    public static let mostKept = 168
    /// Milliseconds of the records' time that can be looked back at: snapshots are kept for it; 0: the two newest alone.
    public var history: Int64 = 0
    /// Time between commits, 1 ms to 1 minute.
    public var commitInterval: Duration
    /// What people call its things.
    public var words = TopologyWords()
    /// Where the labels come from and what becomes of them; nil: they stand in the events.
    public var labels: LabelTopic?
    /// Bytes that a task holds at most: its models, what waits for labels, and the buffers of what waits on disk.
    public var memoryOfTask: Int {
        pipeline.memory + (labels.map { $0.memory + ($0.disk > 0 ? 100 << 20 : 0) } ?? 0)
    }
    /// The `tests:` block, run by `millrace test` and by `swift test`.
    public var tests: [TopologyTest]
}
