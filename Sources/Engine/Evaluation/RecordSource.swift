public import EventFormats
import Foundation
import OnlineLearning
import Topology

/// How the records of a file or a generator are written.
public enum RecordShape: Sendable, Equatable {
    case json
    /// The columns in their order.
    case csv([String])

    func decoder(_ topology: TopologyPlan) -> any EventDecoder {
        switch self {
        case .json: JSONEventDecoder(plan: topology.decoder)
        case .csv(let columns): CSVEventDecoder(plan: topology.decoder, columns: columns)
        }
    }
}

/// Records one after the other, outside the engine.
public protocol RecordSource: AnyObject {
    /// How they are written.
    var shape: RecordShape { get }
    /// How far the source is read, 0 to 1, or nil where nobody knows.
    var fraction: Double? { get }
    /// The next record's bytes, valid until the next call, or nil: the end. A tombstone has no address.
    func next() throws -> UnsafeRawBufferPointer?
}

/// The records of a JSON-lines file, or of a CSV file with a header line, by the file's extension.
///
/// Blank lines are skipped; a CSV record may have line breaks within quotes.
public final class FileRecords: RecordSource {
    public let shape: RecordShape
    private let reader: RecordReader
    private let size: Int
    private var bytesRead = 0

    /// Opens a file: `.csv` is CSV; `.jsonl`, `.ndjson` and `.json` are JSON lines.
    public init(path: String) throws(RecordError) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        size = (attributes?[.size] as? Int) ?? 0
        let format = try RecordFormat(path: path)
        reader = try RecordReader(path: path, format: format)
        switch format {
        case .jsonLines: shape = .json
        case .csv:
            guard let header = try reader.next(), let columns = CSVHeader.columns(header) else {
                throw RecordError(message: "\(path): the first line is no CSV header")
            }
            shape = .csv(columns)
        }
    }

    public var fraction: Double? { size > 0 ? min(1, Double(bytesRead) / Double(size)) : nil }

    public func next() throws(RecordError) -> UnsafeRawBufferPointer? {
        let record = try reader.next()
        bytesRead += (record?.count ?? 0) + 1
        return record
    }
}
