import Text

/// What a request is answered with.
struct HTTPResponse: Sendable {
    var status: UInt32 = 200
    var contentType = "text/plain; charset=utf-8"
    var body: String
    /// Further headers.
    var headers: [(String, String)] = []

    /// A JSON document, indented for people who look at it with curl.
    static func json(_ value: JSON, status: UInt32 = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: value.pretty + "\n")
    }

    /// What went wrong, as RFC 9457 has it: a program reads `status`, a person `detail`.
    static func problem(
        _ status: UInt32, _ detail: String, headers: [(String, String)] = [], members: [(String, JSON)] = []
    ) -> HTTPResponse {
        let value = JSON.object([("status", .integer(Int64(status))), ("detail", .text(detail))] + members)
        return HTTPResponse(
            status: status, contentType: "application/problem+json", body: value.pretty + "\n",
            headers: headers)
    }
}

/// How a route answers.
enum HTTPOutcome: Sendable {
    case response(HTTPResponse)
    /// The closure is called at once, on the server's thread, and sees to it that the reply is sent; at the deadline
    /// the server answers 504 itself.
    case later(@Sendable (HTTPReply) -> Void)
    /// Server-sent events until either end has enough.
    case events(EventHub)
}
