/// Whose figures a detector reproduces: its paper's with our corrections, or another library's with its quirks.
enum DetectorCompatibility: String, CaseIterable {
    case none, river, moa

    init(_ parameters: ParameterValues) {
        self = DetectorCompatibility(rawValue: parameters.choice("compatibility")) ?? .none
    }
}

/// The parameter that every such detector has.
let compatibilityParameter = ParameterDescription(
    "compatibility", .choice(DetectorCompatibility.allCases.map(\.rawValue), default: "none"),
    "Reproduces River 0.26 or MOA 2024.07 alarm for alarm, quirks included.")

extension DriftChange {
    func write(to writer: inout SnapshotWriter) {
        writer.write(direction.rawValue)
        for value in [meanBefore, meanAfter, statistic, threshold] { writer.write(value) }
        writer.write(Int64(age))
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        guard let read = Direction(rawValue: try reader.read()) else {
            throw SnapshotError("the snapshot's direction of a change does not exist")
        }
        direction = read
        meanBefore = try reader.readDouble()
        meanAfter = try reader.readDouble()
        statistic = try reader.readDouble()
        threshold = try reader.readDouble()
        age = Int(try reader.read(Int64.self))
    }
}
