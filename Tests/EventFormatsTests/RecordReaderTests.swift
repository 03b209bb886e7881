import EventFormats
import OnlineLearning
import Testing
import Text

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct RecordReaderTests {
    /// Records of a file with that content.
    private func records(_ content: [UInt8], _ format: EventFormat, maximum: Int = 64 << 20) throws -> [String] {
        var name = Array("/tmp/millrace-records-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        defer {
            close(descriptor)
            unlink(name)
        }
        content.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let reader = try RecordReader(path: path, format: format, maximum: maximum)
        var records: [String] = []
        while let record = try reader.next() { records.append(String(decoding: record, as: UTF8.self)) }
        #expect(reader.count == records.count)
        return records
    }

    @Test func lines() throws {
        #expect(
            try records(Array("\u{FEFF}{}\r\n\n{\"a\":\"\\\"\"}\n\r\n3".utf8), .json) == [
                "{}", "{\"a\":\"\\\"\"}", "3",
            ])
        #expect(try records([], .json).isEmpty)
    }

    @Test func quotedLineEnds() throws {
        let text = "a,b\r\n\"x\ny\",\"\"\"\n\"\"\"\n1,2"
        #expect(try records(Array(text.utf8), .csv) == ["a,b", "\"x\ny\",\"\"\"\n\"\"\"", "1,2"])
    }

    @Test func anOpenQuoteCostsOneLine() throws {
        #expect(try records(Array("a\n\"b\nc\nd\n".utf8), .csv) == ["a", "\"b", "c", "d"])
        let long = "\"b\n" + String(repeating: "c\n", count: 2_000_000)
        #expect(try records(Array(long.utf8), .csv, maximum: 1 << 20).count == 2_000_001)
    }

    @Test func longRecords() throws {
        let line = String(repeating: "x", count: 3_000_000)
        #expect(try records(Array("\(line)\n\(line)".utf8), .json) == [line, line])
        #expect(throws: RecordError.self) { try records(Array(line.utf8), .json, maximum: 1 << 20) }
        #expect(throws: RecordError.self) { try RecordReader(path: "/nowhere/at/all", format: .csv) }
    }

    @Test func headers() {
        func columns(_ text: String) -> [String]? { Array(text.utf8).withUnsafeBytes { try? CSVRecord.fields($0) } }
        #expect(columns("a, b ,\"c,\"\"d\"\r\n") == ["a", "b", "c,\"d"])
        #expect(columns("a,") == ["a", ""])
        #expect(columns("\"a") == nil)
        #expect(columns("a\"b") == nil)
    }

    @Test func csvDecoding() {
        let harness = Harness(.sample(), classes: ["0", "1"], columns: ["x", "b", "c", "y", "ts", "id", "note"])
        let read = harness.decode(" 1e2 ,TRUE,\"a,\"\"b\",1.0,1700000000000,\"7\",\r\n")
        #expect(read.result == .good)
        #expect(read.slots == [(100.0).bitPattern, (1.0).bitPattern, (0.0).bitPattern])
        #expect(read.label == 1 && read.time == 1_700_000_000_000 && read.id == [0x37])
        #expect(harness.words(2) == ["a,\"b"])
        #expect(harness.decode(",,,,,,").slots == [~0, ~0, ~0])
        #expect(harness.decode("1,2").result == .bad(.brokenCSV, field: ""))
        #expect(harness.decode(",,,,,,,").result == .bad(.brokenCSV, field: ""))
        #expect(harness.decode("nan,,,,,,").result == .bad(.notFinite, field: "x"))
        #expect(harness.decode("1e999,,,,,,").result == .bad(.numberOverflow, field: "x"))
        #expect(harness.decode("one,,,,,,").result == .bad(.wrongType, field: "x"))
        #expect(harness.decode(",,,9,,,").result == .bad(.unknownClass, field: "y"))
        #expect(harness.decode([0xff, 0x2c, 0x2c, 0x2c, 0x2c, 0x2c, 0x2c]).result == .bad(.brokenCSV, field: ""))
    }

    /// A category is the same one in both formats.
    @Test(arguments: ["2", "2.0", "007", "1e2", "red", "true", "12345678901234567890", "0.50"])
    func categoriesAgree(_ text: String) {
        let json = Harness(.sample())
        let csv = Harness(.sample(), columns: ["c"])
        let isNumber = Double(text) != nil && text != "007"
        _ = json.decode("{\"c\":\(isNumber || text == "true" ? text : "\"\(text)\"")}")
        _ = csv.decode(text)
        #expect(json.words(2) == csv.words(2))
    }
}
