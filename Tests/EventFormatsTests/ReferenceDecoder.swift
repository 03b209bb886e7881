import EventFormats
import OnlineLearning

/// A decoder that is slow and plain: what the fast ones are compared with.
///
/// Recursive descent over an array of bytes, text as `String`, numbers by the standard library, tables as dictionaries.
struct ReferenceDecoder {
    enum Value {
        case absent, null, bool(Bool), number(String), text([UInt8]), container
        /// A CSV field.
        case untyped([UInt8])
    }

    let plan: DecoderPlan
    let declared: [String]
    let maxClasses: Int
    var classes: [[UInt8]: Int] = [:]
    var categories: [[[UInt8]: Int]]

    init(_ plan: DecoderPlan, classes declared: [String] = [], maxClasses: Int = 4) {
        self.plan = plan
        self.declared = declared
        self.maxClasses = maxClasses
        categories = plan.schema.features.map { _ in [:] }
        for name in declared { classes[Array(ClassTable.canonical(name).utf8)] = classes.count }
    }

    struct Fault: Error { var code: BadInput }

    /// Words for no value, of the format that is read.
    private var missing: [String] = []

    mutating func decodeJSON(_ bytes: [UInt8]) -> Harness.Read {
        missing = []
        var parser = ReferenceJSON(bytes)
        let fields: [[UInt8]: Value]?
        do { fields = try parser.record() } catch { return Harness.Read(result: .bad(.brokenJSON, field: "")) }
        if let name = parser.notFinite {
            return Harness.Read(
                result: .bad(.notFinite, field: isKnown(name) ? String(decoding: name, as: UTF8.self) : ""))
        }
        guard let fields else { return Harness.Read(result: .bad(.wrongType, field: "")) }
        return assemble(fields)
    }

    mutating func decodeCSV(_ bytes: [UInt8], columns: [String]) -> Harness.Read {
        missing = ["NA", "<NA>", "#N/A", "NULL", "null", "\\N", "?"]
        guard let texts = ReferenceCSV.fields(bytes), texts.count == columns.count else {
            return Harness.Read(result: .bad(.brokenCSV, field: ""))
        }
        var fields: [[UInt8]: Value] = [:]
        for (name, text) in zip(columns, texts) { fields[Array(name.utf8)] = text.isEmpty ? .null : .untyped(text) }
        return assemble(fields)
    }

    private func isKnown(_ name: [UInt8]) -> Bool {
        let label = plan.task == .none ? nil : plan.labelField
        return (plan.schema.features.map(\.name) + [label, plan.idField, plan.timeField].compactMap { $0 })
            .contains { Array($0.utf8) == name }
    }

    private mutating func assemble(_ fields: [[UInt8]: Value]) -> Harness.Read {
        func raw(_ name: String?) -> Value { name.flatMap { fields[Array($0.utf8)] } ?? .absent }
        // Words, ids and times that are missing are as if they were absent; numbers are read first.
        func value(_ name: String?) -> Value {
            switch raw(name) {
            case .text(let bytes), .untyped(let bytes): return isMissing(bytes) ? .absent : raw(name)
            default: return raw(name)
            }
        }
        var read = Harness.Read(result: .good)
        var field = ""
        do {
            var words: [Int: [UInt8]] = [:]
            for (slot, feature) in plan.schema.features.enumerated() {
                field = feature.name
                switch feature.kind {
                case .numeric: read.slots.append(try bits(number(value(feature.name))))
                case .boolean: read.slots.append(try bits(boolean(value(feature.name))))
                case .categorical:
                    words[slot] = try category(value(feature.name))
                    read.slots.append(~0)
                }
            }
            field = plan.labelField ?? ""
            var word: [UInt8]?
            read.target = ~0
            if plan.task == .regression { read.target = try bits(number(value(plan.labelField))) }
            if plan.task == .binary || plan.task == .multiclass {
                word = try classText(value(plan.labelField))
            }
            field = plan.idField ?? ""
            switch value(plan.idField) {
            case .absent, .null: break
            case .number(let text): read.id = Array(text.utf8)
            case .text(let bytes), .untyped(let bytes): read.id = bytes
            default: throw Fault(code: .wrongType)
            }
            field = plan.timeField ?? ""
            read.time = try time(value(plan.timeField))
            // The pipeline says it, once the record is read.
            field = plan.labelField ?? ""
            if let word, classes[word] == nil, !declared.isEmpty || classes.count >= maxClasses {
                throw Fault(code: .unknownClass)
            }
            for (slot, word) in words.sorted(by: { $0.key < $1.key }) {
                let capacity = plan.schema.features[slot].maxCategories
                if categories[slot][word] == nil, categories[slot].count < capacity {
                    categories[slot][word] = categories[slot].count
                }
                read.slots[slot] = Double(categories[slot][word] ?? capacity).bitPattern
            }
            if let word {
                if classes[word] == nil { classes[word] = classes.count }
                read.label = classes[word]!
            }
            return read
        } catch { return Harness.Read(result: .bad((error as! Fault).code, field: field)) }
    }

    private func isMissing(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { [0x20, 0x09, 0x0a, 0x0d].contains($0) } || missing.contains { Array($0.utf8) == bytes }
    }

    private func bits(_ value: Double) -> UInt64 { value.isNaN ? ~0 : value.bitPattern }

    private func number(_ value: Value) throws -> Double {
        switch value {
        case .absent, .null: return .nan
        case .number(let text):
            let number = Double(text)!
            if number.isInfinite { throw Fault(code: .numberOverflow) }
            return number
        case .untyped(let bytes), .text(let bytes): return try untypedNumber(bytes)
        default: throw Fault(code: .wrongType)
        }
    }

    private func untypedNumber(_ bytes: [UInt8]) throws -> Double {
        let spaces: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0d]
        var text = bytes[...]
        while let first = text.first, spaces.contains(first) { text.removeFirst() }
        while let last = text.last, spaces.contains(last) { text.removeLast() }
        let string = String(decoding: text, as: UTF8.self)
        let word = string.lowercased().drop { $0 == "-" || $0 == "+" }
        if string.count - word.count <= 1, ["nan", "inf", "infinity"].contains(word) { throw Fault(code: .notFinite) }
        let allowed = Set("0123456789.eE+-".utf8)
        guard text.allSatisfy(allowed.contains), let number = Double(string) else { throw Fault(code: .wrongType) }
        if number.isInfinite { throw Fault(code: .numberOverflow) }
        return number
    }

    private func boolean(_ value: Value) throws -> Double {
        switch value {
        case .bool(let flag): return flag ? 1 : 0
        case .untyped(let bytes) where Self.truth(bytes) != nil, .text(let bytes) where Self.truth(bytes) != nil:
            return Self.truth(bytes)! ? 1 : 0
        default:
            let read = try number(value)
            if read.isNaN { return read }
            guard read == 0 || read == 1 else { throw Fault(code: .wrongType) }
            return abs(read)
        }
    }

    private static func truth(_ bytes: [UInt8]) -> Bool? {
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        let word = String(decoding: bytes, as: UTF8.self).lowercased()
        if ["true", "yes", "y", "t", "on"].contains(word) { return true }
        return ["false", "no", "n", "f", "off"].contains(word) ? false : nil
    }

    private func category(_ value: Value) throws -> [UInt8]? {
        switch value {
        case .absent, .null: return nil
        case .bool(let flag): return Array("\(flag)".utf8)
        case .text(let bytes): return bytes
        case .number(let text):
            if Double(text)!.isInfinite { throw Fault(code: .numberOverflow) }
            return Array((text.utf8.count <= 15 ? ClassTable.canonical(Double(text)!) : text).utf8)
        case .untyped(let bytes):
            var parser = ReferenceJSON(bytes)
            guard bytes.count <= 15, let number = parser.wholeNumber(), !Double(number)!.isInfinite else {
                return bytes
            }
            return Array(ClassTable.canonical(Double(number)!).utf8)
        case .container: throw Fault(code: .wrongType)
        }
    }

    private func classText(_ value: Value) throws -> [UInt8]? {
        switch value {
        case .absent, .null: return nil
        case .bool(let flag): return Array((flag ? "1" : "0").utf8)
        case .text(let bytes), .untyped(let bytes):
            return Array(ClassTable.canonical(String(decoding: bytes, as: UTF8.self)).utf8)
        case .number(let text):
            if Double(text)!.isInfinite { throw Fault(code: .numberOverflow) }
            return Array(ClassTable.canonical(text).utf8)
        case .container: throw Fault(code: .wrongType)
        }
    }

    private func time(_ value: Value) throws -> Int64 {
        switch value {
        case .absent, .null: return .min
        case .bool: throw Fault(code: .wrongType)
        default: break
        }
        let number = try number(value)
        guard abs(number) < 9.2e18 else { throw Fault(code: .wrongType) }
        return Int64(number)
    }
}
