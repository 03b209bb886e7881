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
    /// character. CSV has no null, so the programs that write it have words for it: R, SQL, MySQL, Excel, pandas and the
    /// UCI repository. `NaN` is none of them, it is a fault of a sender; nor is what people type, as `n/a`: it is told.
    public var missingWords: [String] {
        switch self {
        case .json: []
        case .csv: ["NA", "<NA>", "#N/A", "NULL", "null", "\\N", "?"]
        }
    }

    /// Extensions of compressed files, which stand behind the format's: `events.jsonl.gz`.
    public static let compressedExtensions = ["gz", "zst"]

    /// The format of a file by its extension, whatever its case, or nil where no format has it.
    public init?(path: String) {
        var parts = (path.split(separator: "/").last ?? "").split(separator: ".", omittingEmptySubsequences: false)
        if let last = parts.last, Self.compressedExtensions.contains(last.lowercased()) { parts.removeLast() }
        guard parts.count > 1, let word = parts.last?.lowercased(),
            let format = Self.allCases.first(where: { $0.extensions.contains(word) })
        else { return nil }
        self = format
    }

    /// All extensions, for messages: `.jsonl, .ndjson, .json, .csv or .tsv, also with .gz or .zst behind it`.
    public static var extensionList: String {
        let all = allCases.flatMap(\.extensions).map { ".\($0)" }
        let compressed = compressedExtensions.map { ".\($0)" }.joined(separator: " or ")
        return all.dropLast().joined(separator: ", ") + " or " + (all.last ?? "")
            + ", also with \(compressed) behind it"
    }
}
