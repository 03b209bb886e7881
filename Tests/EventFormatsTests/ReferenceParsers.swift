/// JSON by RFC 8259, one byte at a time.
struct ReferenceJSON {
    struct Broken: Error {}
    let bytes: [UInt8]
    var index = 0
    /// The outermost field with the first NaN or Infinity token.
    var notFinite: [UInt8]?
    private var field: [UInt8] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The fields of the object, nil where the record is JSON but no object.
    mutating func record() throws -> [[UInt8]: ReferenceDecoder.Value]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Broken() }
        space()
        var fields: [[UInt8]: ReferenceDecoder.Value]?
        if peek == 0x7b {
            fields = [:]
            try object(depth: 1) { fields?[$0] = $1 }
        } else {
            _ = try value(depth: 0)
        }
        space()
        guard index == bytes.count else { throw Broken() }
        return fields
    }

    /// The text where all of it is one number.
    mutating func wholeNumber() -> String? {
        guard let text = try? number(), index == bytes.count else { return nil }
        return text
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func space() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { index += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard peek == byte else { throw Broken() }
        index += 1
    }

    private mutating func object(depth: Int, _ found: ([UInt8], ReferenceDecoder.Value) -> Void) throws {
        guard depth <= 1024 else { throw Broken() }
        try expect(0x7b)
        space()
        if peek == 0x7d {
            index += 1
            return
        }
        while true {
            space()
            let name = try string()
            if depth == 1 { field = name }
            space()
            try expect(0x3a)
            found(name, try value(depth: depth))
            space()
            if peek == 0x7d { break }
            try expect(0x2c)
        }
        index += 1
    }

    private mutating func array(depth: Int) throws {
        guard depth <= 1024 else { throw Broken() }
        try expect(0x5b)
        space()
        if peek == 0x5d {
            index += 1
            return
        }
        while true {
            _ = try value(depth: depth)
            space()
            if peek == 0x5d { break }
            try expect(0x2c)
        }
        index += 1
    }

    private mutating func value(depth: Int) throws -> ReferenceDecoder.Value {
        space()
        guard let byte = peek else { throw Broken() }
        if byte == 0x7b {
            try object(depth: depth + 1) { _, _ in }
            return .container
        }
        if byte == 0x5b {
            try array(depth: depth + 1)
            return .container
        }
        if byte == 0x22 { return .text(try string()) }
        let start = index
        while let byte = peek, (0x41...0x5a).contains(byte & 0xdf) || byte == 0x2b || byte == 0x2d { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default:
            let bare = word.first == "-" || word.first == "+" ? word.dropFirst() : word[...]
            if ["nan", "inf", "infinity"].contains(bare.lowercased()) {
                if notFinite == nil { notFinite = field }
                return .null
            }
            index = start
            return .number(try number())
        }
    }

    private mutating func number() throws -> String {
        let start = index
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
        if peek == 0x2d { index += 1 }
        if peek == 0x30 {
            index += 1
        } else {
            guard isDigit(peek) else { throw Broken() }
            while isDigit(peek) { index += 1 }
        }
        if peek == 0x2e {
            index += 1
            guard isDigit(peek) else { throw Broken() }
            while isDigit(peek) { index += 1 }
        }
        if peek == 0x65 || peek == 0x45 {
            index += 1
            if peek == 0x2b || peek == 0x2d { index += 1 }
            guard isDigit(peek) else { throw Broken() }
            while isDigit(peek) { index += 1 }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func string() throws -> [UInt8] {
        try expect(0x22)
        var text: [UInt8] = []
        while true {
            guard let byte = peek, byte >= 0x20 else { throw Broken() }
            index += 1
            if byte == 0x22 { return text }
            guard byte == 0x5c else {
                text.append(byte)
                continue
            }
            guard let escape = peek else { throw Broken() }
            index += 1
            switch escape {
            case 0x22, 0x5c, 0x2f: text.append(escape)
            case 0x62: text.append(8)
            case 0x66: text.append(12)
            case 0x6e: text.append(10)
            case 0x72: text.append(13)
            case 0x74: text.append(9)
            case 0x75:
                var units = [try unit()]
                if (0xd800...0xdbff).contains(units[0]), index + 1 < bytes.count, bytes[index] == 0x5c,
                    bytes[index + 1] == 0x75
                {
                    let mark = index
                    index += 2
                    // A broken escape is found again when it is read in its own right.
                    let low = try? unit()
                    if let low, (0xdc00...0xdfff).contains(low) { units.append(low) } else { index = mark }
                }
                text += Array(String(decoding: units, as: UTF16.self).utf8)
            default: throw Broken()
            }
        }
    }

    private mutating func unit() throws -> UInt16 {
        guard index + 4 <= bytes.count else { throw Broken() }
        let digits = String(decoding: bytes[index..<(index + 4)], as: UTF8.self)
        guard digits.utf8.allSatisfy({ $0 != 0x2b && $0 != 0x2d }), let unit = UInt16(digits, radix: 16) else {
            throw Broken()
        }
        index += 4
        return unit
    }
}

/// CSV by RFC 4180, one byte at a time.
enum ReferenceCSV {
    /// The fields of one record, or nil where it is none.
    static func fields(_ bytes: [UInt8]) -> [[UInt8]]? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var bytes = bytes
        if bytes.last == 0x0a { bytes.removeLast() }
        if bytes.last == 0x0d { bytes.removeLast() }
        enum State { case start, plain, quoted, closed, behind }
        var state = State.start
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        for byte in bytes + [0x2c] {
            switch (state, byte) {
            case (.start, 0x20), (.start, 0x09): continue
            case (.closed, 0x20), (.closed, 0x09), (.behind, 0x20), (.behind, 0x09): state = .behind
            case (.start, 0x22): state = .quoted
            case (.closed, 0x22):
                field.append(0x22)
                state = .quoted
            case (.quoted, 0x22): state = .closed
            case (.quoted, _): field.append(byte)
            case (_, 0x2c):
                if state == .plain { while field.last == 0x20 || field.last == 0x09 { field.removeLast() } }
                fields.append(field)
                field = []
                state = .start
            case (.closed, _), (.behind, _), (.plain, 0x22), (_, 0x0a): return nil
            default:
                field.append(byte)
                state = .plain
            }
        }
        return state == .quoted ? nil : fields
    }
}
