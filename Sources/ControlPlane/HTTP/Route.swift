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

    /// The variables where the path fits, or nil.
    func match(_ segments: [Substring]) -> [String: String]? {
        let own = path.split(separator: "/")
        guard own.count == segments.count else { return nil }
        var found: [String: String] = [:]
        for (mine, given) in zip(own, segments) {
            if mine.first == "{" {
                found[String(mine.dropFirst().dropLast())] = String(given)
            } else if mine != given {
                return nil
            }
        }
        return found
    }
}
