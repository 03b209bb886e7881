extension JSON {
    /// The value on one line without blanks, as records are written.
    public var text: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value for people: two blanks a level, and what fits into 100 columns on one line.
    public var pretty: String {
        var bytes: [UInt8] = []
        writePretty(into: &bytes, indent: 0, used: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds `text`, as UTF-8.
    public func write(into bytes: inout [UInt8]) { write(into: &bytes, blank: "") }

    private func write(into bytes: inout [UInt8], blank: String) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .unsigned(let value): bytes += String(value).utf8
        case .number(let value): bytes += (value.isFinite ? NumberText.shortest(value) : "null").utf8
        case .text(let value): JSONText.quote(value, into: &bytes)
        case .array(let values):
            bytes.append(0x5b)
            for (index, value) in values.enumerated() {
                if index > 0 { bytes += ("," + blank).utf8 }
                value.write(into: &bytes, blank: blank)
            }
            bytes.append(0x5d)
        case .object(let members):
            bytes.append(0x7b)
            for (index, member) in members.enumerated() {
                if index > 0 { bytes += ("," + blank).utf8 }
                JSONText.quote(member.key, into: &bytes)
                bytes += (":" + blank).utf8
                member.value.write(into: &bytes, blank: blank)
            }
            bytes.append(0x7d)
        }
    }

    /// - Parameter used: columns taken on this line, the indentation included.
    private func writePretty(into bytes: inout [UInt8], indent: Int, used: Int) {
        let start = bytes.count
        write(into: &bytes, blank: " ")
        if used + bytes.count - start <= 100 { return }
        let inner = "\n" + String(repeating: " ", count: indent + 2)
        let outer = "\n" + String(repeating: " ", count: indent)
        switch self {
        case .array(let values) where !values.isEmpty:
            bytes.removeSubrange(start...)
            for (index, value) in values.enumerated() {
                bytes += ((index > 0 ? "," : "[") + inner).utf8
                value.writePretty(into: &bytes, indent: indent + 2, used: indent + 2)
            }
            bytes += (outer + "]").utf8
        case .object(let members) where !members.isEmpty:
            bytes.removeSubrange(start...)
            for (index, member) in members.enumerated() {
                bytes += ((index > 0 ? "," : "{") + inner).utf8
                let name = bytes.count
                JSONText.quote(member.key, into: &bytes)
                bytes += ": ".utf8
                member.value.writePretty(into: &bytes, indent: indent + 2, used: indent + 2 + bytes.count - name)
            }
            bytes += (outer + "}").utf8
        default: return
        }
    }
}
