import Foundation
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct HTTPServerTests {
    private func server(
        _ limits: HTTPLimits = HTTPLimits(), _ answer: @escaping @Sendable (HTTPRequest) -> HTTPOutcome
    ) throws -> HTTPServer { try HTTPServer(ListenAddress(port: 0), limits: limits, answer: answer) }

    private let live: @Sendable (HTTPRequest) -> HTTPOutcome = { _ in .response(HTTPResponse(body: "live")) }

    @Test func theRequestArrivesWhole() throws {
        let seen = Mutex<HTTPRequest?>(nil)
        let server = try server { request in
            seen.withLock { $0 = request }
            return .response(HTTPResponse(body: "ok"))
        }
        let text =
            "POST /a%20b/c?x=1&y=%C3%A4&x=2 HTTP/1.1\r\nHost: localhost:80\r\nX-Name: v\r\nAuthorization: Bearer t\r\n"
            + "Connection: close\r\nContent-Length: 5\r\n\r\nhello"
        #expect(try exchange(server.port, text).hasSuffix("ok"))
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == "POST" && request.path == "/a b/c")
        #expect(request.query == ["x": "1", "y": "ä"])
        #expect(request.headers["x-name"] == "v" && request.host == "localhost" && request.bearerToken == "t")
        #expect(request.body == Array("hello".utf8))
    }

    @Test func aBodyHasALimit() throws {
        var limits = HTTPLimits()
        limits.body = 100
        let server = try server(limits, live)
        let head = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        #expect(try exchange(server.port, head + "Content-Length: 101\r\n\r\n").hasPrefix("HTTP/1.1 413"))
        let chunk = "40\r\n" + String(repeating: "a", count: 64) + "\r\n"
        let chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk + "0\r\n\r\n"
        #expect(try exchange(server.port, chunked).hasPrefix("HTTP/1.1 413"))
        let fits = head + "Content-Length: 100\r\n\r\n" + String(repeating: "a", count: 100)
        #expect(try exchange(server.port, fits).hasPrefix("HTTP/1.1 200"))
    }

    @Test func slowSendersStarveNobody() throws {
        var limits = HTTPLimits()
        limits.waitingPerAddress = 16
        limits.request = .seconds(2)
        let server = try server(limits, live)
        var slow = try (0..<64).map { _ in try Client(server.port) }
        for client in slow { client.send("GET / HTT") }
        let start = ContinuousClock.now
        for _ in 0..<20 { #expect(try get(server.port, "/").hasSuffix("live")) }
        #expect(ContinuousClock.now - start < .seconds(2))
        // A byte now and then does not help: the deadline is for the whole request.
        var isOpen = true
        while isOpen, ContinuousClock.now - start < .seconds(8) {
            Thread.sleep(forTimeInterval: 0.25)
            isOpen = slow.map { $0.send("P") }.contains(true)
        }
        #expect(!isOpen, "after \(ContinuousClock.now - start)")
        slow = []
        #expect(try get(server.port, "/").hasSuffix("live"))
    }

    @Test func anAnswerMayComeLater() throws {
        var limits = HTTPLimits()
        limits.working = .seconds(1)
        let server = try server(limits) { request in
            .later { reply in
                if request.path == "/never" { return }
                if request.path == "/now" { return reply.send(HTTPResponse(body: "now")) }
                // A thread of its own: the pool's may all be busy with other tests for longer than the limit.
                Thread.detachNewThread {
                    Thread.sleep(forTimeInterval: 0.1)
                    reply.send(HTTPResponse(body: "later"))
                }
            }
        }
        #expect(try get(server.port, "/now").hasSuffix("now"))
        #expect(try get(server.port, "/soon").hasSuffix("later"))
        #expect(try get(server.port, "/never").hasPrefix("HTTP/1.1 504"))
        #expect(try get(server.port, "/soon").hasSuffix("later"))
    }

    @Test func theEndAnswersWhatIsOpen() throws {
        var server: HTTPServer? = try server { _ in .later { _ in } }
        let client = try Client(server!.port)
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        Thread.sleep(forTimeInterval: 0.2)
        server = nil
        _ = client.read()
    }

    @Test func eventsReachEveryReader() throws {
        let count = Atomic<Int>(0)
        let hub = EventHub { "\(count.add(1, ordering: .relaxed).newValue)" }
        var limits = HTTPLimits()
        limits.streams = 3
        var server: HTTPServer? = try server(limits) { _ in .events(hub) }
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let readers = try (0..<3).map { _ in try Client(server!.port) }
        for reader in readers {
            reader.send(request)
            #expect(reader.read(until: "data: 1\n\n").contains("text/event-stream"))
        }
        #expect(
            try exchange(server!.port, request.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n"))
                .hasPrefix("HTTP/1.1 503"))
        hub.tick()
        for reader in readers { #expect(reader.read(until: "\n\n").contains("id: 2\ndata: 2")) }
        hub.close()
        for reader in readers { #expect(reader.read(until: "0\r\n\r\n").hasSuffix("0\r\n\r\n")) }
        server = nil
    }

    /// Requests cut, flipped, doubled and stuffed: whatever comes, the next whole request is answered.
    @Test func malformedRequestsByTheThousand() throws {
        let table = RouteTable(
            routes: LogRoutes.all, token: "0123456789abcdef", isLoopback: true)
        let server = try server { table.answer($0) }
        var state: UInt64 = 5
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let seeds = [
            "GET /api/v1/log-level?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "PUT /api/v1/log-level HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\ninfo",
            "POST / HTTP/1.1\r\nHost: [::1]\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ninfo\r\n0\r\n\r\n",
            "HEAD /%00%ff%zz/../..?%=&&=%00 HTTP/1.0\r\nX: \u{1}\u{7f}\r\n\r\n",
            "PUT /api/v1/log-level HTTP/1.1\r\nContent-Length: -1\r\nAuthorization: bearer \r\n\r\n",
        ].map { Array($0.utf8) }
        var clients: [Client] = []
        for round in 0..<5000 {
            var bytes = seeds[random(seeds.count)]
            for _ in 0...random(6) where !bytes.isEmpty {
                switch random(5) {
                case 0: bytes[random(bytes.count)] = UInt8(random(256))
                case 1: bytes.removeSubrange(random(bytes.count)...)
                case 2: bytes.insert(UInt8(random(256)), at: random(bytes.count))
                case 3: bytes += bytes.prefix(random(bytes.count))
                default:
                    let place = random(bytes.count)
                    bytes.replaceSubrange(
                        place..<place, with: [UInt8](repeating: UInt8(random(256)), count: random(3000)))
                }
            }
            let client = try Client(server.port)
            client.send(bytes)
            if random(2) == 0 { client.finish() }
            clients.append(client)
            guard clients.count == 100 else { continue }
            let next = try get(server.port, "/api/v1/log-level")
            #expect(next.hasPrefix("HTTP/1.1 200"), "round \(round)")
            clients = []
        }
        #expect(try get(server.port, "/api/v1/log-level").hasPrefix("HTTP/1.1 200"))
    }
}
