/// One path and what answers it. The table of routes is also where the API's description comes from.
struct Route: Sendable {
    /// A variable of the path or an argument of the query.
    struct Parameter: Sendable {
        var name: String
        var description: String
        var isInPath = false
        var isRequired = false
    }

    var method = "GET"
    /// Segments in braces are variables: `/api/v1/topologies/{topology}`.
    var path: String
    /// One sentence.
    var summary: String
    var parameters: [Parameter] = []
    /// What a body must be, in words, or nil where none is taken.
    var body: String?
    var contentType = "application/json"
    /// Whether it changes anything, so that a token is needed.
    var isChange = false
    var answer: @Sendable (HTTPRequest) -> HTTPOutcome

    /// A path between its slashes.
    static func segments(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }

    /// Whether a path fits one with variables, both in segments.
    static func fits(_ own: [String], _ given: [String]) -> Bool {
        own.count == given.count && zip(own, given).allSatisfy { $0 == $1 || $0.utf8.first == UInt8(ascii: "{") }
    }

    /// The variables of a path that fits.
    static func variables(_ own: [String], _ given: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for (mine, given) in zip(own, given) where mine.utf8.first == UInt8(ascii: "{") {
            found[String(mine.dropFirst().dropLast())] = given
        }
        return found
    }
}
