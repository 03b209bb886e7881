import OnlineLearning
public import Text

/// Writes a stream's events as JSON lines or CSV.
///
/// Fields: `id` (the row, from 0), `ts` (milliseconds since 1970), the features by name, and the label under the
/// stream's `labelName`. Missing is left out in JSON and empty in CSV; categories are words, numbers stand in their
/// shortest form that reads back the same. Without its label, an event is scored, and `LabelSerializer` writes the truth.
public struct EventSerializer: Sendable {
    private var stream: any EventStream
    private let format: EventFormat
    private let schema: Schema
    /// Text in front of each value: `,"x1":` or `,`.
    private let fronts: [[UInt8]]
    private let labelFront: [UInt8]?
    /// Words by slot, as they stand in a record.
    private let words: [[[UInt8]]]
    private let classes: [[UInt8]]
    private var slots: [Double]
    /// Events written.
    public private(set) var row = 0

    /// Serializes a stream from where it stands; without `withLabels` the label's field is left out.
    public init(_ stream: any EventStream, format: EventFormat, withLabels: Bool = true) {
        self.stream = stream
        self.format = format
        schema = stream.schema
        let isJSON = format == .json
        func quoted(_ text: String) -> [UInt8] { Array((isJSON ? JSONText.quoted(text) : Self.csv(text)).utf8) }
        fronts = schema.features.map { isJSON ? Array(",\(JSONText.quoted($0.name)):".utf8) : [0x2c] }
        labelFront = !withLabels ? nil : isJSON ? Array(",\(JSONText.quoted(stream.labelName)):".utf8) : [0x2c]
        words = stream.words.map { $0.map(quoted) }
        classes = stream.classes.map { Double($0) == nil ? quoted($0) : Array($0.utf8) }
        slots = [Double](repeating: .nan, count: schema.width)
    }

    /// The first line of a CSV file, without a line end; nothing for JSON.
    public func header() -> String {
        guard format == .csv else { return "" }
        let label = labelFront == nil ? [] : [stream.labelName]
        return (["id", "ts"] + schema.features.map(\.name) + label).map(Self.csv).joined(separator: ",")
    }

    /// Adds the next event to `bytes`, without a line end, and gives its time in milliseconds since 1970.
    @discardableResult
    public mutating func writeNext(into bytes: inout [UInt8]) -> Int64 {
        let label = slots.withUnsafeMutableBufferPointer { stream.next(into: $0.baseAddress!) }
        let isJSON = format == .json
        bytes.append(contentsOf: isJSON ? "{\"id\":".utf8 : "".utf8)
        bytes.append(contentsOf: "\(row)".utf8)
        bytes.append(contentsOf: isJSON ? ",\"ts\":".utf8 : ",".utf8)
        bytes.append(contentsOf: "\(stream.time)".utf8)
        row += 1
        for (slot, feature) in schema.features.enumerated() {
            let value = slots[slot]
            if isJSON && value.isNaN { continue }
            bytes.append(contentsOf: fronts[slot])
            if value.isNaN { continue }
            switch feature.kind {
            case .numeric: bytes.append(contentsOf: NumberText.shortest(value).utf8)
            case .boolean: bytes.append(contentsOf: value == 1 ? "true".utf8 : "false".utf8)
            case .categorical: bytes.append(contentsOf: words[slot][Int(value)])
            }
        }
        if let labelFront {
            if label.isKnown || !isJSON { bytes.append(contentsOf: labelFront) }
            if label.classIndex >= 0 {
                bytes.append(contentsOf: classes[Int(label.classIndex)])
            } else if !label.target.isNaN {
                bytes.append(contentsOf: NumberText.shortest(label.target).utf8)
            }
        }
        if isJSON { bytes.append(0x7d) }
        return stream.time
    }

    private static func csv(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { $0 == 0x2c || $0 == 0x22 || $0 == 0x0a || $0 == 0x0d }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
