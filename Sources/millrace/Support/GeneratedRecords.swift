import Console
import Engine
import EventFormats
import StreamGenerators
import Topology

/// A generated stream as records.
final class GeneratedRecords: RecordSource {
    let shape = RecordShape.json
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

    func next() -> UnsafeRawBufferPointer? {
        guard given < count else { return nil }
        given += 1
        bytes.removeAll(keepingCapacity: true)
        serializer.writeNext(into: &bytes)
        arena.reset()
        bytes.withUnsafeBytes { arena.append($0) }
        return arena.bytes
    }
}

/// The rows of a CSV file as JSON objects: numbers, true and false bare, empty fields left out.
final class RowsAsJSON: RecordSource {
    let shape = RecordShape.json
    private let source: FileRecords
    private let columns: [String]
    private let arena = ByteArena()

    init(_ source: FileRecords, columns: [String]) {
        self.source = source
        self.columns = columns
    }

    var fraction: Double? { source.fraction }

    func next() throws(RecordError) -> UnsafeRawBufferPointer? {
        guard let record = try source.next() else { return nil }
        guard let fields = CSVHeader.columns(record), fields.count == columns.count else {
            throw RecordError(
                message:
                    "a row has not the header's \(columns.count) fields: \(String(decoding: record, as: UTF8.self))")
        }
        arena.reset()
        arena.append("{")
        for (name, field) in zip(columns, fields) where !field.isEmpty {
            if arena.count > 1 { arena.append(",") }
            JSONText.write(name, into: arena)
            arena.append(":")
            if Self.isBare(field) { arena.append(text: field) } else { JSONText.write(field, into: arena) }
        }
        arena.append("}")
        return arena.bytes
    }

    /// Whether a field may stand as it is: a number by JSON's grammar, true or false.
    static func isBare(_ field: String) -> Bool {
        if field == "true" || field == "false" { return true }
        var rest = Substring(field)
        if rest.first == "-" { rest.removeFirst() }
        func digits() -> Int {
            let count = rest.prefix { $0.isASCII && $0.isNumber }.count
            rest = rest.dropFirst(count)
            return count
        }
        let leadsWithZero = rest.first == "0"
        let whole = digits()
        guard whole > 0, !leadsWithZero || whole == 1 else { return false }
        if rest.first == "." {
            rest.removeFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

/// The records of a topology's test.
enum TestRecords {
    static func open(_ input: TopologyTest.Input, _ topology: TopologyPlan) throws -> any RecordSource {
        switch input {
        case .file(let path): return try FileRecords(path: topology.resolve(path))
        case .generate(let name, let events, let seed, let parameters):
            return GeneratedRecords(try StreamCatalog.make(name, seed: seed, parameters: parameters), count: events)
        }
    }
}
