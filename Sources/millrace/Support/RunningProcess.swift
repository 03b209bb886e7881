import Console
import ControlPlane
import Foundation
import Text

/// A process that runs, asked for what it says of one topology.
struct RunningProcess {
    /// Where it listens.
    static let address = Option(
        "http", .text("HOST:PORT"), "Where the process listens (its `--http`); 127.0.0.1:8080 unless given")
    /// Which topology is meant.
    static let topology = Option("topology", .text("NAME"), "Which one, where the process runs several")
    /// How far back.
    static let last = Option("last", .text("TIME"), "How far back: 10m, 6h, 7d; as far as fits unless given")

    let client: PageClient
    let topology: String
    private let query: String

    init(_ invocation: Invocation) throws(CommandFailure) {
        let text = invocation.text("http") ?? ":8080"
        guard let address = ListenAddress(text) else {
            throw CommandFailure(.usage, "millrace: `--http \(text)`: needs HOST:PORT, [IPv6]:PORT or :PORT")
        }
        client = PageClient(address)
        query = invocation.text("last").map { "?last=" + Self.escaped($0) } ?? ""
        if let name = invocation.text("topology") {
            topology = name
            return
        }
        let list = try Self.ask(client, "/api/v1/topologies")
        guard let found = try? JSON(reading: list), case .array(let topologies)? = found["topologies"] else {
            throw CommandFailure(.unavailable, "millrace: what answers at \(address) is no Millrace")
        }
        let names = topologies.compactMap { if case .text(let name)? = $0["name"] { name } else { nil } }
        guard let first = names.first else {
            throw CommandFailure(.unavailable, "millrace: no topology runs at \(address) yet")
        }
        guard names.count == 1 else {
            throw CommandFailure(
                .usage, "millrace: several run there: give `--topology` \(names.joined(separator: ", "))")
        }
        topology = first
    }

    /// One part of what it says of the topology.
    func ask(_ part: String) throws(CommandFailure) -> String {
        try Self.ask(client, "/api/v1/topologies/\(Self.escaped(topology))/\(part)\(query)")
    }

    private static func ask(_ client: PageClient, _ path: String) throws(CommandFailure) -> String {
        let answer: (status: Int, body: String)
        do throws(ControlPlaneError) { answer = try client.get(path) } catch {
            throw CommandFailure(.unavailable, "millrace: \(Printable.text(error.message))")
        }
        guard answer.status != 200 else { return answer.body }
        var detail = "answer \(answer.status)"
        if let problem = try? JSON(reading: answer.body), case .text(let text)? = problem["detail"] { detail = text }
        throw CommandFailure(.unavailable, "millrace: \(Printable.text(detail))")
    }

    /// As a segment of a path or a value of a query.
    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_", "."])) ?? ""
    }
}
