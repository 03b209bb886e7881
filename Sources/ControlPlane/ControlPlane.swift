public import Engine
public import Page
import Text

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
        let table = RouteTable(routes: Self.routes(engines), token: token, isLoopback: address.isLoopback)
        server = try HTTPServer(address, everySecond: { engines.tick() }) { table.answer($0) }
        self.engines = engines
        self.address = ListenAddress(host: address.host, port: server.port)
    }

    deinit {
        // Streams are suspended connections: the server cannot end before they have.
        for entry in engines.all { entry.hub.close() }
    }

    /// Everything that is served.
    static func routes(_ engines: Engines) -> [Route] {
        let routes =
            PageRoutes.all + HealthRoutes.all(engines) + [MetricsRoute.make(engines)] + TopologyRoutes.all(engines)
            + [PredictRoute.make(engines)] + LogRoutes.all
        return routes + [OpenAPIRoute.make(routes)]
    }

    /// Shows an engine, with what sentences need to know of its topology.
    ///
    /// - Parameter peeks: where predictions are asked for; nil: nowhere.
    public func add(_ status: EngineStatus, _ subject: Subject, _ peeks: PeekDesk? = nil) {
        let hub = EventHub { PageDocument(Situation(subject, status)).pulse.text }
        engines.add(Engines.Entry(subject: subject, status: status, hub: hub, pages: PageCache(), peeks: peeks))
    }

    /// Shows an engine of which only the topology's name is known.
    public func add(_ status: EngineStatus, topology: String) { add(status, Subject(name: topology)) }
}
