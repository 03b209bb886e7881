import CMicroHTTPD
import Foundation
import Synchronization

/// A small HTTP server over libmicrohttpd with one thread of its own, and a second that watches deadlines.
///
/// `answer` is called on the server's thread: it must be quick or answer `.later`.
final class HTTPServer: Sendable {
    let port: UInt16
    private let daemon: Handle
    private let context: Unmanaged<Context>
    private let watch: Watch

    /// libmicrohttpd's calls that we make are safe from any thread.
    private struct Handle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// What the callbacks of one server know.
    final class Context: Sendable {
        let limits: HTTPLimits
        let connections: Connections
        let answer: @Sendable (HTTPRequest) -> HTTPOutcome

        init(_ limits: HTTPLimits, _ answer: @escaping @Sendable (HTTPRequest) -> HTTPOutcome) {
            self.limits = limits
            connections = Connections(limits)
            self.answer = answer
        }
    }

    /// Starts to listen; throws the reason in words. `everySecond` is called by the second thread.
    init(
        _ address: ListenAddress, limits: HTTPLimits = HTTPLimits(), everySecond: @escaping @Sendable () -> Void = {},
        answer: @escaping @Sendable (HTTPRequest) -> HTTPOutcome
    ) throws(ControlPlaneError) {
        let socket = try ListenSocket(address)
        let context = Unmanaged.passRetained(Context(limits, answer))
        let callbacks = mr_http_callbacks(handle: handle, completed: completed, connection: connectionChanged)
        // libmicrohttpd's own limits lie a little above ours, which make room instead of refusing.
        let daemon = mr_http_start(
            socket.descriptor, UInt32(limits.connections + 64), limits.memory,
            UInt32(limits.request.components.seconds + 1), callbacks, context.toOpaque())
        guard let daemon else {
            context.release()
            close(socket.descriptor)
            throw ControlPlaneError(message: "cannot listen at \(address): the HTTP library refuses to start")
        }
        port = socket.port
        self.daemon = Handle(pointer: daemon)
        self.context = context
        let connections = context.takeUnretainedValue().connections
        watch = Watch {
            connections.sweep()
            everySecond()
        }
    }

    deinit {
        watch.stop()
        context.takeUnretainedValue().connections.answerAll()
        MHD_stop_daemon(daemon.pointer)
        context.release()
    }
}

/// A thread that calls once a second until it is stopped.
private final class Watch: Sendable {
    private let condition = NSCondition()
    private let isStopped = Mutex(false)
    private let done = DispatchSemaphore(value: 0)

    init(_ action: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            while wait() { action() }
            done.signal()
        }
        thread.name = "http-watch"
        thread.start()
    }

    /// True after a second, false once it is stopped.
    private func wait() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        let end = Date(timeIntervalSinceNow: 1)
        while !isStopped.withLock({ $0 }) {
            if !condition.wait(until: end) { return !isStopped.withLock { $0 } }
        }
        return false
    }

    func stop() {
        condition.lock()
        isStopped.withLock { $0 = true }
        condition.signal()
        condition.unlock()
        done.wait()
    }
}
