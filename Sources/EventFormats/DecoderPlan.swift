public import OnlineLearning

/// How a time field is written.
public enum TimeFormat: Sendable, Equatable {
    /// A date, or date and time, in UTC where no zone is given.
    case iso8601
    /// Seconds since 1970, whole or with a fraction.
    case unix
    /// Milliseconds since 1970.
    case unixMilliseconds
    /// A strptime pattern, in UTC.
    case pattern(String)
}

/// Which fields of a record go where.
public struct DecoderPlan: Sendable, Equatable {
    /// The features, each of them the field of its name.
    public var schema: Schema
    /// What the label is; with `.none` the label field is not read.
    public var task: TaskType
    /// The field with the label, or nil: unlabelled.
    public var labelField: String?
    /// The field with the event's id, or nil.
    public var idField: String?
    /// The field with the event time, or nil.
    public var timeField: String?
    /// How `timeField` is written.
    public var timeFormat: TimeFormat
    /// Words that stand for no value in any field, or nil: the format's (`EventFormat.missingWords`).
    public var missing: [String]?
    /// Values that stand for no value in one feature, by the feature's name: numbers (-999) and words.
    public var sentinels: [String: [String]]
    /// Text such as `1,5` is a number.
    public var hasDecimalComma: Bool

    /// Every field that is read: features, label, id, time.
    public var fieldNames: [String] {
        schema.features.map(\.name) + [task == .none ? nil : labelField, idField, timeField].compactMap { $0 }
    }

    /// A plan; fields that are nil are not read.
    public init(
        schema: Schema, task: TaskType, labelField: String? = nil, idField: String? = nil, timeField: String? = nil,
        timeFormat: TimeFormat = .unixMilliseconds, missing: [String]? = nil, sentinels: [String: [String]] = [:],
        hasDecimalComma: Bool = false
    ) {
        self.schema = schema
        self.task = task
        self.labelField = labelField
        self.idField = idField
        self.timeField = timeField
        self.timeFormat = timeFormat
        self.missing = missing
        self.sentinels = sentinels
        self.hasDecimalComma = hasDecimalComma
    }
}
