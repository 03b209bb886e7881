import Foundation
import Testing

/// A connection to a server on loopback, byte by byte.
final class Client {
    private let descriptor: Int32

    init(_ port: UInt16) throws {
        #if canImport(Glibc)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        try #require(descriptor >= 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
    }

    deinit { close(descriptor) }

    /// False where the other end has closed.
    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
        #if canImport(Glibc)
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        #else
        Darwin.send(descriptor, bytes, bytes.count, 0) == bytes.count
        #endif
    }

    @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// No more is sent; answers still come.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes until the text holds `marker`, or until the end.
    func read(until marker: String? = nil) -> String {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            answer += buffer[..<count]
            if let marker, String(decoding: answer, as: UTF8.self).contains(marker) { break }
        }
        return String(decoding: answer, as: UTF8.self)
    }
}

/// One request and all that is answered.
func exchange(_ port: UInt16, _ request: String) throws -> String {
    let client = try Client(port)
    try #require(client.send(request))
    return client.read()
}

func get(_ port: UInt16, _ path: String, method: String = "GET", _ headers: String = "") throws -> String {
    try exchange(port, "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)\r\n")
}
