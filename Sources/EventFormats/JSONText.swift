import CSimdjson

/// JSON strings from bytes of any kind.
public enum JSONText {
    /// Adds `bytes` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, one for each maximal part
    /// that cannot be read, as Unicode recommends. No allocation but for room in `arena`.
    public static func write(_ bytes: UnsafeRawBufferPointer, into arena: ByteArena) {
        arena.append(0x22)
        writeContents(bytes, into: arena)
        arena.append(0x22)
    }

    /// Adds a text as a JSON string; for set-up and rare records.
    public static func write(_ text: String, into arena: ByteArena) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0), into: arena) }
    }

    /// The same without the quotes, to build a string from parts.
    public static func writeContents(_ bytes: UnsafeRawBufferPointer, into arena: ByteArena) {
        var start = 0
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5c {
                index += 1
                continue
            }
            if byte >= 0x80 {
                let (length, isGood) = sequence(bytes, at: index)
                if isGood {
                    index += length
                    continue
                }
                arena.append(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
                arena.append("\u{FFFD}")
                index += length
                start = index
                continue
            }
            arena.append(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
            escape(byte, into: arena)
            index += 1
            start = index
        }
        arena.append(UnsafeRawBufferPointer(rebasing: bytes[start..<count]))
    }

    private static func escape(_ byte: UInt8, into arena: ByteArena) {
        switch byte {
        case 0x22: arena.append("\\\"")
        case 0x5c: arena.append("\\\\")
        case 0x0a: arena.append("\\n")
        case 0x0d: arena.append("\\r")
        case 0x09: arena.append("\\t")
        default:
            arena.append("\\u00")
            arena.append(0x30 + byte >> 4)
            let low = byte & 15
            arena.append(low < 10 ? 0x30 + low : 0x57 + low)
        }
    }

    /// The length of the UTF-8 sequence at a byte of 0x80 or more and whether it is whole; where it is not, the length
    /// of the part that could have begun one, at least 1.
    private static func sequence(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (length: Int, isGood: Bool) {
        let lead = bytes[index]
        var low: UInt8 = 0x80
        var high: UInt8 = 0xbf
        let following: Int
        switch lead {
        case 0xc2...0xdf: following = 1
        case 0xe0...0xef:
            following = 2
            if lead == 0xe0 { low = 0xa0 }
            if lead == 0xed { high = 0x9f }
        case 0xf0...0xf4:
            following = 3
            if lead == 0xf0 { low = 0x90 }
            if lead == 0xf4 { high = 0x8f }
        default: return (1, false)
        }
        for step in 1...following {
            guard index + step < bytes.count, bytes[index + step] >= low, bytes[index + step] <= high else {
                return (step, false)
            }
            low = 0x80
            high = 0xbf
        }
        return (following + 1, true)
    }

    /// Whether a class may be written bare: a JSON number, true or false.
    static func isBare(_ text: String) -> Bool {
        if text == "true" || text == "false" { return true }
        let bytes = Array(text.utf8)
        var index = bytes.first == 0x2d ? 1 : 0
        func digits() -> Int {
            let start = index
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
            return index - start
        }
        let first = index
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[first] != 0x30 else { return false }
        if index < bytes.count, bytes[index] == 0x2e {
            index += 1
            guard digits() > 0 else { return false }
        }
        if index < bytes.count, bytes[index] | 0x20 == 0x65 {
            index += 1
            if index < bytes.count, bytes[index] == 0x2b || bytes[index] == 0x2d { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == bytes.count
    }
}
