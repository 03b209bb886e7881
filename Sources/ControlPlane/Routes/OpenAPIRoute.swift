import Text

/// The API's description, made from the table of routes: what is not in it is not there.
enum OpenAPIRoute {
    static let path = "/api/v1/openapi.json"

    static func make(_ routes: [Route]) -> Route {
        let own = Route(path: path, summary: "This description") { _ in .response(.problem(500, "not made")) }
        let document = document(routes + [own])
        return Route(path: path, summary: own.summary) { _ in .response(.json(document)) }
    }

    /// OpenAPI 3.1 of the routes, in their order.
    static func document(_ routes: [Route]) -> JSON {
        var paths: [(String, [(String, JSON)])] = []
        for route in routes {
            let entry = (route.method.lowercased(), operation(route))
            if let index = paths.firstIndex(where: { $0.0 == route.path }) {
                paths[index].1.append(entry)
            } else {
                paths.append((route.path, [entry]))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Millrace", "version": "1",
                "description": "What a Millrace process tells of itself. Nothing learns through HTTP.",
            ],
            "paths": .object(paths.map { ($0.0, .object($0.1)) }),
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "schemas": [
                    "Problem": [
                        "type": "object", "required": ["status", "detail"],
                        "properties": [
                            "status": ["type": "integer"],
                            "detail": ["type": "string", "description": "What went wrong, in words"],
                        ],
                    ]
                ],
            ],
        ]
    }

    private static func operation(_ route: Route) -> JSON {
        var members: [(String, JSON)] = [("summary", .text(route.summary))]
        if !route.parameters.isEmpty {
            members.append(
                (
                    "parameters",
                    .array(
                        route.parameters.map {
                            [
                                "name": .text($0.name), "in": .text($0.isInPath ? "path" : "query"),
                                "required": .bool($0.isRequired), "description": .text($0.description),
                                "schema": ["type": "string"],
                            ]
                        })
                ))
        }
        if let body = route.body {
            let content: JSON = ["text/plain": ["schema": ["type": "string"]]]
            members.append(("requestBody", ["description": .text(body), "required": true, "content": content]))
        }
        if route.isChange { members.append(("security", .array([["token": .array([])]]))) }
        let problem: JSON = ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]]
        let content = JSON.object([(route.contentType, JSON.object([(String, JSON)]()))])
        let good: JSON = ["description": .text(route.summary), "content": content]
        let bad: JSON = ["description": "What went wrong", "content": problem]
        members.append(("responses", ["200": good, "default": bad]))
        return .object(members)
    }
}
