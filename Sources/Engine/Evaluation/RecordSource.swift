public import EventFormats
import Foundation
import OnlineLearning
import Topology

/// How the records of a file or a generator are written.
public enum RecordFormat: Sendable, Equatable {
    case json
    /// The columns in their order.
    case csv([String])

    /// A decoder into a pipeline's tables.
    func decoder(_ topology: TopologyPlan, _ pipeline: Pipeline) -> any EventDecoder {
        switch self {
        case .json:
            JSONEventDecoder(plan: topology.decoder, classes: pipeline.classes, categories: pipeline.categories)
        case .csv(let columns):
            CSVEventDecoder(
                plan: topology.decoder, columns: columns, classes: pipeline.classes, categories: pipeline.categories)
        }
    }
}

/// Records one after the other, from somewhere that is not Kafka.
public protocol RecordSource: AnyObject {
    /// How they are written.
    var format: RecordFormat { get }
    /// How far the source is read, 0 to 1, or nil where nobody knows.
    var fraction: Double? { get }
    /// The next record's bytes, valid until the next call, or nil: the end.
    func next() -> UnsafeRawBufferPointer?
}

/// Why a file could not be read.
public struct RecordFileError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, with the file's name.
    public let message: String
    public var description: String { message }
}

/// The records of a JSON-lines file, or of a CSV file with a header line, by the file's extension.
///
/// The file is mapped and not copied. Blank lines are skipped; a CSV record may have line breaks within quotes.
public final class FileRecords: RecordSource {
    public let format: RecordFormat
    private let data: NSData
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// Opens a file: `.csv` is CSV; `.jsonl`, `.ndjson` and `.json` are JSON lines.
    public init(path: String) throws(RecordFileError) {
        do {
            data = try NSData(contentsOfFile: path, options: .mappedIfSafe)
        } catch {
            throw RecordFileError(message: "\(path): cannot be read")
        }
        bytes = UnsafeRawBufferPointer(start: data.bytes, count: data.length)
        let name = path.lowercased()
        if name.hasSuffix(".csv") {
            var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
            guard let header = Self.record(of: bytes, from: &start, quotes: true) else {
                throw RecordFileError(message: "\(path): has no header line")
            }
            position = start
            format = .csv(Self.fields(of: header))
        } else if [".jsonl", ".ndjson", ".json"].contains(where: { name.hasSuffix($0) }) {
            format = .json
        } else {
            throw RecordFileError(message: "\(path): the format goes by the extension: .csv, .jsonl, .ndjson or .json")
        }
    }

    public var fraction: Double? { bytes.isEmpty ? 1 : Double(position) / Double(bytes.count) }

    public func next() -> UnsafeRawBufferPointer? {
        Self.record(of: bytes, from: &position, quotes: format != .json)
    }

    /// The next record that is not blank, without its line break.
    private static func record(
        of bytes: UnsafeRawBufferPointer, from position: inout Int, quotes: Bool
    ) -> UnsafeRawBufferPointer? {
        while position < bytes.count {
            let start = position
            var end = start
            var isQuoted = false
            while end < bytes.count {
                let byte = bytes[end]
                if byte == 0x0a, !isQuoted { break }
                if quotes, byte == 0x22 { isQuoted.toggle() }
                end += 1
            }
            position = min(end + 1, bytes.count)
            if end > start, bytes[end - 1] == 0x0d { end -= 1 }
            if end > start { return UnsafeRawBufferPointer(rebasing: bytes[start..<end]) }
        }
        return nil
    }

    /// The fields of one CSV record, without quotes.
    public static func fields(of record: UnsafeRawBufferPointer) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var index = 0
        while index < record.count {
            let byte = record[index]
            if isQuoted, byte == 0x22, index + 1 < record.count, record[index + 1] == 0x22 {
                field.append(0x22)
                index += 1
            } else if byte == 0x22 {
                isQuoted.toggle()
            } else if byte == 0x2c, !isQuoted {
                fields.append(String(decoding: field, as: UTF8.self))
                field.removeAll()
            } else {
                field.append(byte)
            }
            index += 1
        }
        return fields + [String(decoding: field, as: UTF8.self)]
    }
}
