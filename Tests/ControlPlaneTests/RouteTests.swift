import Console
import Testing

@testable import ControlPlane

@Suite struct RouteTests {
    private func answer(_ table: RouteTable, _ request: HTTPRequest) throws -> HTTPResponse {
        guard case .response(let response) = table.answer(request) else { throw Missing() }
        return response
    }

    private struct Missing: Error {}

    private let routes = [
        Route(path: "/t/{name}/x", summary: "") { .response(HTTPResponse(body: $0.parameters["name"] ?? "")) },
        Route(method: "POST", path: "/t/{name}/x", summary: "", isChange: true) { _ in
            .response(HTTPResponse(body: "changed"))
        },
    ]

    @Test func pathsHaveVariables() throws {
        let table = RouteTable(routes: routes)
        #expect(try answer(table, HTTPRequest(method: "GET", path: "/t/fraud/x")).body == "fraud")
        #expect(try answer(table, HTTPRequest(method: "HEAD", path: "/t/fraud/x")).status == 200)
        #expect(try answer(table, HTTPRequest(method: "GET", path: "/t/fraud")).status == 404)
        let refused = try answer(table, HTTPRequest(method: "DELETE", path: "/t/fraud/x"))
        #expect(refused.status == 405 && refused.headers.contains { $0 == ("Allow", "GET, HEAD, POST") })
    }

    @Test func noTokenNoChange() throws {
        let closed = RouteTable(routes: routes)
        let open = RouteTable(routes: routes, token: "a-token-of-some-length")
        func post(_ table: RouteTable, _ authorization: String?) throws -> UInt32 {
            var request = HTTPRequest(method: "POST", path: "/t/a/x")
            request.headers["authorization"] = authorization
            return try answer(table, request).status
        }
        #expect(try post(closed, nil) == 403)
        #expect(try post(closed, "Bearer ") == 403)
        for wrong in [
            nil, "", "Bearer", "Bearer a-token-of-some-lengt", "Bearer a-token-of-some-length ",
            "Basic a-token-of-some-length",
        ] {
            #expect(try post(open, wrong) == 401)
        }
        #expect(try post(open, "Bearer a-token-of-some-length") == 200)
        #expect(try post(open, "bearer a-token-of-some-length") == 200)
    }

    @Test func onLoopbackOnlyLocalNamesAreServed() throws {
        var table = RouteTable(routes: routes)
        func get(_ host: String) throws -> UInt32 {
            var request = HTTPRequest(method: "GET", path: "/t/a/x")
            request.headers["host"] = host
            return try answer(table, request).status
        }
        for host in ["localhost:8080", "127.0.0.1:1", "127.8.9.1", "[::1]:80"] { #expect(try get(host) == 200) }
        for host in ["evil.example", "127.evil.example", "10.0.0.1:80"] { #expect(try get(host) == 421) }
        table.isLoopback = false
        #expect(try get("evil.example") == 200)
    }

    @Test(.serialized, arguments: [("debug\n", UInt32(200)), ("loud", 400), ("", 400)])
    func theLogLevelIsSet(word: String, status: UInt32) throws {
        let level = Log.level
        defer { Log.level = level }
        let table = RouteTable(routes: LogRoutes.all, token: "a-token-of-some-length")
        var request = HTTPRequest(method: "PUT", path: "/api/v1/log-level", body: Array(word.utf8))
        request.headers["authorization"] = "Bearer a-token-of-some-length"
        #expect(try answer(table, request).status == status)
        if status == 200 { #expect(Log.level == .debug) }
    }
}
