/// Where the engine's parts have the time from: the machine's monotonic clock, or one that a test sets.
struct EngineClock: Sendable {
    private let read: @Sendable () -> ContinuousClock.Instant

    init(_ read: @escaping @Sendable () -> ContinuousClock.Instant) { self.read = read }

    /// The machine's.
    static let system = EngineClock { .now }

    var now: ContinuousClock.Instant { read() }
}
