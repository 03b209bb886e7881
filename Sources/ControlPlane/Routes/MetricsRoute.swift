import Engine

/// `/metrics` in Prometheus' text format.
enum MetricsRoute {
    static func make(_ engines: Engines) -> Route {
        Route(
            path: "/metrics", summary: "Metrics for Prometheus",
            parameters: [.init(name: "partitions", description: "`all`: every figure by partition, many series")],
            contentType: "text/plain"
        ) { request in
            let sources = engines.all.map {
                EngineMetrics.Source(topology: $0.topology, values: $0.status.read(), isReady: $0.status.isReady)
            }
            return .response(
                HTTPResponse(
                    contentType: "text/plain; version=0.0.4; charset=utf-8",
                    body: EngineMetrics.text(sources, byPartition: request.query["partitions"] == "all")))
        }
    }
}
