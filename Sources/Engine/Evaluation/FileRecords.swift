public import EventFormats
import Foundation
import OnlineLearning
import Text
public import Topology

/// The records of a JSON file (objects, one a line, or an array of them) or of a CSV file, by the file's extension; `-` is
/// standard input. Files may be compressed by gzip or zstd.
///
/// Blank lines are skipped; a CSV record may have line breaks within quotes. Columns are named by the first line; a
/// topology's `input.columns` stand for it where that line does not name them. Columns are separated by the topology's
/// `input.separator`, or by what the first line shows.
public final class FileRecords: RecordSource {
    public let layout: EventLayout
    private let headRemarks: [String]
    /// The file.
    public let path: String
    private let reader: RecordReader
    private let size: Int
    /// Holds a first line that turned out to be data, until it is given.
    private let firstLine = ByteArena(capacity: 256)
    private var hasPending = false
    private var last: UnsafeRawBufferPointer?

    /// Opens a file: `.csv` and `.tsv` are CSV; `.jsonl`, `.ndjson` and `.json` are JSON; each may have `.gz` or `.zst`
    /// behind it.
    ///
    /// - Parameter topology: whose `input.columns` name the columns of a file without a header.
    public convenience init(path: String, topology: TopologyPlan? = nil) throws(RecordError) {
        try self.init(path: path, layout: topology?.layout, wanted: topology?.decoder.fieldNames, key: "input.columns")
    }

    /// Opens a file with the records of a label topic.
    public convenience init(path: String, labels: LabelTopic) throws(RecordError) {
        try self.init(path: path, layout: labels.layout, wanted: labels.decoder.fieldNames, key: "label.columns")
    }

    /// - Parameters:
    ///   - layout: what the topology says of the records.
    ///   - wanted: the fields that it uses; nil: there is no topology.
    ///   - key: where it names the columns.
    private init(path: String, layout known: EventLayout?, wanted: [String]?, key: String) throws(RecordError) {
        self.path = path == "-" ? "standard input" : path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        size = (attributes?[.size] as? Int) ?? 0
        reader = try RecordReader(path: path)
        guard reader.format == .csv else {
            layout = EventLayout(.json)
            headRemarks = []
            return
        }
        guard let first = try reader.next() else { throw RecordError(message: "\(self.path): the file is empty") }
        let declared = known?.format == .csv ? known : nil
        let separator = declared?.separator ?? CSVDialect.separator(of: first)
        let header: [String]
        do throws(CSVFault) { header = try CSVDialect.header(first, separator: separator) } catch {
            let place = Self.place(reader.line, first, error.offset)
            throw RecordError(message: "\(self.path):\(place): the first line is no CSV header: \(error.message)")
        }
        let columns = declared?.columns ?? []
        if !columns.isEmpty, columns.count(where: header.contains) * 2 < columns.count {
            firstLine.append(first)
            hasPending = true
            layout = EventLayout(.csv, columns: columns, separator: separator)
            headRemarks = ["\(self.path) has no header line: its columns are those of `\(key)`"]
            return
        }
        layout = EventLayout(.csv, columns: header, separator: separator)
        let isSure = wanted == nil
        let wanted = wanted ?? []
        if !wanted.contains(where: header.contains),
            let suspicion = CSVDialect.suspicion(of: header, isSure: isSure)
        {
            throw RecordError(message: "\(self.path):1: \(suspicion)")
        }
        headRemarks = wanted.filter { name in header.count { $0 == name } > 1 }.map {
            "\(path):1: the column '\($0)' comes more than once: the last one counts"
        }
    }

    public func place(at byte: Int?) -> String { "\(path):\(Self.place(reader.line, last, byte, reader.column))" }

    /// Line and, for a byte of a record that begins in that line, at a column, its column.
    private static func place(
        _ line: Int, _ record: UnsafeRawBufferPointer?, _ byte: Int?, _ first: Int = 1
    ) -> String {
        guard let byte, let record, byte <= record.count else { return "\(line)" }
        let before = record[..<byte]
        let end = before.lastIndex(of: 0x0a)
        let start = end.map { $0 + 1 } ?? 0
        let column = String(decoding: record[start..<byte], as: UTF8.self).count + (end == nil ? first : 1)
        return "\(line + before.count { $0 == 0x0a }):\(column)"
    }

    public var remarks: [String] {
        headRemarks
            + reader.longRecords.map {
                "\(path):\($0.line): the record spans \($0.lines) lines: is a quote left open there?"
            }
    }

    public var fraction: Double? { size > 0 ? min(1, Double(reader.bytesRead) / Double(size)) : nil }

    public func next() throws(RecordError) -> RawRecord? {
        if hasPending {
            hasPending = false
            last = firstLine.bytes
        } else {
            last = try reader.next()
        }
        return last.map { RawRecord(value: $0) }
    }
}
