import Engine

/// `/health`, `/health/live`, `/health/ready`: a word, or 503 and the reason of every topology that fails.
enum HealthRoutes {
    static func all(_ engines: Engines) -> [Route] {
        [
            route("/health", "Whether everything works: live and ready", engines) { ready($0) ?? live($0) },
            route("/health/live", "Whether the program must be started again", engines) { live($0) },
            route("/health/ready", "Whether partitions are assigned and their state is restored", engines) {
                ready($0)
            },
        ]
    }

    private static func route(
        _ path: String, _ summary: String, _ engines: Engines, _ fault: @escaping @Sendable (EngineStatus) -> String?
    ) -> Route {
        let good = path == "/health/live" ? "live" : "ready"
        return Route(path: path, summary: summary, contentType: "text/plain") { _ in
            let entries = engines.all
            if entries.isEmpty, good == "ready" { return .response(HTTPResponse(status: 503, body: "starting\n")) }
            let faults = entries.compactMap { entry in
                fault(entry.status).map { "not \(good): \(entry.topology): \($0)\n" }
            }
            let remarks = good == "ready" ? entries.flatMap { notes($0.topology, $0.status) } : []
            return .response(
                faults.isEmpty
                    ? HTTPResponse(body: ([good] + remarks).joined(separator: "\n") + "\n")
                    : HTTPResponse(status: 503, body: faults.joined()))
        }
    }

    /// What does not keep a topology from being ready, and should be known.
    private static func notes(_ topology: String, _ status: EngineStatus) -> [String] {
        status.read().tasks.sorted { $0.key < $1.key }.flatMap { partition, task in
            let held = task.labels?.isHeld == true ? "no labels come: scoring goes on, learning waits" : nil
            return [held, task.labelFault].compactMap { $0 }.map { "\(topology): partition \(partition): \($0)" }
        }
    }

    private static func live(_ status: EngineStatus) -> String? {
        if status.isLive { return nil }
        return status.read().failure ?? "a worker has stood still for more than a minute"
    }

    private static func ready(_ status: EngineStatus) -> String? {
        if status.isReady { return nil }
        let values = status.read()
        if let failure = values.failure { return failure }
        let restoring = values.tasks.values.count { $0.state == .restoring }
        if restoring > 0 { return "\(restoring) of \(values.tasks.count) partitions are being restored" }
        let withheld = values.tasks.values.count { $0.state == .withheld }
        if withheld > 0 {
            return "\(withheld) partitions came later and wait: the topology's topics have fewer (the log names them)"
        }
        if values.assignedWorkers.count < values.heartbeats.count || values.heartbeats.isEmpty {
            return "waiting for partitions from the group"
        }
        return "no commit for too long"
    }
}
