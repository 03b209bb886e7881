#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A TCP socket that listens, made here because libmicrohttpd would share a taken port (SO_REUSEPORT).
struct ListenSocket {
    let descriptor: Int32
    let port: UInt16

    /// Throws the reason in words.
    init(_ address: ListenAddress) throws(ControlPlaneError) {
        guard let result = address.withSocketAddress({ Self.open($0, $1) }) else {
            throw ControlPlaneError(message: "cannot listen at \(address): the host is not known")
        }
        switch result {
        case .success(let socket): self = socket
        case .failure(let code):
            var reason = String(cString: strerror(code.errno))
            if code.errno == EADDRINUSE {
                reason = "another program listens there, perhaps another `millrace run`; choose another port"
            }
            if code.errno == EACCES { reason += "; ports below 1024 need root" }
            throw ControlPlaneError(message: "cannot listen at \(address): \(reason)")
        }
    }

    private init(descriptor: Int32, port: UInt16) {
        self.descriptor = descriptor
        self.port = port
    }

    private struct Code: Error { let errno: Int32 }

    private static func open(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Result<Self, Code> {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let descriptor = socket(Int32(address.pointee.sa_family), kind, 0)
        guard descriptor >= 0 else { return .failure(Code(errno: errno)) }
        // A port whose last owner has just ended may be taken at once; one that is listened at may not.
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address, length) == 0, listen(descriptor, 128) == 0 else {
            let code = Code(errno: errno)
            close(descriptor)
            return .failure(code)
        }
        var bound = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutablePointer(to: &bound) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
            return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
        return .success(Self(descriptor: descriptor, port: port))
    }
}
