public import Engine

/// Why the control plane could not start.
public struct ControlPlaneError: Error, Equatable, CustomStringConvertible {
    /// The address and the reason.
    public let message: String
    /// The message.
    public var description: String { message }
}

/// The engine's face over HTTP: metrics, health, the API.
///
/// Reads the status that the engine writes, never the engine itself: a slow reader slows nothing down. Listens on
/// loopback unless the address says otherwise. Nothing learns through HTTP, and what changes anything needs a token.
/// Stops when it is released.
public final class ControlPlane: Sendable {
    /// Where it listens, with the port that was chosen.
    public let address: ListenAddress
    private let server: HTTPServer
    private let engines: Engines

    /// Starts to listen; engines are added as they start.
    ///
    /// - Parameter token: what a changing call must bring as `Authorization: Bearer`; nil refuses all of them.
    public init(_ address: ListenAddress, token: String? = nil) throws(ControlPlaneError) {
        let engines = Engines()
        let table = RouteTable(
            routes: HealthRoutes.all(engines) + [MetricsRoute.make(engines)] + LogRoutes.all,
            token: token, isLoopback: address.isLoopback)
        server = try HTTPServer(address) { table.answer($0) }
        self.engines = engines
        self.address = ListenAddress(host: address.host, port: server.port)
    }

    /// Shows an engine under its topology's name.
    public func add(_ status: EngineStatus, topology: String) {
        engines.add(Engines.Entry(topology: topology, status: status))
    }
}
