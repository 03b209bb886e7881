/// A JSON value to print: keys stay in the order they are given, NaN and infinities are null.
public indirect enum JSON: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    /// A number in its shortest form that reads back as the same `Double`.
    case number(Double)
    case text(String)
    case array([JSON])
    case object([Member])

    /// One key and its value.
    public struct Member: Sendable, Equatable {
        let key: String
        let value: JSON

        /// A member of an object.
        public init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0, $1) }) }

    /// An object of pairs.
    public static func object(_ pairs: [(String, JSON)]) -> JSON { .object(pairs.map { Member($0.0, $0.1) }) }

    /// A number, or null where there is none.
    public static func optional(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }

    /// The text of the value: on one line, or indented by two blanks.
    public func text(isIndented: Bool = false) -> String {
        var text = ""
        write(into: &text, isIndented: isIndented, depth: 0)
        return text
    }

    private func write(into text: inout String, isIndented: Bool, depth: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .unsigned(let value): text += String(value)
        case .number(let value): text += value.isFinite ? Self.shortest(value) : "null"
        case .text(let value): Self.quote(value, into: &text)
        case .array(let values):
            Self.list(values, "[", "]", into: &text, isIndented, depth) { value, text in
                value.write(into: &text, isIndented: isIndented, depth: depth + 1)
            }
        case .object(let members):
            Self.list(members, "{", "}", into: &text, isIndented, depth) { member, text in
                Self.quote(member.key, into: &text)
                text += isIndented ? ": " : ":"
                member.value.write(into: &text, isIndented: isIndented, depth: depth + 1)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ open: String, _ close: String, into text: inout String, _ isIndented: Bool,
        _ depth: Int, _ write: (Element, inout String) -> Void
    ) {
        text += open
        let line = isIndented && !elements.isEmpty ? "\n" + String(repeating: "  ", count: depth) : ""
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if isIndented { text += line + "  " }
            write(element, &text)
        }
        text += line + close
    }

    /// Whole numbers without `.0`, as JSON writers spell them.
    private static func shortest(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case let control where control.value < 32:
                let digits = String(control.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
