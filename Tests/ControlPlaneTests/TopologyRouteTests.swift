import Foundation
import Testing
import Text
import Topology

@testable import ControlPlane
@testable import Engine
@testable import OnlineLearning
@testable import Page

@Suite struct TopologyRouteTests {
    private let engines = Engines()
    private let table: RouteTable

    init() {
        table = RouteTable(routes: ControlPlane.routes(engines))
        var subject = Subject(name: "fraud", source: "payments")
        subject.words.item = "payment"
        let status = EngineStatus()
        status.update { values in
            values.heartbeats[0] = .now
            values.assignedWorkers = [0]
            var task = EngineStatus.TaskStatus()
            task.state = .running
            values.tasks[0] = task
        }
        engines.add(
            Engines.Entry(
                subject: subject, status: status, hub: EventHub { "{}" }, pages: PageCache()))
    }

    private func get(_ path: String, _ query: [String: String] = [:]) throws -> HTTPResponse {
        guard case .response(let response) = table.answer(HTTPRequest(method: "GET", path: path, query: query)) else {
            throw Missing()
        }
        return response
    }

    private struct Missing: Error {}

    private func json(_ response: HTTPResponse) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any])
    }

    @Test func topologiesAndTheirPage() throws {
        let list = try json(try get("/api/v1/topologies"))
        #expect((list["topologies"] as? [[String: Any]])?.first?["name"] as? String == "fraud")
        let page = try json(try get("/api/v1/topologies/fraud/page", ["last": "1h"]))
        #expect(page["headline"] as? String == "Ready. No payment has arrived on payments yet.")
        #expect((page["answers"] as? [[String: Any]])?.count == 5)
        let short = try json(try get("/api/v1/topologies/fraud"))
        #expect(short["headline"] as? String == page["headline"] as? String)
        #expect(try get("/api/v1/topologies/fraud/report").body.contains("Ready. No payment"))
    }

    @Test func whatIsNotThereIsSaidInWords() throws {
        let missing = try get("/api/v1/topologies/frod/page")
        #expect(missing.status == 404 && missing.body.contains("there is no topology frod: here run fraud"))
        let early = try get("/api/v1/topologies/fraud/change")
        #expect(early.status == 404 && early.body.contains("fraud has no change to tell of yet"))
        #expect(try get("/api/v1/topologies/fraud/nothing").status == 404)
    }

    @Test(arguments: [
        ["last": "6y"], ["last": "0h"], ["last": "8d"], ["last": "-1h"], ["last": "h"], ["from": "2026-05-12T08:32Z"],
        ["from": "2026-05-12T08:32Z", "to": "2026-05-12T08:31Z"], ["from": "yesterday", "to": "today"],
        ["from": "2026-01-12T08:32Z", "to": "2026-05-12T08:31Z"],
    ])
    func aRangeThatIsNoneIsRefused(query: [String: String]) throws {
        #expect(try get("/api/v1/topologies/fraud/page", query).status == 400)
    }

    @Test func aStandingRange() throws {
        let range = ["from": "2026-05-12T08:32Z", "to": "2026-05-12T14:32:10Z"]
        let page = try json(try get("/api/v1/topologies/fraud/page", range))
        #expect(page["from"] as? Double == 1_778_574_720 && page["to"] as? Double == 1_778_596_330)
        #expect(page["live"] as? Bool == false)
    }

    @Test func theDescriptionHasEveryRouteAndNoOther() throws {
        let document = try json(try get(OpenAPIRoute.path))
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        var described: Set<String> = []
        for (path, methods) in paths {
            for method in methods.keys { described.insert("\(method.uppercased()) \(path)") }
        }
        #expect(described == Set(table.routes.map { "\($0.method) \($0.path)" }))
        #expect(table.routes.count == described.count, "a route stands twice")
        for route in table.routes {
            let operation = try #require(paths[route.path]?[route.method.lowercased()] as? [String: Any])
            let names = (operation["parameters"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            let variables = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                $0.dropFirst().dropLast()
            }
            for variable in variables { #expect(names.contains(String(variable)), "\(route.path)") }
            #expect((operation["security"] != nil) == route.isChange)
            #expect(!route.summary.isEmpty)
        }
    }

    @Test func thePageAsksForItsOwnPartsOnly() throws {
        let page = try get("/")
        #expect(page.headers.contains { $0.0 == "Content-Security-Policy" && $0.1.hasPrefix("default-src 'none'") })
        for path in ["/page.css", "/page.js"] { #expect(try get(path).status == 200) }
        for text in [page.body, try get("/page.css").body, try get("/page.js").body] {
            let own = text.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
            #expect(!own.contains("http://") && !own.contains("https://") && !own.contains("//cdn"))
            #expect(!own.contains(" style=\""), "the page's policy refuses styles within elements")
        }
        let size = page.body.utf8.count + PageAssets.css.utf8.count + PageAssets.js.utf8.count
        #expect(size < 80 << 10, "\(size) bytes")
    }

    @Test func aSecondIsWorkedOutOnce() {
        let cache = PageCache()
        var made = 0
        func ask(_ key: String, _ time: Double) -> String {
            cache.answer(key, at: time) {
                made += 1
                return "\(made)"
            }
        }
        #expect(ask("a", 5.1) == "1" && ask("a", 5.9) == "1" && ask("b", 5.9) == "2" && ask("a", 6) == "3")
    }

    @Test func eventsComeOncePerSecond() throws {
        let plane = try ControlPlane(ListenAddress(port: 0))
        plane.add(EngineStatus(), topology: "fraud")
        let client = try Client(plane.address.port)
        client.send("GET /api/v1/topologies/fraud/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let text = client.read(until: "id: 2")
        #expect(text.contains("Content-Type: text/event-stream"))
        #expect(text.contains("\"headline\":\"Starting. Waiting for its share of .\""))
    }
}
