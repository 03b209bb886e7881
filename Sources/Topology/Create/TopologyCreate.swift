public import OnlineLearning
import Text

/// Why no topology can be made of a sample.
public struct SampleError: Error, Equatable, CustomStringConvertible {
    /// One sentence.
    public let message: String
    /// The same.
    public var description: String { message }
}

/// Writes a topology from a sample of the stream.
public enum TopologyCreate {
    /// A commented topology that loads without findings, from a CSV file with a header or a file of JSON objects.
    ///
    /// Kinds of features, the label's type, the id and the time are inferred from the records: all of them, or the first
    /// `limit`. One odd value decides nothing. Deterministic.
    /// - Parameters:
    ///   - path: The sample; `-` is standard input.
    ///   - label: The field to predict.
    ///   - name: The topology's name; nil: the file's.
    ///   - topic: The topic it will read; nil: the name.
    ///   - file: What its test calls the sample; nil: `path`.
    public static func fromSample(
        path: String, label: String, name: String? = nil, topic: String? = nil, file: String? = nil, limit: Int = .max,
        components: [ComponentDescription] = Catalog.descriptions
    ) throws(SampleError) -> String {
        let sample = try SampleReader.read(path, limit: limit)
        let columns = sample.columns
        guard let target = columns.first(where: { $0.name == label }) else {
            let names = columns.map(\.name)
            let near = Suggestion.nearest(to: label, in: names).map { " (did you mean '\($0)'?)" } ?? ""
            let all = names.prefix(100).joined(separator: ", ") + (names.count > 100 ? ", …" : "")
            let suspicion = sample.suspicion.map { "; \($0)" } ?? ""
            throw SampleError(message: "\(path) has no field '\(label)', it has \(all)\(near)\(suspicion)")
        }
        guard target.form != .empty else {
            throw SampleError(message: "the field '\(label)' has no value in the \(sample.records) records of \(path)")
        }
        guard target.form != .nested else {
            throw SampleError(message: "the field '\(label)' holds lists or maps (\(target.mixture)): no label")
        }
        let topologyName = name ?? fileName(path)
        if let mistake = Checker.mistakeInTopic(topologyName) { throw SampleError(message: "the name \(mistake)") }
        if let mistake = topic.flatMap(Checker.mistakeInTopic) { throw SampleError(message: "the topic \(mistake)") }
        let writer = SampleTopology(
            name: topologyName, topic: topic ?? topologyName, file: file ?? (path == "-" ? nil : path), sample: sample,
            columns: columns.filter { $0.name != label }, label: target, components: components)
        return try writer.text()
    }

    /// The file's name without folder and extension, with what a topic cannot have as dashes.
    private static func fileName(_ path: String) -> String {
        let file = path.split(separator: "/").last ?? "stream"
        let stem = file.split(separator: ".").first ?? "stream"
        let word = stem.unicodeScalars.map { scalar -> Character in
            let good =
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
            return good ? Character(scalar) : "-"
        }
        let trimmed = word.drop { $0 == "-" || $0 == "_" }.prefix(200)
        return trimmed.isEmpty ? "stream" : String(trimmed)
    }
}
