public import EventFormats

/// Records one after the other, outside the engine.
public protocol RecordSource: AnyObject {
    /// How they are written.
    var layout: EventLayout { get }
    /// How far the source is read, 0 to 1, or nil where nobody knows.
    var fraction: Double? { get }
    /// Sentences on what is suspicious in what was read so far.
    var remarks: [String] { get }
    /// Where the last record stands: `rows.csv:17`, with a column where a byte of it is given, or partition and offset;
    /// empty where nobody knows.
    func place(at byte: Int?) -> String
    /// The next record, valid until the next call, or nil: the end.
    func next() throws -> RawRecord?
}

extension RecordSource {
    public var remarks: [String] { [] }
    public func place(at byte: Int?) -> String { "" }
}
