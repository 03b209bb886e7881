import CMicroHTTPD
import Synchronization

/// A stream of server-sent events with any number of readers. An event is made once for all of them.
///
/// Every event tells the whole present state, so a reader that is slow or was away gets the newest one and none that it
/// missed: nothing is queued, memory is bounded. Readers that have the newest one are suspended and cost nothing.
final class EventHub: Sendable {
    struct Event: Sendable {
        var number: UInt64
        var bytes: [UInt8]
    }

    private struct State {
        var event = Event(number: 0, bytes: [])
        /// Suspended connections; libmicrohttpd's calls on them are safe from any thread.
        var waiting: [UInt] = []
        var readers = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let make: @Sendable () -> String

    /// `make` gives the data of an event, on one line.
    init(_ make: @escaping @Sendable () -> String) { self.make = make }

    /// Makes an event where somebody reads. Call it about once a second.
    func tick() {
        guard state.withLock({ $0.readers > 0 }) else { return }
        let data = make()
        let waiting = state.withLock { state in
            let number = state.event.number + 1
            state.event = Event(number: number, bytes: Array("id: \(number)\ndata: \(data)\n\n".utf8))
            defer { state.waiting = [] }
            return state.waiting
        }
        Self.resume(waiting)
    }

    /// Ends all streams.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        Self.resume(waiting)
    }

    private static func resume(_ connections: [UInt]) {
        for connection in connections { MHD_resume_connection(OpaquePointer(bitPattern: connection)) }
    }

    /// The answer that streams to a connection.
    func response(_ connection: OpaquePointer) -> OpaquePointer? {
        let isFirst = state.withLock { state in
            state.readers += 1
            return state.readers == 1
        }
        // The first reader does not wait for the next second.
        if isFirst { tick() }
        let reader = Unmanaged.passRetained(Reader(self, UInt(bitPattern: connection)))
        return mr_http_stream(
            { context, _, buffer, room in
                guard let context, let buffer else { return -1 }
                return Unmanaged<Reader>.fromOpaque(context).takeUnretainedValue().read(buffer, room)
            }, reader.toOpaque(),
            { context in
                if let context { Unmanaged<Reader>.fromOpaque(context).release() }
            })
    }

    /// One connection's place in the stream. Only the server's thread reads.
    private final class Reader {
        private let hub: EventHub
        private let connection: UInt
        private var last: UInt64 = 0
        private var rest: ArraySlice<UInt8> = []

        init(_ hub: EventHub, _ connection: UInt) {
            self.hub = hub
            self.connection = connection
        }

        deinit { hub.state.withLock { $0.readers -= 1 } }

        /// Fills the buffer; 0 after the connection was suspended, -1 at the end.
        func read(_ buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
            if rest.isEmpty {
                let isOver = hub.state.withLock { state in
                    if state.isClosed { return true }
                    if state.event.number > last {
                        last = state.event.number
                        rest = state.event.bytes[...]
                    } else {
                        // Under the lock: an event that comes now would miss a connection that is not yet in the list.
                        MHD_suspend_connection(OpaquePointer(bitPattern: connection))
                        state.waiting.append(connection)
                    }
                    return false
                }
                if isOver { return -1 }
            }
            let part = rest.prefix(room)
            rest = rest.dropFirst(part.count)
            part.withUnsafeBytes {
                UnsafeMutableRawPointer(buffer).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
            }
            return part.count
        }
    }
}
