import Foundation
import KafkaClient

/// A broker that knows users and permissions: the tests come by the plain door, as who may do everything; engines by the
/// other one, with TLS, as `alice`.
final class GuardedBroker {
    let broker: Broker
    private let folder: String
    private let port: Int

    init() throws {
        folder = NSTemporaryDirectory() + "millrace-guarded-\(getpid())"
        port = 9_000 + Int(getpid()) % 150 * 10
        var (status, output) = Broker.script(["start", "--port", "\(port)", "--secure", "--dir", folder])
        guard status == 0 else { throw FaultyCluster.Failure(text: "the broker did not start: \(output)") }
        Broker.script(["kill", "1", "--dir", folder])
        let properties = "\(folder)/1/server.properties"
        let text =
            try String(contentsOfFile: properties, encoding: .utf8) + """
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                allow.everyone.if.no.acl.found=true

                """
        try text.write(toFile: properties, atomically: true, encoding: .utf8)
        (status, output) = Broker.script(["restart", "1", "--dir", folder])
        guard status == 0 else { throw FaultyCluster.Failure(text: "the broker did not come back: \(output)") }
        broker = Broker(bootstrap: "127.0.0.1:\(port)")
    }

    func stop() { Broker.script(["stop", "--dir", folder]) }

    /// Options of an engine that comes as alice.
    func door(password: String = "${ALICE}", ca: String? = nil, protocol name: String = "sasl_ssl") -> [String] {
        let properties = [
            ("security.protocol", name), ("sasl.mechanisms", "PLAIN"), ("sasl.username", "alice"),
            ("sasl.password", password), ("ssl.ca.location", ca ?? "\(folder)/ca.pem"),
        ]
        return ["--set", "kafka.bootstrap=127.0.0.1:\(port + 5)"]
            + properties.flatMap { ["--set", "kafka.properties.\($0.0)=\($0.1)"] }
    }

    /// Runs a command as alice to its end.
    func run(
        _ command: [String], password: String = "alice-secret", _ door: [String]? = nil
    ) throws -> (status: Int32, output: String, errors: String) {
        try EngineProcess.run(command + (door ?? self.door()), environment: ["ALICE": password], seconds: 60)
    }

    private func tool(_ words: String...) {
        Broker.script(["tool", "org.apache.kafka.tools.AclCommand", "--bootstrap-server", "127.0.0.1:\(port)"] + words)
    }

    /// Denies alice something for as long as the body runs.
    func denying(_ operation: String, _ resource: String, _ name: String, _ body: () throws -> Void) throws {
        // A resource that has one rule denies everybody else: what is not denied is allowed first.
        tool("--add", "--allow-principal", "User:alice", "--operation", "All", resource, name)
        tool("--add", "--deny-principal", "User:alice", "--operation", operation, resource, name)
        defer { tool("--remove", "--force", resource, name) }
        try body()
    }
}
