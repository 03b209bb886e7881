public import EventFormats
import Foundation
import OnlineLearning
import Text
public import Topology

/// Records one after the other, outside the engine.
public protocol RecordSource: AnyObject {
    /// How they are written.
    var layout: EventLayout { get }
    /// How far the source is read, 0 to 1, or nil where nobody knows.
    var fraction: Double? { get }
    /// Where the last record stands: `line 17`, or partition and offset.
    var place: String { get }
    /// Lines that the last record takes in its file; 1 elsewhere.
    var lines: Int { get }
    /// The next record, valid until the next call, or nil: the end.
    func next() throws -> RawRecord?
}

/// The records of a JSON file (objects, one a line, or an array of them) or of a CSV file, by the file's extension.
///
/// Blank lines are skipped; a CSV record may have line breaks within quotes. Columns are named by the first line; a
/// topology's `input.columns` stand for it where that line does not name the topology's features. Columns may be
/// separated by semicolons, tabs or bars.
public final class FileRecords: RecordSource {
    public let layout: EventLayout
    /// The file.
    public let path: String
    private let reader: RecordReader
    private let size: Int
    private var bytesRead = 0
    /// A first line that turned out to be data.
    private var pending: [UInt8]?
    private let firstLine = ByteArena(capacity: 256)

    /// Opens a file: `.csv` and `.tsv` are CSV; `.jsonl`, `.ndjson` and `.json` are JSON.
    ///
    /// - Parameter topology: whose `input.columns` name the columns of a file without a header.
    public init(path: String, topology: TopologyPlan? = nil) throws(RecordError) {
        self.path = path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        size = (attributes?[.size] as? Int) ?? 0
        let format = try RecordReader.format(of: path)
        reader = try RecordReader(path: path, format: format)
        switch format {
        case .json: layout = EventLayout(.json)
        case .csv:
            guard let first = try reader.next() else { throw RecordError(message: "\(path): the file is empty") }
            let separator = CSVDialect.separator(of: first)
            let header: [String]
            do throws(CSVFault) { header = try CSVRecord.fields(first, separator: separator) } catch {
                throw RecordError(message: "\(path):1: the first line is no CSV header: \(error.message)")
            }
            let features = topology?.decoder.schema.features.map(\.name) ?? []
            if let columns = topology?.layout.columns, !columns.isEmpty, !features.allSatisfy(header.contains) {
                pending = Array(first)
                layout = EventLayout(.csv, columns: columns, separator: separator)
            } else {
                if !features.contains(where: header.contains), let mistake = CSVDialect.mistake(in: header) {
                    throw RecordError(message: "\(path):1: \(mistake)")
                }
                layout = EventLayout(.csv, columns: header, separator: separator)
            }
        }
    }

    public var place: String { "line \(reader.line)" }
    /// The line at which the last record begins.
    public var line: Int { reader.line }
    public var lines: Int { reader.lines }

    public var fraction: Double? { size > 0 ? min(1, Double(bytesRead) / Double(size)) : nil }

    public func next() throws(RecordError) -> RawRecord? {
        if let bytes = pending {
            pending = nil
            bytes.withUnsafeBytes { firstLine.append($0) }
            return RawRecord(value: firstLine.bytes)
        }
        guard let value = try reader.next() else { return nil }
        bytesRead += value.count + 1
        return RawRecord(value: value)
    }
}

extension RecordSource {
    /// Sources without lines.
    public var place: String { "" }
    public var lines: Int { 1 }
}
