/// Text as a terminal may get it.
///
/// What stands in keys, values and stored text comes from others. A terminal obeys escape sequences in it: they move the
/// cursor, rename the window, even answer as if typed. So control characters (C0 but for line breaks and tabs, DEL, C1)
/// and the marks that turn the direction of writing are shown as `\\x1b` and `\\u202e`.
public enum Printable {
    /// The text without anything that a terminal obeys. Cost: one pass; nothing is copied where there is nothing.
    public static func text(_ text: String) -> String { escaped(text, keepsStyle: false) }

    /// The same, but the colours of `Style` stay where the stream shows them.
    static func escaped(_ text: String, keepsStyle: Bool) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x0a && $0 != 0x09 || $0 >= 0x7f }) else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            if keepsStyle, scalar == "\u{1B}", let code = Style.codes.first(where: { rest.starts(with: $0) }) {
                result.append(contentsOf: code)
                rest = rest.dropFirst(code.count)
                continue
            }
            if isObeyed(scalar) {
                result.append(contentsOf: shown(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
            rest = rest.dropFirst()
        }
        return String(result)
    }

    /// Controls, and the marks of Unicode's bidirectional algorithm that reach over what follows (CVE-2021-42574).
    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a: false
        case 0..<0x20, 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    /// The second form is JSON's too: a JSON string that holds such a character stays one.
    private static func shown(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        let width = scalar.value < 0x20 ? 2 : 4
        return (width == 2 ? "\\x" : "\\u") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
