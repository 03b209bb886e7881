import EventFormats
import OnlineLearning
import Testing

/// What a cell means: one rule for CSV's fields and for text in JSON's quotes.
@Suite struct CellTests {
    /// A cell of the numeric field, read as CSV and as JSON.
    private func both(
        _ cell: String, missing: [String]? = nil, sentinels: [String: [String]] = [:]
    ) -> [Harness.Read] {
        var plan = DecoderPlan.sample()
        plan.missing = missing
        plan.sentinels = sentinels
        let csv = Harness(plan, columns: ["x"])
        let json = Harness(plan)
        return [csv.decode(cell), json.decode("{\"x\":\"\(cell)\"}")]
    }

    @Test(arguments: [
        (".5", 0.5), ("+5", 5), ("05", 5), ("5.", 5), ("-.5", -0.5), ("1e3", 1000), ("1E-3", 0.001),
        ("-0012.50", -12.5),
    ])
    func numbers(_ text: String, _ number: Double) {
        let csv = Harness(.sample(), columns: ["x"]), json = Harness(.sample())
        for cell in [text, " \(text)", "\(text) ", "\t\(text)\t", "\" \(text) \""] {
            #expect(csv.decode(cell).slots.first == number.bitPattern, "\(cell)")
        }
        for cell in [text, " \(text)", "\(text) "] {
            #expect(json.decode("{\"x\":\"\(cell)\"}").slots.first == number.bitPattern, "\(cell)")
        }
    }

    @Test(arguments: ["abc", "1 2", "1,5", "0x10", "1_000", "12abc", "--5", "5-"])
    func noNumbers(_ text: String) {
        #expect(
            Harness(.sample(), columns: ["x"]).decode("\"\(text)\"").result == .bad(.wrongType, field: "x"), "\(text)")
        #expect(Harness(.sample()).decode("{\"x\":\"\(text)\"}").result == .bad(.wrongType, field: "x"), "\(text)")
    }

    @Test(arguments: ["true", "TRUE", "yes", "Yes", "y", "T", "on", "1", "1.0"])
    func truths(_ text: String) {
        #expect(Harness(.sample(), columns: ["b"]).decode(" \(text) ").slots[1] == (1.0).bitPattern)
        #expect(Harness(.sample()).decode("{\"b\":\"\(text)\"}").slots[1] == (1.0).bitPattern)
    }

    @Test(arguments: ["false", "False", "no", "NO", "n", "f", "off", "0", "-0"])
    func untruths(_ text: String) {
        #expect(Harness(.sample(), columns: ["b"]).decode(text).slots[1] == 0)
        #expect(Harness(.sample()).decode("{\"b\":\"\(text)\"}").slots[1] == 0)
    }

    @Test(arguments: ["yess", "2", "nope", "o", "tru", "ye"])
    func noTruths(_ text: String) {
        #expect(Harness(.sample(), columns: ["b"]).decode(text).result == .bad(.wrongType, field: "b"))
        #expect(Harness(.sample()).decode("{\"b\":\"\(text)\"}").result == .bad(.wrongType, field: "b"))
    }

    @Test(arguments: ["NA", "<NA>", "#N/A", "NULL", "null", "\\N", "?", "", " ", "\t "])
    func missingWordsOfCSV(_ word: String) {
        let columns = ["x", "b", "c", "y", "ts", "id"]
        let harness = Harness(.sample(), columns: columns)
        let read = harness.decode(columns.map { _ in word }.joined(separator: ","))
        #expect(read.result == .good && read.slots == [~0, ~0, ~0])
        #expect(read.label == -1 && read.time == .min && read.id.isEmpty)
        #expect(harness.words(2).isEmpty)
        let number = Harness(.sample(task: .regression), columns: columns)
        #expect(number.decode(columns.map { _ in word }.joined(separator: ",")).target == ~0)
    }

    /// JSON has null: there a word is a word, and blank text is nothing.
    @Test func missingWordsOfJSON() {
        let harness = Harness(.sample())
        #expect(harness.decode(#"{"c":"NA","x":" "}"#).slots == [~0, ~0, 0])
        #expect(harness.decode(#"{"c":" ","y":"","id":"","ts":" "}"#).slots == [~0, ~0, ~0])
        #expect(harness.decode(#"{"x":"NA"}"#).result == .bad(.wrongType, field: "x"))
    }

    @Test func declaredMissingWordsReplaceTheUsual() {
        for read in both("n/a", missing: ["n/a", "-"]) + both("-", missing: ["n/a", "-"]) {
            #expect(read.result == .good && read.slots.first == ~0)
        }
        for read in both("NA", missing: ["n/a"]) { #expect(read.result == .bad(.wrongType, field: "x")) }
        for read in both("NaN", missing: ["NaN"]) { #expect(read.result == .good && read.slots.first == ~0) }
        for read in both("NaN") { #expect(read.result == .bad(.notFinite, field: "x")) }
    }

    @Test(arguments: ["-999", "-999.0", "-9.99e2", "unknown"])
    func sentinelsOfNumbers(_ cell: String) {
        for read in both(cell, sentinels: ["x": ["-999", "unknown", "9999"]]) {
            #expect(read.result == .good && read.slots.first == ~0, "\(cell)")
        }
        for read in both("-998", sentinels: ["x": ["-999"]]) { #expect(read.slots.first == (-998.0).bitPattern) }
        if cell != "unknown" { for read in both(cell) { #expect(read.slots.first == (-999.0).bitPattern) } }
    }

    @Test func sentinelsOfBooleansAndCategories() {
        var plan = DecoderPlan.sample()
        plan.sentinels = ["b": ["9"], "c": ["0", "none"]]
        let csv = Harness(plan, columns: ["b", "c"]), json = Harness(plan)
        #expect(csv.decode("9,none").slots == [~0, ~0, ~0])
        #expect(csv.decode("9.0,0.0").slots == [~0, ~0, ~0])
        #expect(json.decode(#"{"b":9,"c":0}"#).slots == [~0, ~0, ~0])
        #expect(json.decode(#"{"b":"9","c":"none"}"#).slots == [~0, ~0, ~0])
        #expect(json.decode(#"{"b":1,"c":"red"}"#).slots == [~0, (1.0).bitPattern, 0])
    }

    @Test(arguments: [("-0,368", -0.368), ("1,5", 1.5), ("+1,5e2", 150), ("2.5", 2.5), ("7", 7)])
    func decimalCommas(_ text: String, _ number: Double) {
        let plan = { () -> DecoderPlan in
            var plan = DecoderPlan.sample()
            plan.hasDecimalComma = true
            return plan
        }()
        #expect(Harness(plan, columns: ["x"]).decode("\"\(text)\"").slots.first == number.bitPattern)
        #expect(Harness(plan).decode("{\"x\":\"\(text)\"}").slots.first == number.bitPattern)
        #expect(Harness(plan, columns: ["x"]).decode("\"1.234,5\"").result == .bad(.wrongType, field: "x"))
        #expect(Harness(plan, columns: ["x"]).decode("\"1,2,3\"").result == .bad(.wrongType, field: "x"))
    }

    @Test func separators() {
        for (separator, byte) in [(";", 0x3b), ("\t", 0x09), ("|", 0x7c)] as [(String, UInt8)] {
            let decoder = CSVEventDecoder(plan: .sample(), columns: ["x", "b", "c"], separator: byte)
            let event = Event(width: 3)
            let record = Array([" 1.5 ", "yes", " red "].joined(separator: separator).utf8)
            record.withUnsafeBytes { bytes in
                #expect(decoder.decode(bytes, into: event) == .good)
                #expect(event.slots[0] == 1.5 && event.slots[1] == 1)
                #expect(event.words[2].map { String(decoding: $0, as: UTF8.self) } == "red")
            }
            let empty = Array([String](repeating: "", count: 3).joined(separator: separator).utf8)
            empty.withUnsafeBytes { #expect(decoder.decode($0, into: event) == .good) }
            #expect(event.slots[0].isNaN && event.words[2] == nil)
        }
    }

    @Test(arguments: [
        ("x , y", ["x", "y"]), ("  a,\"b \" ,c\t", ["a", "b ", "c"]), ("a,", ["a", ""]), (" ", [""]),
        ("\"a,\"\"b\" , 1", ["a,\"b", "1"]),
    ])
    func fieldsOfRecords(_ text: String, _ fields: [String]) throws {
        #expect(try Array(text.utf8).withUnsafeBytes { try CSVRecord.fields($0) } == fields)
    }

    @Test func pathsIntoObjectsAndLists() {
        let plan = DecoderPlan(
            schema: Schema([
                Feature("user.age", .numeric), Feature("items.0.price", .numeric), Feature("a.b.c", .categorical),
                Feature("v", .numeric),
            ]), task: .binary, labelField: "out.y", idField: "meta.id", timeField: "meta.ts")
        let harness = Harness(plan)
        func read(_ text: String) -> Harness.Read { harness.decode(text) }
        let whole = read(
            #"{"user":{"name":"x","age":20},"items":[{"price":1.5},{"price":2}],"a":{"b":{"c":"red"}},"v":1,"#
                + #""out":{"y":1},"meta":{"id":"e1","ts":5}}"#)
        #expect(whole.slots == [(20.0).bitPattern, (1.5).bitPattern, 0, (1.0).bitPattern])
        #expect(whole.label == 0 && whole.id == Array("e1".utf8) && whole.time == 5)
        #expect(read(#"{"user.age":3,"v":2}"#).slots[0] == (3.0).bitPattern)
        for text in [#"{"user":null,"items":[]}"#, #"{"user":{},"items":{}}"#, #"{"user":5,"items":[3]}"#, "{}"] {
            #expect(read(text).slots == [~0, ~0, ~0, ~0], "\(text)")
        }
        #expect(read(#"{"user":{"age":[1]}}"#).result == .bad(.wrongType, field: "user.age"))
        #expect(read(#"{"user":{"age":NaN}}"#).result == .bad(.notFinite, field: "user.age"))
        #expect(read(#"{"user":{"age":1}"#).result == .bad(.brokenJSON, field: ""))
        #expect(read(#"{"user":{"\u0061ge":4}}"#).slots[0] == (4.0).bitPattern)
        let deep = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        #expect(read("{\"user\":{\"x\":\(deep),\"age\":6}}").slots[0] == (6.0).bitPattern)
    }

    @Test(arguments: [
        ("%Y-%m-%d %H:%M:%S.%f", "2019-03-23 20:21:09.5", 1_553_372_469_500),
        ("%Y-%m-%d %H:%M:%S.%f", "2019-03-23 20:21:09.123456", 1_553_372_469_123),
        ("%d.%m.%Y", "29.02.2020", 1_582_934_400_000),
        ("%Y-%j", "2020-366", 1_609_372_800_000),
        ("%Y-%m-%dT%H:%M:%S%z", "2020-02-29T23:59:60+0000", 1_583_020_800_000),
    ])
    func patterns(_ pattern: String, _ text: String, _ time: Int64) {
        let plan = DecoderPlan.sample(time: .pattern(pattern))
        #expect(Harness(plan, columns: ["ts"]).decode(text).time == time)
        #expect(Harness(plan).decode("{\"ts\":\"\(text)\"}").time == time)
    }

    @Test(arguments: [
        ("%Y-%m-%d", "2020-02-30"), ("%Y-%m-%d", "2019-02-29"), ("%d.%m.%Y", "31.04.2020"), ("%m/%d/%Y", "13/01/2020"),
        ("%Y-%j", "2019-366"), ("%Y-%m-%d %H:%M", "2020-01-01 25:00"), ("%H:%M:%S.%f", "10:00:00."),
        ("%Y%m%d", "20200230"),
    ])
    func impossibleDates(_ pattern: String, _ text: String) {
        let plan = DecoderPlan.sample(time: .pattern(pattern))
        #expect(Harness(plan, columns: ["ts"]).decode(text).result == .bad(.wrongType, field: "ts"))
        #expect(
            Harness(.sample(time: .iso8601), columns: ["ts"]).decode("2020-02-30").result
                == .bad(.wrongType, field: "ts"))
    }
}
