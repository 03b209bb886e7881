import Testing
import Text

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-1", "1.5", "-0", "18446744073709551615", "\"a\"", "[]", "{}", "[1,[2,{}]]",
        #"{"a":1,"b":[true,null],"c":{"d":"e"}}"#, #"{"a":1,"a":2}"#, #""\"\\\n\r\t\u0001\u007f""#, "\"ä€😀\"",
        "1e+300", "0.1",
    ])
    func whatIsReadIsWrittenTheSame(text: String) throws { #expect(try JSON(reading: text).text == text) }

    @Test(arguments: [
        ("", "a value is missing at byte 0"), ("{", "a name in quotes is missing at byte 1"),
        ("{\"a\" 1}", "a colon is missing at byte 5"), ("[1 2]", "',' or ']' is missing at byte 3"),
        ("{\"a\":1", "',' or '}' is missing at byte 6"), ("tru", "not a value at byte 0"),
        ("01", "not a value at byte 0"),
        ("1.", "not a value at byte 0"), ("NaN", "not a value at byte 0"), ("+1", "not a value at byte 0"),
        ("1e999", "a number beyond a Double's range at byte 0"), ("\"a", "a string stays open at byte 2"),
        ("\"\\x\"", "a bad escape at byte 1"), ("\"\n\"", "a control character in a string at byte 1"),
        ("1 2", "something stands behind the value at byte 2"), ("[1,]", "not a value at byte 3"),
        (String(repeating: "[", count: 200), "nested too deeply at byte 128"),
    ])
    func whatIsNotJSONIsToldWithItsPlace(text: String, error: String) {
        let found = Result { () throws(JSONError) in try JSON(reading: text) }
        guard case .failure(let fault) = found else {
            Issue.record("\(found) was read")
            return
        }
        #expect(fault.description == error)
    }

    @Test func escapesAndSurrogatesAreRead() throws {
        #expect(try JSON(reading: #""\u00e4\ud83d\ude00\ud800x\/\b\f""#) == .text("ä😀\u{FFFD}x/\u{8}\u{c}"))
        #expect([0x22, 0xff, 0x22].withUnsafeBytes { try? JSON(reading: $0) } == nil)
    }

    @Test func whatFitsStaysOnALine() {
        let value: JSON = ["a": 1, "b": [1, 2.5, "c"]]
        #expect(value.pretty == #"{"a": 1, "b": [1, 2.5, "c"]}"#)
        let long: JSON = ["a": .text(String(repeating: "x", count: 60)), "b": .text(String(repeating: "y", count: 60))]
        let (x, y) = (String(repeating: "x", count: 60), String(repeating: "y", count: 60))
        #expect(long.pretty == "{\n  \"a\": \"\(x)\",\n  \"b\": \"\(y)\"\n}")
    }

    /// Terminals obey control characters, YAML readers refuse some: none is written raw.
    @Test func nothingThatATerminalObeysIsWrittenRaw() {
        #expect(JSONText.quoted("\u{1b}[2J\u{9b}2J\u{7f}\u{2028}\u{feff}") == #""\u001b[2J\u009b2J\u007f\u2028\ufeff""#)
    }

    @Test(arguments: [
        ("1", true), ("-0.5", true), ("1e-7", true), ("0", true), ("true", true), ("01", false), ("1.", false),
        ("", false), ("-", false), (".5", false), ("1e+5", true), ("1E5", true),
        ("nan", false), ("+1", false), ("1e", false), ("--1", false), ("1 ", false), ("٣", false),
    ])
    func numbersStandBare(text: String, isBare: Bool) { #expect(JSONText.isBare(text) == isBare) }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0"), (1, "1"), (100_000, "100000"), (0.1, "0.1"), (1e22, "1e+22"), (-2.5e-9, "-2.5e-09"),
        (9_007_199_254_740_991, "9007199254740991"),
    ])
    func numbersAreShortest(number: Double, text: String) {
        #expect(NumberText.shortest(number) == text)
        #expect(Double(text)?.bitPattern == number.bitPattern)
    }
}
