import EventFormats
import Text

/// Reads what a sample shows of each of its fields, by the decoders' rule of what a cell means.
struct SampleReader {
    private(set) var columns: [SampleColumn] = []
    /// Records that were used.
    private(set) var records = 0
    /// Sentences on records that were not.
    private(set) var remarks: [String] = []
    private var positions: [String: Int] = [:]
    private var broken = 0
    private var firstBroken = ""

    /// Columns of the first `limit` records of a file: CSV with a header, or JSON, by its extension.
    static func read(_ path: String, limit: Int) throws(SampleError) -> SampleReader {
        var reader = SampleReader()
        let format: EventFormat
        do throws(RecordError) {
            format = try RecordReader.format(of: path)
            let records = try RecordReader(path: path, format: format)
            switch format {
            case .csv: try reader.readCSV(records, path, limit: limit)
            case .json: try reader.readJSON(records, limit: limit)
            }
        } catch {
            throw SampleError(message: error.message)
        }
        if reader.columns.isEmpty {
            let form = format == .csv ? "a first line with the columns' names" : "JSON objects, one a line"
            throw SampleError(message: "\(path): expected \(form)\(reader.firstBroken)")
        }
        if reader.broken > 0 {
            reader.remarks.append(
                "\(reader.broken) of \(reader.broken + reader.records) records could not be read\(reader.firstBroken)")
        }
        return reader
    }

    private mutating func readCSV(_ records: RecordReader, _ path: String, limit: Int) throws(RecordError) {
        guard let first = try records.next() else { return }
        let separator = CSVDialect.separator(of: first)
        let header: [String]
        do throws(CSVFault) { header = try CSVRecord.fields(first, separator: separator) } catch {
            throw RecordError(message: "\(path):1: the first line is no CSV header: \(error.message)")
        }
        if let mistake = CSVDialect.mistake(in: header) { throw RecordError(message: "\(path):1: \(mistake)") }
        columns = header.map { SampleColumn(name: $0) }
        var repeated = 0
        while self.records < limit, let record = try records.next() {
            do throws(CSVFault) {
                let fields = try CSVRecord.fields(record, separator: separator)
                guard fields.count == header.count else {
                    note("\(fields.count) fields where there are \(header.count) columns", records.line)
                    continue
                }
                if fields == header {
                    repeated += 1
                    continue
                }
                self.records += 1
                for (place, field) in fields.enumerated() { columns[place].add(Self.value(field, .csv)) }
            } catch { note(error.message, records.line) }
        }
        if repeated > 0 { remarks.append("the first line comes \(repeated) times more and is rejected there") }
    }

    private mutating func readJSON(_ records: RecordReader, limit: Int) throws(RecordError) {
        while self.records < limit, let record = try records.next() {
            do throws(JSONError) {
                guard case .object(let members) = try JSON(reading: record) else {
                    note("JSON, but not an object", records.line)
                    continue
                }
                self.records += 1
                add(members, prefix: "")
            } catch { note("\(error.message), column \(error.offset + 1)", records.line) }
        }
    }

    private mutating func add(_ members: [JSON.Member], prefix: String) {
        for member in members {
            let value: SampleColumn.Value
            switch member.value {
            case .null: value = .missing("")
            case .bool(let flag): value = .boolean("\(flag)")
            case .integer(let number): value = .number("\(number)", Double(number))
            case .unsigned(let number): value = .number("\(number)", Double(number))
            case .number(let number): value = .number(NumberText.shortest(number), number)
            case .text(let text): value = Self.value(text, .json)
            case .array, .object: value = .nested
            }
            columns[position(of: prefix + member.key)].add(value)
        }
    }

    private mutating func note(_ what: String, _ line: Int) {
        if broken == 0 { firstBroken = " (line \(line): \(what))" }
        broken += 1
    }

    private static func value(_ field: String, _ format: EventFormat) -> SampleColumn.Value {
        if field.allSatisfy({ $0 == " " || $0 == "\t" }) { return .missing("") }
        if let number = CellText.number(field) { return .number(field, number) }
        if format.missingWords.contains(field) { return .missing(field) }
        return CellText.truth(field) == nil ? .word(field) : .boolean(field)
    }

    private mutating func position(of name: String) -> Int {
        if let known = positions[name] { return known }
        positions[name] = columns.count
        columns.append(SampleColumn(name: name))
        return columns.count - 1
    }
}
