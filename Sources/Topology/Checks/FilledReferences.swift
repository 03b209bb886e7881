/// Values that came from environment variables, and how they were written: messages say `${NAME}`, never the value, which
/// may be a secret in a place that should have none.
struct FilledReferences {
    private var references: [(value: String, written: String)] = []

    /// Notes a scalar with variables in it.
    mutating func add(_ value: String, writtenAs written: String) {
        guard !value.isEmpty, !references.contains(where: { $0.value == value }) else { return }
        references.append((value, written))
        references.sort { $0.value.utf8.count > $1.value.utf8.count }
    }

    /// The message with values replaced: short ones where they end in a quote, so that a 5 in "1 to 5" stays.
    func hiding(_ message: String) -> String {
        references.reduce(message) { Self.replacing($1.value, by: $1.written, in: $0) }
    }

    private static func replacing(_ value: String, by written: String, in message: String) -> String {
        let text = Array(message.utf8), sought = Array(value.utf8)
        guard sought.count <= text.count else { return message }
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            let end = index + sought.count
            if end <= text.count, text[index] == sought[0], text[index..<end].elementsEqual(sought),
                sought.count >= 8 || isQuoted(text, index, end)
            {
                result += Array(written.utf8)
                index = end
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Between quotes, or behind `key: ` and before one.
    private static func isQuoted(_ text: [UInt8], _ start: Int, _ end: Int) -> Bool {
        guard start > 0, end < text.count, quotes.contains(text[end]) else { return false }
        return quotes.contains(text[start - 1]) || start > 1 && text[start - 2...start - 1].elementsEqual(": ".utf8)
    }

    private static let quotes = Array("'`\"".utf8)
}
