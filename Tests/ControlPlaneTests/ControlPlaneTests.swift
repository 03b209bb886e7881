import Foundation
import Testing

@testable import ControlPlane
@testable import Engine

@Suite struct ControlPlaneTests {
    private func running() -> EngineStatus {
        let status = EngineStatus()
        status.update { values in
            values.heartbeats[0] = .now
            values.assignedWorkers = [0]
            values.transactionsCommitted = 7
            var task = EngineStatus.TaskStatus()
            task.state = .running
            task.events = 120
            task.offset = 121
            task.committed = 121
            task.end = 150
            task.deadLetters = ["wrong_type": 2, "broken_json": 1]
            values.tasks[3] = task
        }
        return status
    }

    @Test func readyFollowsTheEngine() throws {
        let plane = try ControlPlane(ListenAddress(port: 0))
        #expect(plane.address.port != 0)
        #expect(try get(plane.address.port, "/health/ready").hasPrefix("HTTP/1.1 503"))
        let starting = EngineStatus()
        plane.add(starting, topology: "a")
        #expect(try get(plane.address.port, "/health/ready").contains("not ready: a"))
        #expect(try get(plane.address.port, "/health/live").hasPrefix("HTTP/1.1 200"))
        starting.update { values in
            values.heartbeats[0] = .now
            values.assignedWorkers = [0]
        }
        #expect(try get(plane.address.port, "/health/ready").hasPrefix("HTTP/1.1 200"))
        starting.update { $0.failure = "broken" }
        #expect(try get(plane.address.port, "/health/live").contains("not live: a: broken"))
        #expect(try get(plane.address.port, "/health").hasPrefix("HTTP/1.1 503"))
    }

    @Test func metricsAreThePrometheusFormat() throws {
        let plane = try ControlPlane(ListenAddress(port: 0))
        plane.add(running(), topology: "fraud")
        plane.add(running(), topology: "other")
        let answer = try get(plane.address.port, "/metrics")
        #expect(answer.contains("Content-Type: text/plain; version=0.0.4"))
        #expect(answer.contains("millrace_events_total{topology=\"fraud\",partition=\"3\"} 120\n"))
        #expect(answer.contains("millrace_lag_events{topology=\"fraud\",partition=\"3\"} 29\n"))
        #expect(
            answer.contains("millrace_dead_letters_total{topology=\"other\",code=\"wrong_type\"} 2\n"))
        let each = try get(plane.address.port, "/metrics?partitions=all")
        #expect(
            each.contains("millrace_dead_letters_total{topology=\"other\",partition=\"3\",code=\"wrong_type\"} 2\n"))
        #expect(answer.contains("millrace_transactions_total{topology=\"fraud\",result=\"committed\"} 7\n"))
        #expect(answer.contains("millrace_commit_duration_seconds_bucket{topology=\"fraud\",le=\"+Inf\"} 0\n"))
        let body = try #require(answer.range(of: "\r\n\r\n")).upperBound
        var families: Set<String> = []
        for line in answer[body...].split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let name = String(line.split(separator: " ")[2])
                #expect(families.insert(name).inserted, "\(name) stands twice")
                #expect(name.hasPrefix("millrace_") || name.hasPrefix("process_"))
            } else if !line.hasPrefix("#") {
                let value = line.split(separator: " ").last.flatMap { Double($0) }
                #expect(value != nil, "\(line)")
            }
        }
    }

    @Test func onlyReadingIsAllowed() throws {
        let plane = try ControlPlane(ListenAddress(port: 0))
        #expect(try get(plane.address.port, "/metrics", method: "DELETE").hasPrefix("HTTP/1.1 405"))
        #expect(try get(plane.address.port, "/metrics", method: "DELETE").contains("Allow: GET, HEAD"))
        let post = "POST /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
        #expect(try exchange(plane.address.port, post).hasPrefix("HTTP/1.1 405"))
        #expect(try get(plane.address.port, "/no").hasPrefix("HTTP/1.1 404"))
        let head = try get(plane.address.port, "/health/live", method: "HEAD")
        #expect(head.hasPrefix("HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"))
    }

    @Test func aTakenPortIsSaid() throws {
        let first = try ControlPlane(ListenAddress(port: 0))
        #expect(throws: ControlPlaneError.self) { try ControlPlane(ListenAddress(host: "192.0.2.1", port: 0)) }
        #expect(try get(first.address.port, "/health/live").contains("live"))
        #expect {
            try ControlPlane(ListenAddress(port: first.address.port))
        } throws: { error in
            "\(error)".contains("another program listens there")
        }
    }

    @Test func labelsAreEscaped() {
        var text = PrometheusText()
        text.family("x", .gauge, "back\\slash\nline")
        text.sample("x", [("a", "q\"b\\c\nd")], .infinity)
        var durations = EngineStatus.Durations(bounds: [0.5, 1])
        durations.record(ages: [9750, 9250, 9250, 8000], at: 10_000)
        text.histogram("h", [], durations)
        #expect(
            text.text == """
                # HELP x back\\\\slash\\nline
                # TYPE x gauge
                x{a="q\\"b\\\\c\\nd"} +Inf
                h_bucket{le="0.5"} 1
                h_bucket{le="1"} 3
                h_bucket{le="+Inf"} 4
                h_sum 3.75
                h_count 4

                """)
    }
}
