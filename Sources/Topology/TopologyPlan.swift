public import EventFormats
public import OnlineLearning

/// A checked topology: what `run`, `evaluate` and the others work from.
public struct TopologyPlan: Sendable {
    public enum Format: String, Sendable, CaseIterable { case json, csv }
    public enum Guarantee: String, Sendable, CaseIterable {
        case exactlyOnce = "exactly_once"
        case atLeastOnce = "at_least_once"
    }
    /// Where a partition begins that has no committed offset.
    public enum Start: Sendable, Equatable {
        case earliest, latest
        /// Milliseconds since 1970.
        case time(Int64)
    }
    public var name: String
    /// The file it was read from, for messages.
    public var file: String
    /// The file's text after environment variables and `--set`: stored with the state.
    public var text: String
    public var bootstrap: String
    /// librdkafka properties, in the file's order.
    public var kafkaProperties: [(String, String)]
    public var inputTopic: String
    public var format: Format
    /// Columns of `format: csv` records, in order; empty for JSON.
    public var columns: [String]
    /// Which fields of a record go where.
    public var decoder: DecoderPlan
    public var start: Start
    /// Larger records are dead letters. Bytes.
    public var maxRecordBytes: Int
    public var pipeline: PipelinePlan
    public var outputTopic: String
    public var guarantee: Guarantee
    public var commitInterval: Duration
    /// The `tests:` block, run by `millrace test` and by `swift test`.
    public var tests: [TopologyTest]
}
