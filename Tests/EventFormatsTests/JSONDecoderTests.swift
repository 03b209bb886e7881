import EventFormats
import OnlineLearning
import Testing

@Suite struct JSONDecoderTests {
    @Test func wholeRecord() {
        let harness = Harness(.sample(), classes: ["no", "yes"])
        let read = harness.decode(
            #"{"id":"a1","ts":1700000000123,"x":-1.5e2,"b":true,"c":"red","y":"yes","z":[1,{"q":null}]}"#)
        #expect(read.result == .good)
        #expect(harness.event.slots[0] == -150)
        #expect(harness.event.slots[1] == 1)
        #expect(harness.event.slots[2] == 0)
        #expect(read.label == 1)
        #expect(read.time == 1_700_000_000_123)
        #expect(String(decoding: read.id, as: UTF8.self) == "a1")
        #expect(harness.words(2) == ["red"])
    }

    @Test func absentAndNull() {
        let harness = Harness(.sample(), classes: ["no", "yes"])
        for text in ["{}", #"{"x":null,"b":null,"c":null,"y":null,"id":null,"ts":null}"#, " \n{ } \t"] {
            let read = harness.decode(text)
            #expect(read.result == .good)
            #expect(read.slots == [~0, ~0, ~0])
            #expect(read.label == -1)
            #expect(read.id.isEmpty)
            #expect(read.time == .min)
        }
    }

    @Test(arguments: [
        "", " ", "{", "}", "{}}", "{} {}", "{},", "[", #"{"x":1"#, #"{"x":1,}"#, #"{"x" 1}"#, #"{"x":}"#, #"{x:1}"#,
        #"{"x":01}"#, #"{"x":1.}"#, #"{"x":.5}"#, #"{"x":+1}"#, #"{"x":1e}"#, #"{"x":0x10}"#, #"{"x":-}"#,
        #"{"x":1 2}"#,
        #"{"x":tru}"#, #"{"x":truex}"#, #"{"x":"a}"#, #"{"z":"\q"}"#, #"{"z":"\u12g4"}"#, #"{"z":[1,]}"#,
        #"{"z":[,1]}"#,
        #"{"z":{"a":1,}}"#, #"{"z":{"a"}}"#, #"{"z":[1 2]}"#, #"{"z":[1}}"#, #"{"z":{"a":1]}"#, "{\"z\":\"\n\"}",
        #"{"z":1"a"}"#, #"{"z":"a"b}"#, #"{"z":"a""b"}"#, #"{"z\q":1}"#, #"{"x":1,"x"}"#, #"{"z":nul}"#, #"{"z":NaNx}"#,
        #"{"z":1,,"x":1}"#, #"{,"x":1}"#, "\u{FEFF}{}", "{}\0", "{\u{c}}", #"{"z":[1\u{c}2]}"#, #"{"z":'a'}"#,
        #"{"z":1}x"#,
    ])
    func broken(_ text: String) {
        #expect(Harness(.sample()).decode(text).result == .bad(.brokenJSON, field: ""), "\(text)")
    }

    @Test(arguments: [
        (#"{"x":"one"}"#, "x"), (#"{"x":true}"#, "x"), (#"{"x":[]}"#, "x"), (#"{"b":2}"#, "b"),
        (#"{"b":"maybe"}"#, "b"),
        (#"{"c":{}}"#, "c"), (#"{"id":{}}"#, "id"), (#"{"id":true}"#, "id"), (#"{"ts":"soon"}"#, "ts"),
        (#"{"y":[0]}"#, "y"),
        ("[]", ""), ("3", ""), (#"{"ts":true}"#, "ts"), (#"{"ts":1e30}"#, "ts"), (#"{"x":"1 2"}"#, "x"),
    ])
    func wrongType(_ text: String, _ field: String) {
        #expect(Harness(.sample()).decode(text).result == .bad(.wrongType, field: field), "\(text)")
    }

    @Test(arguments: ["NaN", "Infinity", "-Infinity", "nan", "inf", "-inf", "+Infinity", "INF", "-NaN"])
    func notFinite(_ token: String) {
        let harness = Harness(.sample())
        #expect(harness.decode("{\"x\":\(token)}").result == .bad(.notFinite, field: "x"))
        #expect(harness.decode("{\"z\":[1, \(token) ]}").result == .bad(.notFinite, field: ""))
        #expect(harness.decode("{\"x\":\(token),}").result == .bad(.brokenJSON, field: ""))
        #expect(harness.decode("{\"c\":\(token)}").result == .bad(.notFinite, field: "c"))
    }

    @Test func numbersAtTheEdge() {
        let harness = Harness(.sample())
        #expect(harness.decode(#"{"x":1e999}"#).result == .bad(.numberOverflow, field: "x"))
        #expect(harness.decode(#"{"x":-1e309}"#).result == .bad(.numberOverflow, field: "x"))
        #expect(harness.decode(#"{"z":1e999}"#).result == .good, "nobody reads it")
        for text in [
            "123456789012345678901234567890", "1e-400", "-1e-400", "5e-324", "2.4e-324", "2.2250738585072011e-308",
            "0e999",
            "1.7976931348623157e308", "9007199254740993", "0.1", "-0", "-0.0", "0.30000000000000004", "1E5", "1e+5",
            "0.000000000000000000000000000000000000000000000001", "12345678", "123456789.12345678",
        ] {
            #expect(harness.decode("{\"x\":\(text)}").slots.first == Double(text)!.bitPattern, "\(text)")
        }
    }

    @Test func classesMatchByCanonicalText() {
        let harness = Harness(.sample(), classes: ["0", "1"])
        for text in ["1", "1.0", "\"1\"", "true", "\"1.0\"", "1e0", "\"+1\"", "\"true\"", "\"01\""] {
            #expect(harness.decode("{\"y\":\(text)}").label == 1, "\(text)")
        }
        for text in ["0", "-0.0", "false", "\"0\""] { #expect(harness.decode("{\"y\":\(text)}").label == 0, "\(text)") }
        #expect(harness.decode(#"{"y":2}"#).result == .bad(.unknownClass, field: "y"))
        #expect(harness.decode(#"{"y":"yes"}"#).result == .bad(.unknownClass, field: "y"))
        #expect(harness.decode(#"{"y":""}"#).label == -1)
    }

    /// Two long identifiers are two classes though they round to one `Double`, and hexadecimal is text.
    @Test func identifiersAreDifferentClasses() {
        let harness = Harness(.sample(), maxClasses: 8)
        let texts = [
            "9007199254740992", "9007199254740993", "-9007199254740993", "12345678901234567890", "12345678901234567891",
            "\"0x10\"", "16",
        ]
        for (index, text) in texts.enumerated() { #expect(harness.decode("{\"y\":\(text)}").label == index, "\(text)") }
        for text in ["\"9007199254740993\"", "9007199254740993"] {
            #expect(harness.decode("{\"y\":\(text)}").label == 1)
        }
        #expect(harness.decode(#"{"y":1e15}"#).label == 7)
        #expect(harness.decode(#"{"y":1000000000000000}"#).label == 7)
    }

    /// A word of any length is read; one that is too long to keep is another, and no class.
    @Test func longWordsAreNotKept() {
        let harness = Harness(.sample(), maxClasses: 4)
        let (longest, longer) = (String(repeating: "a", count: 1024), String(repeating: "a", count: 1025))
        for _ in 0..<2 {
            #expect(harness.decode("{\"c\":\"\(longer)\"}").slots[2] == (3.0).bitPattern, "other")
            #expect(harness.decode("{\"y\":\"\(longer)\"}").result == .bad(.unknownClass, field: "y"))
        }
        #expect(harness.decode("{\"c\":\"\(longest)\",\"y\":\"\(longest)\"}").label == 0)
        #expect(harness.words(2) == [longest] && harness.classes.spellings == [longest])
    }

    @Test func classesAreDiscoveredUpToTheLimit() {
        let harness = Harness(.sample(), maxClasses: 2)
        #expect(harness.decode(#"{"y":"b"}"#).label == 0)
        #expect(harness.decode(#"{"y":"a"}"#).label == 1)
        #expect(harness.decode(#"{"y":"c"}"#).result == .bad(.unknownClass, field: "y"))
        #expect(harness.classes.spellings == ["b", "a"])
    }

    @Test func aBadRecordChangesNothing() {
        let harness = Harness(.sample())
        #expect(harness.decode(#"{"c":"new","y":"new","ts":"bad"}"#).result == .bad(.wrongType, field: "ts"))
        #expect(harness.decode(#"{"c":"new","y":"new""#).result == .bad(.brokenJSON, field: ""))
        #expect(harness.words(2).isEmpty)
        #expect(harness.classes.count == 0)
    }

    @Test func categories() {
        let harness = Harness(.sample())
        #expect(harness.decode(#"{"c":2}"#).slots[2] == (0.0).bitPattern)
        #expect(harness.decode(#"{"c":2.0}"#).slots[2] == (0.0).bitPattern)
        #expect(harness.decode(#"{"c":"2"}"#).slots[2] == (0.0).bitPattern)
        #expect(harness.decode(#"{"c":"\u00e9\ud83d\ude00"}"#).slots[2] == (1.0).bitPattern)
        #expect(harness.decode(#"{"c":"é😀"}"#).slots[2] == (1.0).bitPattern)
        #expect(harness.decode(#"{"c":true}"#).slots[2] == (2.0).bitPattern)
        #expect(harness.decode(#"{"c":"fourth"}"#).slots[2] == (3.0).bitPattern, "other")
        #expect(harness.words(2) == ["2", "é😀", "true"])
        #expect(harness.decode(#"{"c":1e999}"#).result == .bad(.numberOverflow, field: "c"))
    }

    @Test func theLastOfARepeatedFieldCounts() {
        let harness = Harness(.sample())
        #expect(harness.decode(#"{"x":"bad","x":2}"#).slots[0] == (2.0).bitPattern)
        #expect(harness.decode(#"{"\u0078":3}"#).slots[0] == (3.0).bitPattern)
        #expect(harness.decode(#"{"x":2,"x":null}"#).slots[0] == ~0)
    }

    @Test func nestingIsBounded() {
        let harness = Harness(.sample())
        func nested(_ depth: Int) -> String {
            "{\"z\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        #expect(harness.decode(nested(1023)).result == .good)
        #expect(harness.decode(nested(1024)).result == .bad(.brokenJSON, field: ""))
        #expect(harness.decode(nested(1_000_000)).result == .bad(.brokenJSON, field: ""))
        #expect(harness.decode(String(repeating: "{\"a\":", count: 500_000)).result == .bad(.brokenJSON, field: ""))
    }

    @Test func ids() {
        let harness = Harness(.sample())
        for (text, id) in [
            ("17", "17"), ("1.50", "1.50"), ("12345678901234567890123", "12345678901234567890123"),
            ("\"a\\nb\"", "a\nb"),
            ("\"\\ud800\"", "\u{FFFD}"), ("\"\"", ""),
        ] {
            #expect(String(decoding: harness.decode("{\"id\":\(text)}").id, as: UTF8.self) == id)
        }
    }

    @Test(arguments: [
        (TimeFormat.unix, "1.5", 1500), (.unix, "\"1.5\"", 1500), (.unixMilliseconds, "\"1500\"", 1500),
        (.iso8601, "\"1970-01-01T00:00:01.5Z\"", 1500), (.iso8601, "\"2024-02-29\"", 1_709_164_800_000),
        (.iso8601, "\"2024-02-29T01:00:00+01:00\"", 1_709_164_800_000),
        (.pattern("%d.%m.%Y %H:%M"), "\"01.01.1970 00:01\"", 60_000),
        (.pattern("%Y%m%d"), "19700102", 86_400_000), (.iso8601, "\"1969-12-31 23:59:59.999\"", -1),
    ])
    func times(_ format: TimeFormat, _ text: String, _ expected: Int64) {
        #expect(Harness(.sample(time: format)).decode("{\"ts\":\(text)}").time == expected)
    }

    @Test(arguments: [
        "\"2023-02-29\"", "\"2024-13-01\"", "\"2024-01-01T24:00\"", "\"2024-01-01T\"", "5",
        "\"2024-01-01T00:00:00+1\"",
    ])
    func badTimes(_ text: String) {
        #expect(Harness(.sample(time: .iso8601)).decode("{\"ts\":\(text)}").result == .bad(.wrongType, field: "ts"))
    }

    @Test func regressionLabels() {
        let harness = Harness(.sample(task: .regression))
        #expect(harness.decode(#"{"y":2.5}"#).target == (2.5).bitPattern)
        #expect(harness.decode(#"{"y":"2.5"}"#).target == (2.5).bitPattern)
        #expect(harness.decode(#"{"y":"two"}"#).result == .bad(.wrongType, field: "y"))
        #expect(harness.decode("{}").target == ~0)
        #expect(Harness(.sample(task: .none)).decode(#"{"y":[1]}"#).result == .good)
    }
}
