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

    init(_ stream: any EventStream, count: Int, withLabels: Bool = true) {
        serializer = EventSerializer(stream, format: .json, withLabels: withLabels)
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

/// The labels of a generated stream as records.
final class GeneratedLabels: RecordSource {
    let layout = EventLayout(.json)
    let fraction: Double? = nil
    private var serializer: LabelSerializer
    private let arena = ByteArena()
    private var bytes: [UInt8] = []

    init(_ serializer: LabelSerializer) { self.serializer = serializer }

    func next() -> RawRecord? {
        bytes.removeAll(keepingCapacity: true)
        guard serializer.writeNext(into: &bytes) != nil else { return nil }
        arena.reset()
        bytes.withUnsafeBytes { arena.append($0) }
        return RawRecord(value: arena.bytes)
    }
}

/// The rows of a CSV file as JSON objects: numbers, true and false bare, fields without a value left out.
final class RowsAsJSON: RecordSource {
    let layout = EventLayout(.json)
    private let source: FileRecords
    /// Columns' names; nil: a column of the same name stands further right, and counts.
    private let names: [String?]
    private let missing: Set<String>
    private let arena = ByteArena()

    /// - Parameter missing: words that stand for no value.
    init(_ source: FileRecords, missing: [String]) {
        self.source = source
        self.missing = Set(missing)
        var seen: Set<String> = []
        names = source.layout.columns.reversed().map { seen.insert($0).inserted ? $0 : nil }.reversed()
    }

    var fraction: Double? { source.fraction }

    func next() throws(RecordError) -> RawRecord? {
        guard let record = try source.next()?.value else { return nil }
        let fields: [String]
        do throws(CSVFault) {
            fields = try CSVRecord.fields(record, separator: source.layout.columnSeparator, count: names.count)
        } catch {
            throw RecordError(message: "\(source.place(at: error.offset)): \(error.message)")
        }
        arena.reset()
        arena.append("{")
        for (name, field) in zip(names, fields) where !CellText.isBlank(field) && !missing.contains(field) {
            guard let name else { continue }
            if arena.count > 1 { arena.append(",") }
            arena.append(quoted: name)
            arena.append(":")
            if Self.isBare(field) { arena.append(text: field) } else { arena.append(quoted: field) }
        }
        arena.append("}")
        return RawRecord(value: arena.bytes)
    }

    /// A number beyond a `Double` is one to nobody: a category may be spelled like that.
    private static func isBare(_ field: String) -> Bool {
        JSONText.isBare(field) && Double(field)?.isFinite ?? true
    }
}

/// The records of a JSON file, each checked and on one line.
final class CheckedJSON: RecordSource {
    let layout = EventLayout(.json)
    private let source: FileRecords
    private let arena = ByteArena()

    init(_ source: FileRecords) { self.source = source }

    var fraction: Double? { source.fraction }

    func next() throws(RecordError) -> RawRecord? {
        guard let record = try source.next()?.value else { return nil }
        do throws(JSONError) { _ = try JSON(reading: record) } catch {
            throw RecordError(message: "\(source.place(at: error.offset)): not JSON: \(error.message)")
        }
        guard record.contains(0x0a) else { return RawRecord(value: record) }
        // Within JSON's strings a line end cannot stand: those of a record are blanks.
        arena.reset()
        for byte in record { arena.append(byte == 0x0a || byte == 0x0d ? 0x20 : byte) }
        return RawRecord(value: arena.bytes)
    }
}

/// The records of a topology's test.
enum TestRecords {
    static func open(_ input: TopologyTest.Input, _ topology: TopologyPlan) throws -> any RecordSource {
        switch input {
        case .file(let path): return try FileRecords(path: topology.resolve(path), topology: topology)
        case .generate(let name, let events, let seed, let parameters, let labelDelay):
            return GeneratedRecords(
                try StreamCatalog.make(name, seed: seed, parameters: parameters), count: events,
                withLabels: labelDelay == nil)
        }
    }

    /// The labels of a topology whose labels come by themselves.
    static func labels(_ test: TopologyTest, _ topology: TopologyPlan) throws -> (any RecordSource)? {
        guard let labels = topology.labels else { return nil }
        switch test.input {
        case .file: return try test.labels.map { try FileRecords(path: topology.resolve($0), labels: labels) }
        case .generate(let name, let events, let seed, let parameters, let labelDelay):
            guard let delay = labelDelay?.milliseconds else { return nil }
            return GeneratedLabels(
                LabelSerializer(
                    try StreamCatalog.make(name, seed: seed, parameters: parameters), format: .json, delay: delay,
                    seed: seed, count: events))
        }
    }
}
