import Console
import Engine
import EventFormats
import StreamGenerators
import Text
import Topology

/// A generated stream as records.
final class GeneratedRecords: RecordSource {
    let layout = EventLayout(.json)
    private var serializer: EventSerializer
    private let count: Int
    private var given = 0
    private var bytes: [UInt8] = []
    private let arena = ByteArena()

    init(_ stream: any EventStream, count: Int) {
        serializer = EventSerializer(stream, format: .json)
        self.count = count
    }

    var fraction: Double? { count > 0 ? Double(given) / Double(count) : 1 }

    func next() -> RawRecord? {
        guard given < count else { return nil }
        given += 1
        bytes.removeAll(keepingCapacity: true)
        serializer.writeNext(into: &bytes)
        arena.reset()
        bytes.withUnsafeBytes { arena.append($0) }
        return RawRecord(value: arena.bytes)
    }
}

/// The rows of a CSV file as JSON objects: numbers, true and false bare, empty fields left out.
final class RowsAsJSON: RecordSource {
    let layout = EventLayout(.json)
    private let source: FileRecords
    private let columns: [String]
    private let arena = ByteArena()
    private let file: String

    init(_ source: FileRecords, columns: [String]) {
        self.source = source
        self.columns = columns
        file = source.path
    }

    private func fields(_ record: UnsafeRawBufferPointer) throws(RecordError) -> [String] {
        let fields: [String]
        do throws(CSVFault) {
            fields = try CSVRecord.fields(record, separator: source.layout.separator)
        } catch {
            throw RecordError(message: "\(file):\(source.line): \(error.message) in column \(error.column + 1)")
        }
        guard fields.count == columns.count else {
            throw RecordError(
                message: "\(file):\(source.line): \(fields.count) fields where there are \(columns.count) columns")
        }
        return fields
    }

    private static func isMissing(_ field: String) -> Bool {
        field.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } || EventFormat.csv.missingWords.contains(field)
    }

    var fraction: Double? { source.fraction }

    func next() throws(RecordError) -> RawRecord? {
        guard let record = try source.next()?.value else { return nil }
        let fields = try fields(record)
        arena.reset()
        arena.append("{")
        for (name, field) in zip(columns, fields) where !Self.isMissing(field) {
            if arena.count > 1 { arena.append(",") }
            arena.append(quoted: name)
            arena.append(":")
            if JSONText.isBare(field) { arena.append(text: field) } else { arena.append(quoted: field) }
        }
        arena.append("}")
        return RawRecord(value: arena.bytes)
    }
}

/// The records of a topology's test.
enum TestRecords {
    static func open(_ input: TopologyTest.Input, _ topology: TopologyPlan) throws -> any RecordSource {
        switch input {
        case .file(let path): return try FileRecords(path: topology.resolve(path), topology: topology)
        case .generate(let name, let events, let seed, let parameters):
            return GeneratedRecords(try StreamCatalog.make(name, seed: seed, parameters: parameters), count: events)
        }
    }
}
