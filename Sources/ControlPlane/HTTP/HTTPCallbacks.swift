import CMicroHTTPD

/// A request on its way in, until its answer is on its way out. Only the server's thread touches it, but for `response`,
/// which another thread sets while the connection is suspended.
private final class Exchange {
    var request: HTTPRequest
    var isTooLarge = false
    var response: HTTPResponse?

    init(_ request: HTTPRequest) { self.request = request }
}

/// libmicrohttpd calls at a request's headers, for each part of its body, at its end, and after a suspension.
func handle(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?,
    _ uploadSize: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let url, let method, let uploadSize, let state else { return mr_http_no() }
    let server = Unmanaged<HTTPServer.Context>.fromOpaque(context).takeUnretainedValue()
    guard let known = state.pointee else {
        let request = HTTPRequest(
            method: String(cString: method), path: String(cString: url), query: values(connection, isQuery: true),
            headers: values(connection, isQuery: false))
        let exchange = Exchange(request)
        state.pointee = Unmanaged.passRetained(exchange).toOpaque()
        guard let length = request.headers["content-length"].flatMap({ Int($0) }), length > server.limits.body else {
            return mr_http_yes()
        }
        return send(tooLarge(server.limits), on: connection, server)
    }
    let exchange = Unmanaged<Exchange>.fromOpaque(known).takeUnretainedValue()
    if uploadSize.pointee > 0, let upload {
        if exchange.request.body.count + uploadSize.pointee > server.limits.body {
            exchange.isTooLarge = true
        } else {
            exchange.request.body += UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
        }
        uploadSize.pointee = 0
        return mr_http_yes()
    }
    if let response = exchange.response { return send(response, on: connection, server) }
    if exchange.isTooLarge { return send(tooLarge(server.limits), on: connection, server) }
    switch server.answer(exchange.request) {
    case .response(let response): return send(response, on: connection, server)
    case .later(let work):
        answerLater(work, exchange, connection, server)
        return mr_http_yes()
    case .events(let hub): return stream(hub, to: connection, server)
    }
}

private func tooLarge(_ limits: HTTPLimits) -> HTTPResponse {
    .problem(413, "a request's body may have \(limits.body) bytes at most")
}

private func answerLater(
    _ work: @Sendable (HTTPReply) -> Void, _ exchange: Exchange, _ connection: OpaquePointer,
    _ server: HTTPServer.Context
) {
    // The exchange and the connection live until the connection is resumed, which the reply does once.
    let number = UInt(bitPattern: connection)
    nonisolated(unsafe) let exchange = exchange
    let reply = HTTPReply { response in
        exchange.response = response
        MHD_resume_connection(OpaquePointer(bitPattern: number))
    }
    MHD_suspend_connection(connection)
    server.connections.enter(.working(reply), number)
    work(reply)
}

private func stream(_ hub: EventHub, to connection: OpaquePointer, _ server: HTTPServer.Context) -> MHD_Result {
    let number = UInt(bitPattern: connection)
    guard server.connections.beginStream(number) else {
        let text = "\(server.limits.streams) viewers are served already; try again later"
        return send(.problem(503, text, headers: [("Retry-After", "30")]), on: connection, server)
    }
    guard let made = hub.response(connection) else { return mr_http_no() }
    defer { MHD_destroy_response(made) }
    addHeaders(made, [("Content-Type", "text/event-stream"), ("X-Accel-Buffering", "no")])
    return MHD_queue_response(connection, 200, made)
}

private func send(_ response: HTTPResponse, on connection: OpaquePointer, _ server: HTTPServer.Context) -> MHD_Result {
    server.connections.enter(.answering, UInt(bitPattern: connection))
    var body = response.body
    guard let made = body.withUTF8({ mr_http_response($0.baseAddress, $0.count) }) else { return mr_http_no() }
    defer { MHD_destroy_response(made) }
    addHeaders(made, [("Content-Type", response.contentType)] + response.headers)
    return MHD_queue_response(connection, response.status, made)
}

private func addHeaders(_ response: OpaquePointer, _ headers: [(String, String)]) {
    let fixed = [
        ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
    ]
    for (name, value) in fixed + headers { MHD_add_response_header(response, name, value) }
}

private func values(_ connection: OpaquePointer, isQuery: Bool) -> [String: String] {
    final class Found { var values: [String: String] = [:] }
    let found = Found()
    mr_http_each(
        connection, isQuery ? 1 : 0,
        { context, _, key, value in
            guard let context, let key else { return mr_http_yes() }
            let found = Unmanaged<Found>.fromOpaque(context).takeUnretainedValue()
            let name = String(cString: key)
            if found.values[name] == nil { found.values[name] = value.map { String(cString: $0) } ?? "" }
            return mr_http_yes()
        }, Unmanaged.passUnretained(found).toOpaque())
    guard !isQuery else { return found.values }
    return Dictionary(found.values.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
}

/// An answer was taken, or the connection broke: what is kept of the request goes.
func completed(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
) {
    guard let context, let connection, let state, let known = state.pointee else { return }
    Unmanaged<Exchange>.fromOpaque(known).release()
    state.pointee = nil
    let server = Unmanaged<HTTPServer.Context>.fromOpaque(context).takeUnretainedValue()
    server.connections.enter(.waiting, UInt(bitPattern: connection))
}

/// A connection begins or ends.
func connectionChanged(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
) {
    guard let context, let connection else { return }
    let server = Unmanaged<HTTPServer.Context>.fromOpaque(context).takeUnretainedValue()
    let number = UInt(bitPattern: connection)
    if mr_http_started(code) != 0 {
        server.connections.open(
            number, socket: mr_http_socket(connection), address: Connections.key(mr_http_peer(connection)))
    } else {
        server.connections.close(number)
    }
}
