/// A JSON value whose members keep their order.
indirect enum JSONValue: Equatable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case list([JSONValue])
    case object([(String, JSONValue)])

    static func == (a: JSONValue, b: JSONValue) -> Bool { a.line == b.line }

    /// On one line.
    var line: String {
        switch self {
        case .text(let value): Self.quoted(value)
        case .integer(let value): "\(value)"
        case .number(let value): value == value.rounded() && abs(value) < 0x1p53 ? "\(Int(value))" : "\(value)"
        case .boolean(let value): "\(value)"
        case .list(let items): "[" + items.map { $0.line }.joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { Self.quoted($0.0) + ": " + $0.1.line }.joined(separator: ", ") + "}"
        }
    }

    /// Two spaces a level; what fits in 100 characters stays on one line.
    func pretty(indent: Int = 0) -> String {
        let line = line
        if indent + line.utf8.count <= 100 { return line }
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch self {
        case .list(let items):
            return "[\n" + items.map { inner + $0.pretty(indent: indent + 2) }.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let members):
            let texts = members.map { inner + Self.quoted($0.0) + ": " + $0.1.pretty(indent: indent + 2) }
            return "{\n" + texts.joined(separator: ",\n") + "\n\(outer)}"
        default: return line
        }
    }

    /// In double quotes, as JSON and YAML both read it.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\""
            case 0x5c: result += "\\\\"
            case 0x0a: result += "\\n"
            case 0x09: result += "\\t"
            case 0x00..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
