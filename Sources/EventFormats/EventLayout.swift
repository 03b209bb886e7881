public import Text

/// How the records of a topic, a file or a generator are written: a format, and what it needs beside its name.
///
/// The one place that makes decoders: a new format is a case of `EventFormat` and a line here.
public struct EventLayout: Sendable, Equatable {
    /// The format.
    public var format: EventFormat
    /// The columns of CSV records, in order; empty for JSON.
    public var columns: [String]

    /// A layout.
    public init(_ format: EventFormat, columns: [String] = []) {
        self.format = format
        self.columns = columns
    }

    /// A decoder for records of this layout, with the plan's fields.
    public func decoder(_ plan: DecoderPlan) -> any EventDecoder {
        switch format {
        case .json: JSONEventDecoder(plan: plan)
        case .csv: CSVEventDecoder(plan: plan, columns: columns)
        }
    }
}
