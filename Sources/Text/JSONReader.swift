/// Reads JSON by descent.
struct JSONReader {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipBlanks()
        guard position < bytes.count else { throw error("a value is missing") }
        switch bytes[position] {
        case 0x7b: return try object(depth: depth)
        case 0x5b: return try array(depth: depth)
        case 0x22: return .text(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6e: return try word("null", .null)
        default: return try number()
        }
    }

    mutating func end() throws(JSONError) {
        skipBlanks()
        if position < bytes.count { throw error("something stands behind the value") }
    }

    private func error(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSON.maxDepth else { throw error("nested too deeply") }
        position += 1
        if take(0x7d) { return .object([JSON.Member]()) }
        var members: [JSON.Member] = []
        repeat {
            skipBlanks()
            guard position < bytes.count, bytes[position] == 0x22 else { throw error("a name in quotes is missing") }
            let name = try string()
            guard take(0x3a) else { throw error("a colon is missing") }
            members.append(JSON.Member(name, try value(depth: depth + 1)))
        } while take(0x2c)
        guard take(0x7d) else { throw error("',' or '}' is missing") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSON.maxDepth else { throw error("nested too deeply") }
        position += 1
        if take(0x5d) { return .array([]) }
        var values: [JSON] = []
        repeat { values.append(try value(depth: depth + 1)) } while take(0x2c)
        guard take(0x5d) else { throw error("',' or ']' is missing") }
        return .array(values)
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for index in 0..<word.utf8CodeUnitCount {
            guard position + index < bytes.count, bytes[position + index] == word.utf8Start[index] else {
                throw error("not a value")
            }
        }
        position += word.utf8CodeUnitCount
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        var end = position
        while end < bytes.count, ![0x2c, 0x5d, 0x7d, 0x20, 0x0a, 0x0d, 0x09].contains(bytes[end]) { end += 1 }
        let text = bytes[position..<end]
        guard JSONText.isNumber(text) else { throw error("not a value") }
        let spelled = String(decoding: text, as: UTF8.self)
        let value: JSON
        if let whole = Int64(spelled), spelled != "-0" {
            value = .integer(whole)
        } else if !spelled.hasPrefix("-"), let whole = UInt64(spelled) {
            value = .unsigned(whole)
        } else {
            guard let number = Double(spelled), number.isFinite else { throw error("a number beyond a Double's range") }
            value = .number(number)
        }
        position = end
        return value
    }

    /// A string at its opening quote.
    private mutating func string() throws(JSONError) -> String {
        position += 1
        var result: [UInt8] = []
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x22:
                guard let text = String(validating: result, as: UTF8.self) else {
                    position = start
                    throw error("a string that is not UTF-8")
                }
                position += 1
                return text
            case 0x5c: try escape(into: &result)
            case 0..<0x20: throw error("a control character in a string")
            default:
                result.append(byte)
                position += 1
            }
        }
        throw error("a string stays open")
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
        guard position + 1 < bytes.count else { throw error("a string stays open") }
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 0x08, 0x66: 0x0c, 0x6e: 0x0a, 0x72: 0x0d, 0x74: 0x09,
        ]
        if let byte = plain[bytes[position + 1]] {
            position += 2
            result.append(byte)
            return
        }
        guard bytes[position + 1] == 0x75, let unit = unit(at: position + 2) else { throw error("a bad escape") }
        position += 6
        var scalar = Unicode.Scalar(unit)
        if (0xd800..<0xdc00).contains(unit), position + 1 < bytes.count, bytes[position] == 0x5c,
            bytes[position + 1] == 0x75, let low = self.unit(at: position + 2), (0xdc00..<0xe000).contains(low)
        {
            position += 6
            scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 | (low - 0xdc00))
        }
        result.append(contentsOf: String(Character(scalar ?? "\u{FFFD}")).utf8)
    }

    /// Four hexadecimal digits.
    private func unit(at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
