/// JSON strings: the one place that escapes.
///
/// Escaped are quotes, backslashes and what no text should hold raw: control characters (C0, DEL and C1, which terminals
/// obey), the line separators U+2028 and U+2029 and the byte order mark, which YAML readers refuse. Bytes that are not
/// UTF-8 become U+FFFD, one for each maximal part that cannot be read, as Unicode recommends.
public enum JSONText {
    /// Gives the contents of a JSON string piece by piece, without its quotes. No allocation.
    @inlinable
    public static func escape(_ bytes: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer) -> Void) {
        var start = 0
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte >= 0x20, byte < 0x7f, byte != 0x22, byte != 0x5c {
                index += 1
                continue
            }
            let (length, escape) = special(bytes, at: index)
            if escape.count > 0 {
                emit(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
                withUnsafeBytes(of: escape.bytes) { emit(UnsafeRawBufferPointer(rebasing: $0[..<escape.count])) }
                start = index + length
            }
            index += length
        }
        emit(UnsafeRawBufferPointer(rebasing: bytes[start..<count]))
    }

    /// A text as a JSON string with its quotes; YAML reads it as the same text.
    public static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        quote(text, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds a text as a JSON string with its quotes.
    public static func quote(_ text: String, into bytes: inout [UInt8]) {
        var text = text
        bytes.append(0x22)
        text.withUTF8 { escape(UnsafeRawBufferPointer($0)) { bytes.append(contentsOf: $0) } }
        bytes.append(0x22)
    }

    /// Whether a text may stand bare in JSON: a number by its grammar, true or false.
    public static func isBare(_ text: String) -> Bool { text == "true" || text == "false" || isNumber(text.utf8) }

    /// Whether bytes are a number by JSON's grammar (RFC 8259, 6).
    public static func isNumber(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = bytes[...]
        func digits() -> Int {
            var count = 0
            while let byte = rest.first, byte &- 0x30 <= 9 {
                rest = rest.dropFirst()
                count += 1
            }
            return count
        }
        func take(_ wanted: UInt8...) -> Bool {
            guard let byte = rest.first, wanted.contains(byte) else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take(0x2d)
        let leadsWithZero = rest.first == 0x30
        let whole = digits()
        guard whole > 0, whole == 1 || !leadsWithZero else { return false }
        if take(0x2e), digits() == 0 { return false }
        if take(0x65, 0x45) {
            _ = take(0x2b, 0x2d)
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }
}
