/// What one sender may take of the server.
///
/// Room is made and not denied: at a limit the oldest connection that has not yet sent its request is closed, so that a
/// new one (a health check for one) is always let in and served, whoever holds the rest.
struct HTTPLimits: Sendable {
    /// Connections in all. Each takes `memory` at most.
    var connections = 512
    /// Connections of one address that have not yet sent a whole request.
    var waitingPerAddress = 64
    /// The same of all addresses.
    var waiting = 256
    /// Streams of events; the next viewer is told 503.
    var streams = 300
    /// Bytes of headers per connection.
    var memory = 16 << 10
    /// Bytes of a request's body.
    var body = 64 << 10
    /// From the first moment of a connection, or from the answer before, until a request is whole.
    var request = Duration.seconds(10)
    /// Until an answer that is made elsewhere is there.
    var working = Duration.seconds(5)
    /// Until an answer is taken in full.
    var answer = Duration.seconds(30)
}
