/// Reads the top level of one JSON object for samples: names and scalars, nested values unread.
///
/// Lenient where it decides nothing: `\u` escapes beyond ASCII become `?`.
struct JSONLine {
    private var bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Members in the record's order, or nil where it is not a JSON object.
    static func members(_ bytes: UnsafeRawBufferPointer) -> [(name: String, value: SampleColumn.Value)]? {
        var line = JSONLine(bytes)
        return line.object()
    }

    private mutating func object() -> [(name: String, value: SampleColumn.Value)]? {
        guard take() == 0x7b else { return nil }
        var members: [(name: String, value: SampleColumn.Value)] = []
        if peek() == 0x7d { return members }
        while true {
            guard take() == 0x22, let name = text(), take() == 0x3a, let value = value() else { return nil }
            members.append((name, value))
            switch take() {
            case 0x2c: continue
            case 0x7d: return members
            default: return nil
            }
        }
    }

    private mutating func value() -> SampleColumn.Value? {
        switch peek() {
        case 0x22:
            position += 1
            return text().map { .word($0) }
        case 0x7b, 0x5b: return skipNested() ? .nested : nil
        case .none: return nil
        default:
            let start = position
            while position < bytes.count, ![0x2c, 0x7d, 0x5d, 0x20, 0x09].contains(bytes[position]) { position += 1 }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            switch word {
            case "null": return .missing
            case "true", "false": return .boolean(word)
            default: return Checker.realNumber(word) == nil ? nil : .number(word)
            }
        }
    }

    /// A string whose opening quote is taken.
    private mutating func text() -> String? {
        var result: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x22 { return String(decoding: result, as: UTF8.self) }
            guard byte == 0x5c else {
                result.append(byte)
                continue
            }
            guard position < bytes.count else { return nil }
            let escape = bytes[position]
            position += 1
            switch escape {
            case 0x6e: result.append(0x0a)
            case 0x74: result.append(0x09)
            case 0x75:
                guard position + 4 <= bytes.count else { return nil }
                let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16) ?? 0x3f
                result.append(code < 0x80 ? UInt8(code) : 0x3f)
                position += 4
            default: result.append(escape)
            }
        }
        return nil
    }

    private mutating func skipNested() -> Bool {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case 0x22: if text() == nil { return false }
            case 0x7b, 0x5b: depth += 1
            case 0x7d, 0x5d:
                depth -= 1
                if depth == 0 { return true }
            default: continue
            }
        }
        return false
    }

    /// The next byte that is no space.
    private mutating func peek() -> UInt8? {
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    private mutating func take() -> UInt8? {
        guard let byte = peek() else { return nil }
        position += 1
        return byte
    }
}
