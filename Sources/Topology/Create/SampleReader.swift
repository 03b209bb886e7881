import EventFormats
import Text

/// Reads what a sample shows of each of its fields, by the decoders' rule of what a cell means.
struct SampleReader {
    private(set) var columns: [SampleColumn] = []
    /// Records that were used.
    private(set) var records = 0
    /// Whether there are more records than were to be read.
    private(set) var hasMore = false
    /// Sentences on what is odd in the file.
    private(set) var remarks: [String] = []
    /// Numbers are written with a decimal comma.
    private(set) var hasDecimalCommas = false
    /// Why the first line may be data, or nil.
    private(set) var suspicion: String?
    private let path: String
    private var positions: [String: Int] = [:]
    private var broken = 0
    private var firstBroken = ""
    private var hasLeftOut = false
    /// Records that cannot be read, and repetitions of the header: dead letters, all of them.
    var unreadable: Int { broken + repeated }
    private var repeated = 0

    /// Fields that are told apart; a file of JSON may have another one in every record.
    private static let maxFields = 10_000
    /// Levels of objects whose fields are fields by their path.
    private static let maxDepth = 8

    /// Columns of the first `limit` records of a file: CSV with a header, or JSON, by its extension; `-` is standard
    /// input.
    static func read(_ path: String, limit: Int) throws(SampleError) -> SampleReader {
        var reader = SampleReader(path: path)
        let format: EventFormat
        do throws(RecordError) {
            let records = try RecordReader(path: path)
            format = records.format
            switch format {
            case .csv: try reader.readCSV(records, limit: limit)
            case .json: try reader.readJSON(records, limit: limit)
            }
        } catch {
            throw SampleError(message: error.message)
        }
        if reader.columns.isEmpty {
            let form =
                format == .csv ? "a first line with the columns' names" : "JSON objects, one a line or in an array"
            throw SampleError(message: "\(path): expected \(form)\(reader.firstBroken)")
        }
        if reader.records == 0 {
            let what = reader.broken > 0 ? "no record can be read\(reader.firstBroken)" : "there is no record"
            throw SampleError(message: "\(path): \(what)")
        }
        reader.finish()
        return reader
    }

    private init(path: String) { self.path = path }

    private mutating func readCSV(_ records: RecordReader, limit: Int) throws(RecordError) {
        guard let first = try records.next() else { return }
        let separator = CSVDialect.separator(of: first)
        let header: [String]
        do throws(CSVFault) { header = try CSVDialect.header(first, separator: separator) } catch {
            throw RecordError(
                message: "\(path):1:\(error.offset + 1): the first line is no CSV header: \(error.message)")
        }
        if let suspicion = CSVDialect.suspicion(of: header) { throw RecordError(message: "\(path):1: \(suspicion)") }
        if let name = CSVDialect.repeated(in: header) {
            throw RecordError(message: "\(path):1: the first line names the column '\(name)' twice")
        }
        suspicion = CSVDialect.suspicion(of: header, isSure: false)
        columns = header.map { SampleColumn(name: $0, mayBeID: FieldNames.isID($0)) }
        var cells: [(text: String, value: SampleColumn.Value)] = header.map { _ in ("", .missing("")) }
        while let record = try records.next() {
            guard self.records < limit else {
                hasMore = true
                break
            }
            do throws(CSVFault) {
                let fields = try CSVRecord.fields(record, separator: separator, count: header.count)
                if fields == header {
                    repeated += 1
                    continue
                }
                self.records += 1
                for (place, field) in fields.enumerated() {
                    // Many columns say the same again and again.
                    if cells[place].text != field { cells[place] = (field, Self.value(field, .csv)) }
                    columns[place].add(cells[place].value)
                }
            } catch { note("\(records.line):\(error.offset + 1): \(error.message)") }
        }
        if repeated > 0 {
            let times = repeated == 1 ? "once" : "\(repeated) times"
            remarks.append("the line of the columns' names comes \(times) more, among the records")
        }
    }

    private mutating func readJSON(_ records: RecordReader, limit: Int) throws(RecordError) {
        while let record = try records.next() {
            guard self.records < limit else {
                hasMore = true
                break
            }
            do throws(JSONError) {
                guard case .object(let members) = try JSON(reading: record) else {
                    note("\(records.line): JSON, but not an object")
                    continue
                }
                self.records += 1
                add(members, prefix: "", depth: 1)
            } catch { note("\(records.line):\(error.offset + records.column): not JSON: \(error.message)") }
        }
    }

    private mutating func add(_ members: [JSON.Member], prefix: String, depth: Int) {
        for member in members {
            let name = prefix + member.key
            guard let position = position(of: name) else { continue }
            switch member.value {
            case .null: columns[position].add(.missing(""))
            case .bool(let flag): columns[position].add(.boolean("\(flag)"))
            case .integer(let number): columns[position].add(.number("\(number)", Double(number)))
            case .unsigned(let number): columns[position].add(.number("\(number)", Double(number)))
            case .number(let number): columns[position].add(.number(NumberText.shortest(number), number))
            case .text(let text): columns[position].add(Self.value(text, .json))
            case .array: columns[position].add(.nested)
            case .object(let inner):
                columns[position].add(.nested)
                if depth < Self.maxDepth { add(inner, prefix: name + ".", depth: depth + 1) }
            }
        }
    }

    private mutating func note(_ what: String) {
        if broken == 0 { firstBroken = ": \(path):\(what)" }
        broken += 1
    }

    private mutating func finish() {
        hasDecimalCommas = columns.contains { $0.commas.count * 2 > $0.present }
        for index in columns.indices { columns[index].settle(hasDecimalCommas: hasDecimalCommas) }
        // An object whose fields stand here by their paths needs no word of its own.
        let parents = Set(columns.compactMap { column in column.name.lastIndex(of: ".").map { column.name[..<$0] } })
        columns.removeAll { $0.form == .nested && $0.nested == $0.present && parents.contains($0.name[...]) }
        if broken > 0 {
            remarks.append(
                "\(broken) of \(broken + records) records cannot be read, the first is\(firstBroken.dropFirst())")
        }
        if hasDecimalCommas { remarks.append("numbers have a decimal comma: `input.decimal: comma` below reads them") }
        if let suspicion { remarks.append(suspicion) }
        if hasLeftOut { remarks.append("more than \(Self.maxFields) fields: the others are not told apart") }
    }

    private static func value(_ field: String, _ format: EventFormat) -> SampleColumn.Value {
        if CellText.isBlank(field) { return .missing("") }
        if let number = CellText.number(field) { return .number(field, number) }
        if format.missingWords.contains(field) { return .missing(field) }
        if let number = CellText.number(field, hasDecimalComma: true) { return .comma(field, number) }
        return CellText.truth(field) == nil ? .word(field) : .boolean(field)
    }

    private mutating func position(of name: String) -> Int? {
        if let known = positions[name] { return known }
        guard columns.count < Self.maxFields else {
            hasLeftOut = true
            return nil
        }
        positions[name] = columns.count
        columns.append(SampleColumn(name: name, mayBeID: FieldNames.isID(name)))
        return columns.count - 1
    }
}
