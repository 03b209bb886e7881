public import OnlineLearning

/// How a time field is written.
public enum TimeFormat: Sendable, Equatable {
    case iso8601
    /// Seconds since 1970, whole or with a fraction.
    case unix
    case unixMilliseconds
    /// A strptime pattern, in UTC.
    case pattern(String)
}

/// Which fields of a record go where.
public struct DecoderPlan: Sendable, Equatable {
    public var schema: Schema
    public var task: TaskType
    /// The field with the label, or nil: unlabelled.
    public var labelField: String?
    /// The field with the event's id, or nil.
    public var idField: String?
    /// The field with the event time, or nil.
    public var timeField: String?
    public var timeFormat: TimeFormat

    public init(
        schema: Schema, task: TaskType, labelField: String? = nil, idField: String? = nil, timeField: String? = nil,
        timeFormat: TimeFormat = .unixMilliseconds
    ) {
        self.schema = schema
        self.task = task
        self.labelField = labelField
        self.idField = idField
        self.timeField = timeField
        self.timeFormat = timeFormat
    }
}
