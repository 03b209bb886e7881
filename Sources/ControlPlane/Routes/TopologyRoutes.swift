import Page
import Text
import Engine

/// `/api/v1/topologies`: what runs, and the parts of its page.
enum TopologyRoutes {
    private static let base = "/api/v1/topologies"
    private static let name = Route.Parameter(
        name: "topology", description: "The topology's name", isInPath: true, isRequired: true)

    /// Parts of the page that can be asked for alone, with what they are.
    static let parts: [(name: String, summary: String)] = [
        ("stages", "Rates of the stages, and how far each partition is behind"),
        ("mistakes", "Mistakes over time against the simple rules, with marks where something happened"),
        ("models", "Which model answers, and how its challengers do on the same events"),
        ("change", "The newest change as a story: what was seen when, and what was done"),
        ("chances", "How often the positive class followed, by the chance that was published"),
        ("outcomes", "How soon outcomes arrive, what waits, and what found no event"),
        ("payment", "The newest alarm, and why it was one"),
        ("inputs", "Fields without a value, inputs that moved, and records that could not be read"),
        ("decisions", "What was decided and on what evidence, newest first"),
        ("engineers", "Detectors, statistics, offsets"),
    ]

    static func all(_ engines: Engines) -> [Route] {
        [
            Route(path: base, summary: "The topologies of this process") { _ in
                .response(
                    .json([
                        "topologies": .array(
                            engines.all.map {
                                [
                                    "name": .text($0.topology), "source": .text($0.subject.source),
                                    "ready": .bool($0.status.isReady),
                                    "partitions": .array(
                                        $0.status.read().tasks.keys.sorted().map { .integer(Int64($0)) }),
                                ]
                            })
                    ]))
            },
            route(engines, "", "The headline and the five answers") { document, _ in
                .json(
                    [
                        "name": document["topology"] ?? .null, "headline": document["headline"] ?? .null,
                        "basis": document["basis"] ?? .null, "answers": document["answers"] ?? .null,
                    ])
            },
            page(engines), report(engines), events(engines), drift(engines), series(engines),
        ]
            + parts.map { part in
                route(engines, "/" + part.name, part.summary) { document, entry in
                    document[part.name].map { .json($0) }
                        ?? .problem(404, "\(entry.topology) has no \(part.name) to tell of yet")
                }
            }
    }

    private static func route(
        _ engines: Engines, _ path: String, _ summary: String,
        _ answer: @escaping @Sendable (JSON, Engines.Entry) -> HTTPResponse
    ) -> Route {
        make(engines, path, summary) { range, entry in answer(PageDocument(range.situation(entry)).json, entry) }
    }

    private static func make(
        _ engines: Engines, _ path: String, _ summary: String, contentType: String = "application/json",
        _ answer: @escaping @Sendable (TimeRange, Engines.Entry) -> HTTPResponse
    ) -> Route {
        Route(
            path: base + "/{topology}" + path, summary: summary, parameters: [name] + TimeRange.parameters,
            contentType: contentType
        ) { request in
            guard let entry = engines.entry(request.parameters["topology"] ?? "") else {
                return .response(unknown(request, engines))
            }
            do throws(TimeRange.Fault) { return .response(answer(try TimeRange(request.query), entry)) } catch {
                return .response(.problem(400, error.text))
            }
        }
    }

    static func unknown(_ request: HTTPRequest, _ engines: Engines) -> HTTPResponse {
        let known = engines.all.map { $0.topology }.joined(separator: ", ")
        let rest = known.isEmpty ? "none runs here yet" : "here run \(known)"
        return .problem(404, "there is no topology \(request.parameters["topology"] ?? ""): \(rest)")
    }

    private static func page(_ engines: Engines) -> Route {
        make(engines, "/page", "All that the page shows, its sentences included") { range, entry in
            let body = entry.pages.answer("page " + range.key, at: entry.status.time) {
                PageDocument(range.situation(entry)).json.text
            }
            return HTTPResponse(contentType: "application/json", body: body)
        }
    }

    private static func report(_ engines: Engines) -> Route {
        make(engines, "/report", "The page as one file, to forward and to print", contentType: "text/html") {
            range, entry in
            let body = entry.pages.answer("report " + range.key, at: entry.status.time) {
                PageDocument(range.situation(entry)).report()
            }
            return HTTPResponse(
                contentType: "text/html; charset=utf-8", body: body,
                headers: [
                    ("Content-Disposition", "inline; filename=\"\(entry.topology)-report.html\""),
                    PageRoutes.policy(inline: true),
                ])
        }
    }

    private static func drift(_ engines: Engines) -> Route {
        make(engines, "/drift", "Drift events of the range, oldest first, 200 at most by partition") { range, entry in
            .json(["drift": DriftList.json(range.situation(entry))])
        }
    }

    private static func series(_ engines: Engines) -> Route {
        make(engines, "/mistakes.csv", "Mistakes over time as CSV", contentType: "text/csv") { range, entry in
            HTTPResponse(contentType: "text/csv; charset=utf-8", body: MistakesTable.csv(range.situation(entry)))
        }
    }

    private static func events(_ engines: Engines) -> Route {
        Route(
            path: base + "/{topology}/events", summary: "The headline, the answers and the rates, once a second",
            parameters: [name], contentType: "text/event-stream"
        ) { request in
            guard let entry = engines.entry(request.parameters["topology"] ?? "") else {
                return .response(unknown(request, engines))
            }
            return .events(entry.hub)
        }
    }
}
