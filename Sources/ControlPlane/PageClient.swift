import Engine
import Foundation

/// Asks a running process over its own API, for commands that show or write what it says.
///
/// One connection per question, closed behind the answer; nothing is kept. Throws the reason in words.
public struct PageClient: Sendable {
    /// Where the process listens.
    public let address: ListenAddress

    /// A process at an address.
    public init(_ address: ListenAddress) { self.address = address }

    /// The body of an answer, whatever its status.
    public func get(_ path: String, seconds: Int = 10) throws(ControlPlaneError) -> (status: Int, body: String) {
        guard let opened = address.withSocketAddress({ Self.connect($0, $1, seconds) }) else {
            throw ControlPlaneError(message: "\(address): the host is not known")
        }
        guard opened >= 0 else {
            let reason = String(cString: strerror(-opened))
            throw ControlPlaneError(
                message: "nothing answers at \(address) (\(reason)): is `millrace run --http \(address)` running?")
        }
        defer { close(opened) }
        // HTTP/1.0: the answer ends with the connection.
        let request = Array("GET \(path) HTTP/1.0\r\nHost: localhost\r\n\r\n".utf8)
        guard write(opened, request, request.count) == request.count else {
            throw ControlPlaneError(message: "\(address) closed the connection")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(opened, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else { throw ControlPlaneError(message: "\(address) did not answer in \(seconds) s") }
            answer += buffer[..<count]
        }
        return try parse(String(decoding: answer, as: UTF8.self))
    }

    private func parse(_ answer: String) throws(ControlPlaneError) -> (status: Int, body: String) {
        let words = answer.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/"), let status = Int(words[1]),
            let end = answer.firstRange(of: "\r\n\r\n")
        else { throw ControlPlaneError(message: "what answers at \(address) is no Millrace") }
        return (status, String(answer[end.upperBound...]))
    }

    /// The socket, or the error's number below 0.
    private static func connect(
        _ address: UnsafePointer<sockaddr>, _ length: socklen_t, _ seconds: Int
    ) -> Int32 {
        #if canImport(Glibc)
        let descriptor = socket(Int32(address.pointee.sa_family), Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(Int32(address.pointee.sa_family), SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return -errno }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        #if canImport(Glibc)
        let result = Glibc.connect(descriptor, address, length)
        #else
        let result = Darwin.connect(descriptor, address, length)
        #endif
        guard result == 0 else {
            let code = errno
            close(descriptor)
            return -code
        }
        return descriptor
    }
}
