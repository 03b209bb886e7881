import CMicroHTTPD

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a request is answered with.
struct HTTPResponse: Sendable {
    var status: UInt32 = 200
    var contentType = "text/plain; charset=utf-8"
    var body: String
    /// Further headers.
    var headers: [(String, String)] = []
}

/// A small HTTP server over libmicrohttpd with one thread of its own, for GET and HEAD.
///
/// Limits: 64 connections, 32 KiB of memory each, 10 s without a byte; a request's body is never read. `answer` is
/// called on the server's thread.
final class HTTPServer: Sendable {
    private let daemon: OpaqueHandle
    private let context: Unmanaged<Handler>
    let port: UInt16

    /// libmicrohttpd's calls that we make are safe from any thread.
    private struct OpaqueHandle: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    final class Handler: Sendable {
        let answer: @Sendable (_ path: String) -> HTTPResponse
        init(_ answer: @escaping @Sendable (String) -> HTTPResponse) { self.answer = answer }
    }

    /// Nil where the address cannot be listened at; errno says why.
    init?(_ address: ListenAddress, answer: @escaping @Sendable (_ path: String) -> HTTPResponse) {
        let context = Unmanaged.passRetained(Handler(answer))
        let daemon = address.withSocketAddress { socketAddress in
            mr_http_start(socketAddress, 64, 32 << 10, 10, handleRequest, context.toOpaque())
        }
        guard let daemon else {
            context.release()
            return nil
        }
        self.daemon = OpaqueHandle(pointer: daemon)
        self.context = context
        port = mr_http_port(daemon)
    }

    deinit {
        MHD_stop_daemon(daemon.pointer)
        context.release()
    }
}

/// Marks a request whose headers were seen: libmicrohttpd calls twice, and takes an answer the second time.
nonisolated(unsafe) private let seen = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)

private func handleRequest(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let url, let method, let state else { return mr_http_no() }
    let isReading = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0
    if isReading, state.pointee == nil {
        state.pointee = seen
        return mr_http_yes()
    }
    if let uploadSize, uploadSize.pointee > 0 {
        uploadSize.pointee = 0
        return mr_http_yes()
    }
    let handler = Unmanaged<HTTPServer.Handler>.fromOpaque(context).takeUnretainedValue()
    let response =
        isReading
        ? handler.answer(String(cString: url))
        : HTTPResponse(status: 405, body: "only GET and HEAD are allowed\n", headers: [("Allow", "GET, HEAD")])
    return send(response, on: connection)
}

private func send(_ response: HTTPResponse, on connection: OpaquePointer) -> MHD_Result {
    var body = response.body
    let made = body.withUTF8 { bytes in
        mr_http_response(bytes.baseAddress, bytes.count)
    }
    guard let made else { return mr_http_no() }
    defer { MHD_destroy_response(made) }
    let fixed = [
        ("Content-Type", response.contentType), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
    ]
    for (name, value) in fixed + response.headers { MHD_add_response_header(made, name, value) }
    return MHD_queue_response(connection, response.status, made)
}
