/// What was asked for: names and values as the sender spelled them, percent escapes undone.
struct HTTPRequest: Sendable {
    var method: String
    var path: String
    /// The query's arguments; of one that stands twice, the first.
    var query: [String: String] = [:]
    /// Headers by their names in lower case.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// The path's variables, by the route's names.
    var parameters: [String: String] = [:]

    /// The token of `Authorization: Bearer …`, or nil.
    var bearerToken: String? {
        guard let text = headers["authorization"], text.lowercased().hasPrefix("bearer ") else { return nil }
        return String(text.dropFirst(7))
    }

    /// The host that the sender believes it talks to, without the port.
    var host: String? {
        guard let text = headers["host"] else { return nil }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        return String(Substring(text.utf8.prefix { $0 != UInt8(ascii: ":") }))
    }
}
