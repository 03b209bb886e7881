/// Whose figures a detector reproduces: its paper's with our corrections, or another library's with its quirks.
enum DetectorCompatibility: String {
    case none, river, moa

    init(_ parameters: ParameterValues) {
        self = DetectorCompatibility(rawValue: parameters.choice("compatibility")) ?? .none
    }

    /// The parameter of a detector that can be like one of `others`.
    static func parameter(_ others: DetectorCompatibility...) -> ParameterDescription {
        let names = others.map { $0 == .river ? "River 0.26" : "MOA 2024.07" }.joined(separator: " or ")
        return ParameterDescription(
            "compatibility", .choice(["none"] + others.map(\.rawValue), default: "none"),
            "Reproduces \(names) alarm for alarm, quirks and defaults included.")
    }
}

extension DriftChange {
    func write(to writer: inout SnapshotWriter) {
        writer.write(direction.rawValue)
        for value in [meanBefore, meanAfter, statistic, threshold] { writer.write(value) }
        writer.write(Int64(age))
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        direction = try reader.readCase("direction of a change")
        meanBefore = try reader.readDouble()
        meanAfter = try reader.readDouble()
        statistic = try reader.readDouble()
        threshold = try reader.readDouble()
        age = Int(try reader.read(Int64.self))
    }
}

extension SnapshotReader {
    /// A whole number of inputs that is kept as a `Double`.
    mutating func readCount() throws(SnapshotError) -> Double {
        let value = try readDouble()
        guard value >= 0, value < 0x1p53, value == value.rounded() else {
            throw SnapshotError("the snapshot counts \(value) inputs")
        }
        return value
    }
}
