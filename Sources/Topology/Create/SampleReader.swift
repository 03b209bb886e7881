import EventFormats

/// Reads what a sample shows of each of its fields.
struct SampleReader {
    private(set) var columns: [SampleColumn] = []
    private var positions: [String: Int] = [:]

    /// Columns of the first `limit` records of a file: CSV with a header where its name ends in `.csv`, else JSON
    /// lines.
    static func read(_ path: String, limit: Int) throws(SampleError) -> [SampleColumn] {
        var reader = SampleReader()
        let isCSV = path.hasSuffix(".csv")
        do throws(RecordError) {
            let records = try RecordReader(path: path, format: isCSV ? .csv : .jsonLines, maximum: 1 << 20)
            if isCSV {
                try reader.readCSV(records, limit: limit)
            } else {
                try reader.readJSON(records, limit: limit)
            }
        } catch {
            throw SampleError(message: error.message)
        }
        if reader.columns.isEmpty {
            let form = isCSV ? "a first line with the columns' names" : "JSON objects, one a line"
            throw SampleError(message: "\(path): expected \(form)")
        }
        return reader.columns
    }

    private mutating func readCSV(_ records: RecordReader, limit: Int) throws(RecordError) {
        guard let header = try records.next().flatMap({ CSVHeader.columns($0) }) else { return }
        for name in header { _ = position(of: name) }
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
