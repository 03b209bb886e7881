import EventFormats
import Foundation
import Testing
import Text

/// Files as they come: arrays, compressed, with a mistake in them.
@Suite struct FileTests {
    private func read(_ content: [UInt8], _ name: String) throws -> [(line: Int, text: String)] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name)
        try Data(content).write(to: file)
        let reader = try RecordReader(path: file.path)
        var records: [(Int, String)] = []
        while let record = try reader.next() { records.append((reader.line, String(decoding: record, as: UTF8.self))) }
        return records
    }

    private func read(_ text: String, _ name: String) throws -> [(line: Int, text: String)] {
        try read(Array(text.utf8), name)
    }

    private func error(_ text: String, _ name: String) -> String {
        let found = #expect(throws: RecordError.self) { _ = try read(text, name) }
        return found?.message ?? ""
    }

    @Test(arguments: [
        "[{\"a\":1},{\"a\":[2]}]", "\u{FEFF}\n [ {\"a\":1} ,\n{\"a\":[2]}\n]\n", "[\r\n{\"a\":1},\r\n{\"a\":[2]}]\r\n",
    ])
    func arrays(_ text: String) throws {
        #expect(try read(text, "a.json").map(\.text) == ["{\"a\":1}", "{\"a\":[2]}"])
    }

    @Test func elementsKeepTheirLinesAndTheirMistakes() throws {
        let records = try read("[\n{\"a\":\n1},\n\n{\"a\":oops},\n{\"b\":\"]},\\\"\"}]", "a.jsonl")
        #expect(records.map(\.line) == [2, 5, 6])
        #expect(records.map(\.text) == ["{\"a\":\n1}", "{\"a\":oops}", "{\"b\":\"]},\\\"\"}"])
        #expect(try read("[]", "a.json").isEmpty)
        #expect(try read("[{}]\n\n", "a.json").count == 1)
    }

    @Test func brokenArraysAreToldWithTheirLine() {
        #expect(error("[\n{}\n,{\n", "a.json").hasSuffix("a.json:3: the array stays open behind record 1"))
        #expect(error("[{}]\n{}", "a.json").hasSuffix("a.json:2: something stands behind the array"))
    }

    @Test func linesAreCounted() throws {
        let records = try read("a,b\r\n\r\n1,\"x\ny\"\n\n2,z\n", "a.csv")
        #expect(records.map(\.line) == [1, 3, 6])
        #expect(try read("{}\n\n  \n{}", "a.jsonl").map(\.line) == [1, 4])
    }

    static let text = "x,y\n1,a\n2,b\n3,a\n"
    static let gzip = Data(base64Encoded: "H4sIAAAAAAACA6vQqeQy1EnkMtJJ4jIG0gDashrUEAAAAA==")!
    static let zstd = Data(base64Encoded: "KLUv/QRYgQAAeCx5CjEsYQoyLGIKMyxhCou0R2o=")!

    @Test(arguments: [(gzip, "a.csv.gz"), (gzip, "a.csv"), (zstd, "a.csv.zst"), (zstd, "a.csv.gz")])
    func compressed(_ data: Data, _ name: String) throws {
        #expect(try read(Array(data), name).map(\.text) == ["x,y", "1,a", "2,b", "3,a"])
        // Members and frames one behind the other are one file.
        #expect(try read(Array(data + data), name).count == 8)
    }

    @Test(arguments: [(gzip, "a.csv.gz"), (zstd, "a.csv.zst")])
    func damagedArchivesAreNoShorterFiles(_ data: Data, _ name: String) {
        for length in 5..<data.count {
            #expect(throws: RecordError.self, "\(length)") { _ = try read(Array(data[..<length]), name) }
        }
        var broken = Array(data)
        broken[broken.count / 2] ^= 0xff
        #expect(throws: RecordError.self) { _ = try read(broken, name) }
    }

    /// More than the buffers hold, and records that lie across their ends.
    @Test func largeArchives() throws {
        let line = String(repeating: "0123456789,", count: 100) + "\n"
        let member = Data(line.utf8)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let plain = folder.appendingPathComponent("a.csv")
        try (0..<5000).reduce(into: Data()) { data, _ in data.append(member) }.write(to: plain)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "gzip -k \"$0\"", plain.path]
        try process.run()
        process.waitUntilExit()
        let reader = try RecordReader(path: plain.path + ".gz")
        var count = 0
        while let record = try reader.next() {
            count += record.count == line.utf8.count - 1 ? 1 : 0
        }
        #expect(count == 5000)
    }

    @Test(
        arguments: [
            ([0x50, 0x4b, 0x03, 0x04], "ZIP"), ([0x42, 0x5a, 0x68, 0x39], "bzip2"),
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "xz"),
            ([0x50, 0x41, 0x52, 0x31], "Parquet"), ([0xff, 0xfe, 0x61, 0], "UTF-16"),
        ] as [([UInt8], String)])
    func otherFilesAreNamed(_ head: [UInt8], _ what: String) {
        let found = #expect(throws: RecordError.self) { _ = try read(head + [UInt8](repeating: 1, count: 40), "a.csv") }
        #expect(found?.message.contains(what) == true && found?.message.contains("a.csv:1:1") == true)
    }

    @Test(arguments: [
        ("a.csv", EventFormat.csv), ("a.TSV", .csv), ("b.x/a.json.gz", .json), ("a.ndjson.zst", .json),
        ("a.csv.GZ", .csv),
    ])
    func formatsGoByTheExtension(_ name: String, _ format: EventFormat) {
        #expect(EventFormat(path: name) == format)
    }

    @Test(arguments: ["a", "a.gz", "a.txt", "csv", "a.csv.bz2", ".gz", ""])
    func otherExtensionsHaveNone(_ name: String) { #expect(EventFormat(path: name) == nil) }

    @Test(
        arguments: [
            ("a,b,c", 0x2c), ("a;b;c", 0x3b), ("a\tb", 0x09), ("a|b|c", 0x7c), ("a", 0x2c), ("\"a,b\";c", 0x3b),
            ("x, y;z", 0x2c), ("a;\"b;c\",d,e", 0x2c),
        ] as [(String, UInt8)])
    func separatorsAreSeen(_ header: String, _ separator: UInt8) {
        #expect(Array(header.utf8).withUnsafeBytes { CSVDialect.separator(of: $0) } == separator)
    }

    @Test func headersThatLookLikeData() {
        func suspicion(_ header: String, sure: Bool) -> String? {
            CSVDialect.suspicion(of: header.split(separator: ",").map(String.init), isSure: sure)
        }
        for line in ["5.1,3.5,setosa", "0,tcp,0,0,x", "1,2,2", "-1,2,3"] { #expect(suspicion(line, sure: true) != nil) }
        for line in ["a,b,c", "country,1990,y", "1,2,3", "1990,1991,country"] {
            #expect(suspicion(line, sure: true) == nil)
        }
        #expect(suspicion("1,2,3", sure: false) != nil && suspicion("a,b,3", sure: false) == nil)
    }

    @Test(arguments: [
        ("a,\"b", 2, "a quote is opened and never closed"), ("a,\"b\" c", 6, "text behind a closing quote"),
        ("a,b\"c", 3, "a quote within a field"),
    ])
    func faultsHaveTheirPlace(_ text: String, _ offset: Int, _ message: String) {
        let fault = #expect(throws: CSVFault.self) {
            _ = try Array(text.utf8).withUnsafeBytes { try CSVRecord.fields($0) }
        }
        #expect(fault?.offset == offset && fault?.message.hasPrefix(message) == true, "\(String(describing: fault))")
    }

    @Test func aCarriageReturnAloneIsTextAndNoLineEnd() throws {
        func fields(_ text: String) throws -> [String] {
            try Array(text.utf8).withUnsafeBytes { try CSVRecord.fields($0) }
        }
        #expect(try fields("a\rb,c\r\n") == ["a\rb", "c"])
        let fault = #expect(throws: CSVFault.self) {
            _ = try Array("x,y\r1,2\r".utf8).withUnsafeBytes { try CSVDialect.header($0, separator: 0x2c) }
        }
        #expect(fault?.offset == 3 && fault?.message.contains("CR alone") == true)
    }

    @Test func bytesThatAreNoTextHaveTheirPlace() {
        let fault = #expect(throws: CSVFault.self) {
            _ = try ([0x61, 0x2c, 0x62, 0xe9, 0x62] as [UInt8]).withUnsafeBytes { try CSVRecord.fields($0) }
        }
        #expect(fault == CSVFault(message: "bytes that are not UTF-8", offset: 3))
    }
}
