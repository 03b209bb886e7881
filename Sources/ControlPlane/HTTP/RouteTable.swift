import CCrypto
import Engine

/// All routes, and what is asked of every request before its route sees it.
struct RouteTable: Sendable {
    let routes: [Route]
    /// Their paths in segments.
    private let paths: [[String]]
    /// What a change needs; nil refuses all changes.
    var token: String?
    /// Whether only this machine is served: then a browser must not be led here under another host's name.
    var isLoopback = true

    init(routes: [Route], token: String? = nil, isLoopback: Bool = true) {
        self.routes = routes
        self.token = token
        self.isLoopback = isLoopback
        paths = routes.map { Route.segments(of: $0.path) }
    }

    func answer(_ request: HTTPRequest) -> HTTPOutcome {
        if isLoopback, let host = request.host, !ListenAddress.isLoopback(host) {
            return .response(
                .problem(421, "this server listens on loopback and answers to localhost only, not to \(host)"))
        }
        let segments = Route.segments(of: request.path)
        let fitting = routes.indices.filter { Route.fits(paths[$0], segments) }
        guard !fitting.isEmpty else {
            return .response(.problem(404, "no such page; the API is described at /api/v1/openapi.json"))
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let index = fitting.first(where: { routes[$0].method == method }) else {
            let allowed = fitting.flatMap { routes[$0].method == "GET" ? ["GET", "HEAD"] : [routes[$0].method] }
                .joined(separator: ", ")
            return .response(.problem(405, "only \(allowed) is allowed here", headers: [("Allow", allowed)]))
        }
        let route = routes[index]
        if route.isChange, let refusal = refusal(request) { return .response(refusal) }
        var request = request
        request.parameters = Route.variables(paths[index], segments)
        return route.answer(request)
    }

    private func refusal(_ request: HTTPRequest) -> HTTPResponse? {
        guard let token else {
            return .problem(403, "nothing can be changed over HTTP: the program was started without --http-token-file")
        }
        guard let given = request.bearerToken, Self.areEqual(given, token) else {
            return .problem(
                401, "this changes something and needs the header `Authorization: Bearer TOKEN` with the right token",
                headers: [("WWW-Authenticate", "Bearer")])
        }
        return nil
    }

    /// Compares in a time that tells nothing about either.
    private static func areEqual(_ first: String, _ second: String) -> Bool {
        CRYPTO_memcmp(SHA256.digest(Array(first.utf8)), SHA256.digest(Array(second.utf8)), 32) == 0
    }
}
