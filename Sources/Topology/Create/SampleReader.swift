import EventFormats
import Text

/// Reads what a sample shows of each of its fields.
struct SampleReader {
    private(set) var columns: [SampleColumn] = []
    private var positions: [String: Int] = [:]

    /// Columns of the first `limit` records of a file: CSV with a header, or JSON lines, by its extension.
    static func read(_ path: String, limit: Int) throws(SampleError) -> [SampleColumn] {
        var reader = SampleReader()
        let format: EventFormat
        do throws(RecordError) {
            format = try RecordReader.format(of: path)
            let records = try RecordReader(path: path, format: format, maximum: 1 << 20)
            switch format {
            case .csv: try reader.readCSV(records, limit: limit)
            case .json: try reader.readJSON(records, limit: limit)
            }
        } catch {
            throw SampleError(message: error.message)
        }
        if reader.columns.isEmpty {
            let form = format == .csv ? "a first line with the columns' names" : "JSON objects, one a line"
            throw SampleError(message: "\(path): expected \(form)")
        }
        if format == .csv, reader.columns.count == 1, reader.columns[0].name.contains(where: { ";\t|".contains($0) }) {
            throw SampleError(
                message: "\(path): columns must be separated by commas; its first line is '\(reader.columns[0].name)'")
        }
        return reader.columns
    }

    private mutating func readCSV(_ records: RecordReader, limit: Int) throws(RecordError) {
        guard let header = try records.next().flatMap({ CSVHeader.columns($0) }) else { return }
        for name in header { _ = position(of: name) }
        if columns.count < header.count, let twice = header.first(where: { name in header.count { $0 == name } > 1 }) {
            throw RecordError(message: "the first line names the column '\(twice)' twice")
        }
        for _ in 0..<limit {
            guard let record = try records.next() else { return }
            // A header is split as any other record.
            guard let fields = CSVHeader.columns(record), fields.count == header.count else { continue }
            for (name, field) in zip(header, fields) { columns[position(of: name)].add(Self.value(field)) }
        }
    }

    private mutating func readJSON(_ records: RecordReader, limit: Int) throws(RecordError) {
        for _ in 0..<limit {
            guard let record = try records.next() else { return }
            for (name, value) in JSONLine.members(record) ?? [] { columns[position(of: name)].add(value) }
        }
    }

    private static func value(_ field: String) -> SampleColumn.Value {
        if field.isEmpty { return .missing }
        if Checker.boolean(field) != nil { return .boolean(field) }
        return Checker.realNumber(field) == nil ? .word(field) : .number(field)
    }

    private mutating func position(of name: String) -> Int {
        if let known = positions[name] { return known }
        positions[name] = columns.count
        columns.append(SampleColumn(name: name))
        return columns.count - 1
    }
}
