import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The server's connections, and who has to go when there are too many or one takes too long.
///
/// A connection is ended by shutting its socket down: libmicrohttpd then reads the end of the input and closes it.
final class Connections: Sendable {
    /// What a connection does at the moment.
    enum Phase: Sendable {
        /// It has not sent a whole request: it is new, idle after an answer, or slow.
        case waiting
        /// Somebody makes its answer; libmicrohttpd has it suspended.
        case working(HTTPReply)
        /// It takes its answer.
        case answering
        /// It gets events.
        case streaming

        var isWaiting: Bool { if case .waiting = self { true } else { false } }
        var isStreaming: Bool { if case .streaming = self { true } else { false } }
    }

    private struct Entry {
        var socket: Int32
        var address: UInt64
        var phase = Phase.waiting
        var since = ContinuousClock.now
    }

    private let limits: HTTPLimits
    private let entries = Mutex<[UInt: Entry]>([:])

    init(_ limits: HTTPLimits) { self.limits = limits }

    /// A connection was accepted; `address` stands for its other end.
    func open(_ connection: UInt, socket: Int32, address: UInt64) {
        entries.withLock { entries in
            // Before it is counted itself: the new one is never the one that goes.
            let waiting = entries.values.filter { $0.phase.isWaiting }
            let own = waiting.filter { $0.address == address }
            if own.count >= limits.waitingPerAddress {
                Self.endOldest(own)
            } else if waiting.count >= limits.waiting {
                Self.endOldest(waiting)
            } else if entries.count >= limits.connections {
                Self.endOldest(waiting.isEmpty ? Array(entries.values) : waiting)
            }
            entries[connection] = Entry(socket: socket, address: address)
        }
    }

    func close(_ connection: UInt) { entries.withLock { $0[connection] = nil } }

    func enter(_ phase: Phase, _ connection: UInt) {
        entries.withLock { entries in
            entries[connection]?.phase = phase
            entries[connection]?.since = .now
        }
    }

    /// Takes a place among the streams; false where there is none.
    func beginStream(_ connection: UInt) -> Bool {
        entries.withLock { entries in
            guard entries.values.count(where: { $0.phase.isStreaming }) < limits.streams else { return false }
            entries[connection]?.phase = .streaming
            entries[connection]?.since = .now
            return true
        }
    }

    /// Ends what takes longer than it may. Call it about once a second.
    func sweep(_ now: ContinuousClock.Instant = .now) {
        let late = entries.withLock { entries in
            var late: [HTTPReply] = []
            for entry in entries.values {
                switch entry.phase {
                case .waiting where now - entry.since > limits.request: shutdown(entry.socket, Int32(SHUT_RDWR))
                case .answering where now - entry.since > limits.answer: shutdown(entry.socket, Int32(SHUT_RDWR))
                case .working(let reply) where now - entry.since > limits.working: late.append(reply)
                default: break
                }
            }
            return late
        }
        for reply in late { reply.send(.problem(504, "the engine did not answer in time; it may be restoring")) }
    }

    /// Answers everything that somebody still works at, for the server's end.
    func answerAll() {
        let open = entries.withLock {
            $0.values.compactMap { if case .working(let reply) = $0.phase { reply } else { nil } }
        }
        for reply in open { reply.send(.problem(503, "the program is ending")) }
    }

    private static func endOldest(_ entries: [Entry]) {
        if let oldest = entries.min(by: { $0.since < $1.since }) { shutdown(oldest.socket, Int32(SHUT_RDWR)) }
    }

    /// Stands for an address: all of IPv4, and the network half of IPv6, of which one sender has 2^64.
    static func key(_ address: UnsafePointer<sockaddr>?) -> UInt64 {
        guard let address else { return 0 }
        let raw = UnsafeRawPointer(address)
        return switch Int32(address.pointee.sa_family) {
        case AF_INET: UInt64(raw.load(as: sockaddr_in.self).sin_addr.s_addr)
        case AF_INET6:
            raw.loadUnaligned(fromByteOffset: MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!, as: UInt64.self)
        default: 0
        }
    }
}
