/// How events are written: in topics, files and generated streams.
///
/// What a format needs beside its name stands in extensions: `EventFormats` makes its decoders and cuts its records.
public enum EventFormat: String, Sendable, CaseIterable {
    /// One JSON object each; in a file one a line, or one array of them.
    case json
    /// RFC 4180; in a file behind a line with the columns' names.
    case csv

    /// Extensions of its files, without the dot, lower case.
    public var extensions: [String] {
        switch self {
        case .json: ["jsonl", "ndjson", "json"]
        case .csv: ["csv", "tsv"]
        }
    }

    /// Words that stand for no value where `input.missing` does not say otherwise, beside text without a visible
    /// character. CSV has no null, so its writers have words for it; `NaN` is none of them: it is a fault of a sender.
    public var missingWords: [String] {
        switch self {
        case .json: []
        case .csv: ["NA", "N/A", "n/a", "<NA>", "#N/A", "NULL", "null", "?"]
        }
    }

    /// The format of a file by its extension, whatever its case, or nil where no format has it.
    public init?(path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let word = name[name.index(after: dot)...].lowercased()
        guard let format = Self.allCases.first(where: { $0.extensions.contains(word) }) else { return nil }
        self = format
    }

    /// All extensions, for messages: `.jsonl, .ndjson, .json or .csv`.
    public static var extensionList: String {
        let all = allCases.flatMap(\.extensions).map { ".\($0)" }
        return all.dropLast().joined(separator: ", ") + " or " + (all.last ?? "")
    }
}
