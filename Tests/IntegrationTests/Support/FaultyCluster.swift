import Foundation
import KafkaClient

/// Kafka nodes, each behind a proxy that can cut, stall and reset what an engine says to it. The tests' own clients
/// come by another door, so that they see and feed the topics meanwhile.
final class FaultyCluster {
    let nodes: ClosedRange<Int>
    let broker: Broker
    private let folder: String
    private let proxy = Process()
    private let api: Int

    init(nodes count: Int) throws {
        nodes = 1...count
        folder = NSTemporaryDirectory() + "millrace-cluster-\(getpid())"
        let port = 11_000 + Int(getpid()) % 80 * 100
        api = port + 90
        let (status, output) = Broker.script([
            "start", "--nodes", "\(count)", "--secure", "--port", "\(port)", "--advertise", "\(port + 50)",
            "--dir", folder,
        ])
        guard status == 0 else { throw Failure(text: "the cluster did not start: \(output)") }
        let doors = nodes.map { "127.0.0.1:\(port + 10 * ($0 - 1) + 5)" }.joined(separator: ",")
        broker = Broker(
            bootstrap: nodes.map { "127.0.0.1:\(port + 50 + 10 * ($0 - 1))" }.joined(separator: ","),
            clients: KafkaConfiguration(
                bootstrap: doors,
                properties: [
                    ("security.protocol", "SASL_SSL"), ("sasl.mechanisms", "PLAIN"), ("sasl.username", "alice"),
                    ("sasl.password", "alice-secret"), ("ssl.ca.location", "\(folder)/ca.pem"),
                ]))
        proxy.executableURL = Place.shared.appendingPathComponent("toxiproxy/toxiproxy-server")
        proxy.arguments = ["-host", "127.0.0.1", "-port", "\(api)"]
        proxy.standardOutput = FileHandle.nullDevice
        proxy.standardError = FileHandle.nullDevice
        try proxy.run()
        for node in nodes {
            let body = """
                {"name": "node\(node)", "listen": "127.0.0.1:\(port + 50 + 10 * (node - 1))",
                 "upstream": "127.0.0.1:\(port + 10 * (node - 1))"}
                """
            try ask("POST", "proxies", body)
        }
    }

    /// Ends everything and deletes the nodes' data.
    func stop() {
        // Not SIGTERM, which does not end it.
        send(SIGKILL, to: proxy)
        Broker.script(["stop", "--dir", folder])
    }

    private func send(_ signal: Int32, to process: Process) { Foundation.kill(process.processIdentifier, signal) }

    // MARK: Faults

    /// SIGKILLs a node.
    func kill(_ node: Int) { Broker.script(["kill", "\(node)", "--dir", folder]) }

    /// Starts a killed node again and waits until it is ready.
    func restart(_ node: Int) throws {
        let (status, output) = Broker.script(["restart", "\(node)", "--dir", folder])
        guard status == 0 else { throw Failure(text: "node \(node) did not come back: \(output)") }
    }

    /// Waits until every node has up-to-date copies of the topics.
    func waitUntilInSync(_ topics: [String]) throws {
        let admin = try Admin(broker.clients)
        defer { admin.close() }
        let end = Date() + 60
        for topic in topics {
            while try admin.describe(topic: topic, timeout: 10_000).inSync < nodes.count {
                guard Date() < end else { throw Failure(text: "\(topic) was not in sync within a minute") }
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
    }

    /// Closes every connection and refuses new ones for some seconds.
    func cut(seconds: Double) throws {
        for node in nodes { try ask("POST", "proxies/node\(node)", "{\"enabled\": false}") }
        Thread.sleep(forTimeInterval: seconds)
        for node in nodes { try ask("POST", "proxies/node\(node)", "{\"enabled\": true}") }
    }

    /// Adds a fault of toxiproxy to both directions of every connection for some seconds.
    func disturb(_ kind: String, _ attributes: String, seconds: Double) throws {
        try disturb(kind, attributes) { Thread.sleep(forTimeInterval: seconds) }
    }

    /// The same for as long as `body` takes.
    func disturb<Answer>(_ kind: String, _ attributes: String, while body: () throws -> Answer) throws -> Answer {
        for stream in ["upstream", "downstream"] {
            let body = """
                {"name": "\(kind)-\(stream)", "type": "\(kind)", "stream": "\(stream)", "attributes": {\(attributes)}}
                """
            for node in nodes { try ask("POST", "proxies/node\(node)/toxics", body) }
        }
        let answer = try body()
        for stream in ["upstream", "downstream"] {
            for node in nodes { try ask("DELETE", "proxies/node\(node)/toxics/\(kind)-\(stream)", "") }
        }
        return answer
    }

    /// One request to the proxy. Tries again while it starts.
    private func ask(_ method: String, _ path: String, _ body: String) throws {
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = [
            "curl", "-sSf", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "-X", method, "-d", body,
            "http://127.0.0.1:\(api)/\(path)",
        ]
        curl.standardOutput = FileHandle.nullDevice
        try curl.run()
        curl.waitUntilExit()
        guard curl.terminationStatus == 0 else { throw Failure(text: "toxiproxy refused \(method) \(path) \(body)") }
    }

    struct Failure: Error { let text: String }
}
