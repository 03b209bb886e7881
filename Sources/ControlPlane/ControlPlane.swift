public import Engine
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Why the control plane could not start.
public struct ControlPlaneError: Error, Equatable, CustomStringConvertible {
    /// The address and the reason.
    public let message: String
    /// The message.
    public var description: String { message }
}

/// The engine's face over HTTP: `/metrics`, `/health/live`, `/health/ready`.
///
/// Reads the status that the engine writes, never the engine itself: a slow reader slows nothing down. Listens on
/// loopback unless the address says otherwise. Stops when it is released.
public final class ControlPlane: Sendable {
    /// Where it listens, with the port that was chosen.
    public let address: ListenAddress
    private let server: HTTPServer
    private let engines: Engines

    /// Starts to listen; engines are added as they start.
    public init(_ address: ListenAddress) throws(ControlPlaneError) {
        let engines = Engines()
        guard let server = HTTPServer(address, answer: { engines.answer($0) }) else {
            let reason = errno == 0 ? "the host is not known" : String(cString: strerror(errno))
            throw ControlPlaneError(message: "cannot listen at \(address): \(reason)")
        }
        self.server = server
        self.engines = engines
        self.address = ListenAddress(host: address.host, port: server.port)
    }

    /// Shows an engine under its topology's name.
    public func add(_ status: EngineStatus, topology: String) { engines.add(status, topology) }
}

/// The engines of the process and their pages.
private final class Engines: Sendable {
    private let list = Mutex<[(topology: String, status: EngineStatus)]>([])

    func add(_ status: EngineStatus, _ topology: String) { list.withLock { $0.append((topology, status)) } }

    func answer(_ path: String) -> HTTPResponse {
        let engines = list.withLock { $0 }
        switch path {
        case "/metrics":
            let sources = engines.map {
                EngineMetrics.Source(topology: $0.topology, values: $0.status.read(), isReady: $0.status.isReady)
            }
            return HTTPResponse(
                contentType: "text/plain; version=0.0.4; charset=utf-8", body: EngineMetrics.text(sources))
        case "/health/live":
            return health(engines.filter { !$0.status.isLive }.map { $0.topology }, "live", "not live")
        case "/health/ready":
            if engines.isEmpty { return HTTPResponse(status: 503, body: "starting\n") }
            return health(engines.filter { !$0.status.isReady }.map { $0.topology }, "ready", "not ready")
        case "/":
            return HTTPResponse(body: "Millrace\n/metrics\n/health/live\n/health/ready\n")
        default:
            return HTTPResponse(status: 404, body: "no such page\n")
        }
    }

    private func health(_ failing: [String], _ good: String, _ bad: String) -> HTTPResponse {
        failing.isEmpty
            ? HTTPResponse(body: good + "\n")
            : HTTPResponse(status: 503, body: "\(bad): \(failing.joined(separator: ", "))\n")
    }
}
