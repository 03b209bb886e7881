import Console
import ControlPlane
import Engine
import Foundation
import Page
import Topology

extension ControlPlane {
    /// The control plane that `--http` asks for, or nil.
    static func start(_ invocation: Invocation, _ runners: [EngineRunner]) throws(CommandFailure) -> ControlPlane? {
        let token = try invocation.text("http-token-file").map { path throws(CommandFailure) in try readToken(path) }
        guard let text = invocation.text("http") else {
            if token != nil { throw CommandFailure(.usage, "millrace: `--http-token-file` needs `--http HOST:PORT`") }
            return nil
        }
        guard let address = ListenAddress(text) else {
            throw CommandFailure(.usage, "millrace: `--http \(text)`: needs HOST:PORT, [IPv6]:PORT or :PORT")
        }
        do throws(ControlPlaneError) {
            let plane = try ControlPlane(address, token: token)
            for runner in runners { plane.add(runner.status, Subject(runner.settings.topology), runner.peeks) }
            Log.info("the page, the API and the metrics", ("url", "http://\(plane.address)/"))
            return plane
        } catch { throw CommandFailure(.unavailable, "millrace: \(error.message)") }
    }

    /// The demo always has its page: at the address given, else on loopback at 8080 or the first free port after it.
    static func forDemo(_ invocation: Invocation, _ runners: [EngineRunner]) throws(CommandFailure) -> ControlPlane? {
        if invocation.has("http") || invocation.has("http-token-file") { return try start(invocation, runners) }
        for port: UInt16 in Array(8080...8099) + [0] {
            guard let plane = try? ControlPlane(ListenAddress(port: port)) else { continue }
            for runner in runners { plane.add(runner.status, Subject(runner.settings.topology), runner.peeks) }
            return plane
        }
        return nil
    }

    /// The token of a file, without the line's end.
    private static func readToken(_ path: String) throws(CommandFailure) -> String {
        guard let file = FileHandle(forReadingAtPath: path), let bytes = try? file.read(upToCount: 4097) else {
            throw CommandFailure(.inputData, "millrace: `--http-token-file \(path)`: cannot be read")
        }
        let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard bytes.count <= 4096, token.count >= 16, token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw CommandFailure(
                .inputData,
                "millrace: `--http-token-file \(path)`: needs one line of 16 to 4096 visible ASCII characters; "
                    + "`openssl rand -hex 32` makes one")
        }
        return token
    }
}
