public import EventFormats
import Foundation
import Text

/// Records one after the other, outside the engine.
public protocol RecordSource: AnyObject {
    /// How they are written.
    var layout: EventLayout { get }
    /// How far the source is read, 0 to 1, or nil where nobody knows.
    var fraction: Double? { get }
    /// The next record, valid until the next call, or nil: the end.
    func next() throws -> RawRecord?
}

/// The records of a JSON-lines file, or of a CSV file with a header line, by the file's extension.
///
/// Blank lines are skipped; a CSV record may have line breaks within quotes.
public final class FileRecords: RecordSource {
    public let layout: EventLayout
    private let reader: RecordReader
    private let size: Int
    private var bytesRead = 0

    /// Opens a file: `.csv` is CSV; `.jsonl`, `.ndjson` and `.json` are JSON lines.
    public init(path: String) throws(RecordError) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        size = (attributes?[.size] as? Int) ?? 0
        let format = try RecordReader.format(of: path)
        reader = try RecordReader(path: path, format: format)
        switch format {
        case .json: layout = EventLayout(.json)
        case .csv:
            guard let header = try reader.next(), let columns = CSVHeader.columns(header) else {
                throw RecordError(message: "\(path): the first line is no CSV header")
            }
            layout = EventLayout(.csv, columns: columns)
        }
    }

    public var fraction: Double? { size > 0 ? min(1, Double(bytesRead) / Double(size)) : nil }

    public func next() throws(RecordError) -> RawRecord? {
        guard let value = try reader.next() else { return nil }
        bytesRead += value.count + 1
        return RawRecord(value: value)
    }
}
