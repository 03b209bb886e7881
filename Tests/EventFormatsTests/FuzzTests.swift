import EventFormats
import OnlineLearning
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Bytes that end where the process may read no further: one byte too many is a crash.
final class GuardedBytes {
    private let base: UnsafeMutableRawPointer
    private let size: Int
    private let page = 4096

    init(capacity: Int) {
        size = (capacity + page - 1) / page * page
        base = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
        mprotect(base + size, page, PROT_NONE)
    }

    deinit { munmap(base, size + page) }

    func hold(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        let start = base + (size - bytes.count)
        bytes.withUnsafeBytes { if let source = $0.baseAddress { start.copyMemory(from: source, byteCount: $0.count) } }
        return UnsafeRawBufferPointer(start: start, count: bytes.count)
    }
}

/// Random records, good and mangled.
struct RecordFuzzer {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func bits() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return StableHash.mix(state)
    }
    mutating func below(_ bound: Int) -> Int { Int(bits() % UInt64(bound)) }
    mutating func pick(_ choices: [String]) -> String { choices[below(choices.count)] }

    mutating func number() -> String {
        switch below(12) {
        case 0: return "\(below(3))"
        case 1: return "\(Double(bitPattern: bits() & 0x800f_ffff_ffff_ffff))"
        case 2:
            let value = Double(bitPattern: bits())
            return value.isFinite ? "\(value)" : "1e308"
        case 3: return "-\(below(1000)).\(below(1_000_000))"
        case 4: return "\(bits())\(bits())"
        case 5: return "0.\(bits())\(bits())e\(below(40))"
        case 6: return "\(bits())e-\(below(400))"
        case 7: return "\(1 + below(9))e\(below(620) - 310)"
        case 8: return "\(below(100_000_000)).\(String(repeating: "0", count: below(20)))\(below(1000))"
        case 9: return "\(UInt64(1) << 53 &+ bits() % 4)"
        case 10:
            return pick([
                "-0", "0.0", "-0.0e5", "1E5", "1e+05", "01", "1.", ".5", "+1", "1e", "-", "0x1", "1_0", "1e999",
            ])
        default: return "\(Double(below(1_000_000)) / 100)"
        }
    }

    mutating func string() -> String {
        let plain = pick([
            "a", "b", "red", "", "1", "2.0", "true", "false", "007", "é", "😀", "NaN", "1e400", "1700000000000", " ",
            "NA",
            "Yes", "off", " 1.5 ", "+.5",
        ])
        let escape = pick([
            "", "", "", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "\\udc00\\ud800", "\\\"", "\\\\", "\\/", "\\q",
            "\\u12", "\\ud83d\\u0041",
        ])
        return "\"\(plain)\(escape)\""
    }

    mutating func value(_ depth: Int = 0) -> String {
        switch below(depth > 4 ? 8 : 10) {
        case 0...2: return number()
        case 3...4: return string()
        case 5: return pick(["true", "false", "null", "null"])
        case 6: return pick(["NaN", "Infinity", "-Infinity", "nan", "-inf", "tru", "nul", "Nan1"])
        case 7: return pick(["0", "1", "true", "\"up\"", "1.0"])
        case 8:
            return "[" + (0..<below(4)).map { _ in value(depth + 1) }.joined(separator: space() + "," + space()) + "]"
        default: return "{" + (0..<below(4)).map { _ in string() + ":" + value(depth + 1) }.joined(separator: ",") + "}"
        }
    }

    mutating func space() -> String { pick(["", "", "", " ", "\t\n ", "\r"]) }

    mutating func json() -> String {
        // Mostly what the field wants, so that most records are good.
        func named(_ name: String, _ text: String) -> String { "\"\(name)\"" + space() + ":" + space() + text }
        var parts: [String] = []
        for name in ["id", "ts", "x", "b", "c", "y"] where below(10) > 0 {
            let isWild = below(14) == 0
            let usual: String =
                switch name {
                case "ts": pick(["1700000000000", "\"1700000000000\"", "1.5", "null", "1e17"])
                case "x": number()
                case "b": pick(["true", "false", "0", "1", "1.0", "null"])
                case "c": pick(["\"red\"", "\"b\\u00e9\"", "2", "2.0", "true", "12345678901234567890", "1e2", "0.5"])
                case "y": pick(["0", "1", "\"1.0\"", "true", "\"up\"", "-0.0", "2"])
                default: pick(["17", "\"a\"", "\"a\\nb\"", "1.50", "null"])
                }
            parts.append(named(name, isWild ? value() : usual))
        }
        for _ in 0..<below(3) { parts.append(named(pick(["z", "other", "\\u0078", "b\\u0020", "x", ""]), value())) }
        if below(3) == 0 { parts.swapAt(below(max(parts.count, 1)), 0) }
        return space() + "{" + parts.joined(separator: space() + "," + space()) + "}" + space()
    }

    mutating func csv() -> String {
        func field(_ text: String) -> String {
            let field = below(4) == 0 ? "\"\(text)\"" : text
            return below(10) == 0 ? pick([" ", "\t", "  "]) + field + pick([" ", ""]) : field
        }
        var fields: [String] = []
        for name in ["id", "ts", "x", "b", "c", "y", "z"] {
            let usual: String =
                switch name {
                case "ts": pick(["1700000000000", "", "1.5", " 7 "])
                case "x": number()
                case "b": pick(["true", "False", "0", "1", "1.0", ""])
                case "c": pick(["red", "é", "2", "2.0", "true", "12345678901234567890", "1e2", "007", "nan"])
                case "y": pick(["0", "1", "1.0", "true", "", "-0.0", "2", "up"])
                default: pick(["17", "a\"\"b", "x", ""])
                }
            fields.append(
                field(
                    below(20) == 0
                        ? pick([
                            "NaN", "inf", "-Infinity", "?", "a b", "+3", ".5", "5.", " 1", "1e999", "0x10", "NA",
                            "null", " ",
                            "\t", "YES", "n", "oFF", "5 ", "n/a",
                        ]) : usual
                ))
        }
        return fields.joined(separator: ",") + pick(["", "", "\n", "\r\n"])
    }

    /// A few bytes changed, cut, added, doubled.
    mutating func mangle(_ bytes: inout [UInt8]) {
        for _ in 0..<(1 + below(3)) where !bytes.isEmpty {
            let at = below(bytes.count)
            switch below(7) {
            case 0: bytes[at] ^= UInt8(1 << below(8))
            case 1: bytes[at] = UInt8(below(256))
            case 2: bytes.removeSubrange(at...)
            case 3: bytes.remove(at: at)
            case 4:
                bytes.insert(
                    contentsOf: pick([
                        "{", "}", "[", "]", ",", ":", "\"", "\\", "NaN", "null", "\u{c}", "\0", "1", "\n", " ",
                    ]).utf8, at: at)
            case 5: bytes.insert(contentsOf: bytes[at..<min(at + 1 + below(20), bytes.count)], at: at)
            default: bytes.swapAt(at, below(bytes.count))
            }
        }
    }
}

@Suite struct FuzzTests {
    @Test(arguments: [TaskType.binary, .multiclass, .regression, .none])
    func jsonEqualsReference(_ task: TaskType) {
        let declared = task == .binary ? ["0", "1", "up"] : []
        let harness = Harness(.sample(task: task), classes: declared)
        var reference = ReferenceDecoder(.sample(task: task), classes: declared)
        var fuzzer = RecordFuzzer(seed: UInt64(task.rawValue.count))
        compare(60_000, harness, &fuzzer, good: 0.1, { $0.json() }) { reference.decodeJSON($0) }
    }

    @Test(arguments: [TaskType.binary, .regression])
    func csvEqualsReference(_ task: TaskType) {
        let columns = ["id", "ts", "x", "b", "c", "y", "z"]
        let declared = task == .binary ? ["0", "1", "up"] : []
        let harness = Harness(.sample(task: task), classes: declared, columns: columns)
        var reference = ReferenceDecoder(.sample(task: task), classes: declared)
        var fuzzer = RecordFuzzer(seed: 99)
        compare(60_000, harness, &fuzzer, good: 0.1, { $0.csv() }) { reference.decodeCSV($0, columns: columns) }
    }

    /// Half of the records are mangled; tables on both sides grow alike, so one difference shows in all that follow.
    private func compare(
        _ count: Int, _ harness: Harness, _ fuzzer: inout RecordFuzzer, good: Double,
        _ make: (inout RecordFuzzer) -> String, _ expected: ([UInt8]) -> Harness.Read
    ) {
        let guarded = GuardedBytes(capacity: 1 << 16)
        var codes: [String: Int] = [:]
        var differences = 0
        for _ in 0..<count where differences < 5 {
            var bytes = Array(make(&fuzzer).utf8)
            if fuzzer.below(2) == 0 { fuzzer.mangle(&bytes) }
            let read = fuzzer.below(2) == 0 ? harness.decode(guarded.hold(bytes)) : harness.decode(bytes)
            let wanted = expected(bytes)
            if read != wanted {
                differences += 1
                Issue.record(
                    "\(read) instead of \(wanted) for \(String(reflecting: String(decoding: bytes, as: UTF8.self)))")
            }
            if case .bad(let code, _) = read.result {
                codes[code.rawValue, default: 0] += 1
            } else {
                codes["good", default: 0] += 1
            }
        }
        #expect(Double(codes["good"] ?? 0) > good * Double(count), "\(codes)")
        for code in ["wrong_type", "not_finite", "number_overflow"] {
            #expect(codes[code] ?? 0 > 20, "\(code) in \(codes)")
        }
    }

    @Test func noiseNeverCrashes() {
        let json = Harness(.sample())
        let csv = Harness(.sample(), columns: ["x", "b", "c"])
        let guarded = GuardedBytes(capacity: 1 << 16)
        var fuzzer = RecordFuzzer(seed: 5)
        let alphabet = Array("{}[]:,\"\\ntrue0.-eE1xbc \n".utf8)
        for round in 0..<40_000 {
            let length = fuzzer.below(round % 100 == 0 ? 5_000 : 200)
            let bytes = (0..<length).map { _ in
                round % 3 == 0 ? UInt8(fuzzer.below(256)) : alphabet[fuzzer.below(alphabet.count)]
            }
            var reference = ReferenceDecoder(.sample())
            if round % 4 == 0 {
                #expect(
                    (json.decode(guarded.hold(bytes)).result == .bad(.brokenJSON, field: ""))
                        == (reference.decodeJSON(bytes).result == .bad(.brokenJSON, field: "")))
            }
            _ = csv.decode(guarded.hold(bytes))
        }
    }
}
