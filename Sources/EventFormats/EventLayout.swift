public import Text

/// How the records of a topic, a file or a generator are written: a format, and what it needs beside its name.
///
/// The one place that makes decoders: a new format is a case of `EventFormat` and a line here.
public struct EventLayout: Sendable, Equatable {
    /// The format.
    public var format: EventFormat
    /// The columns of CSV records, in order; empty for JSON.
    public var columns: [String]
    /// What was said to stand between the columns of CSV records, one ASCII byte; nil: nothing was said.
    public var separator: UInt8?

    /// A layout.
    public init(_ format: EventFormat, columns: [String] = [], separator: UInt8? = nil) {
        self.format = format
        self.columns = columns
        self.separator = separator
    }

    /// What stands between the columns: a comma where nothing was said.
    public var columnSeparator: UInt8 { separator ?? 0x2c }

    /// A decoder for records of this layout, with the plan's fields.
    public func decoder(_ plan: DecoderPlan) -> any EventDecoder {
        switch format {
        case .json: JSONEventDecoder(plan: plan)
        case .csv: CSVEventDecoder(plan: plan, columns: columns, separator: columnSeparator)
        }
    }
}
