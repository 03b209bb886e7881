/// Whether a worker whose session broke begins again, and after which pause.
///
/// Ten quiet minutes end a series of failures; a transaction alone does not: each session begins with one.
struct RestartPolicy {
    static let mostFailures = 20
    static let quiet = Duration.seconds(600)

    private var failures = 0
    private var lastFailure: ContinuousClock.Instant?

    /// The pause before the next session, or nil: end with this error.
    mutating func pause(after error: EngineError, at now: ContinuousClock.Instant) -> Duration? {
        failures = lastFailure.map { now - $0 > Self.quiet } ?? true ? 1 : failures + 1
        lastFailure = now
        guard error.isTransient, failures <= Self.mostFailures else { return nil }
        return min(.milliseconds(200) * failures, .seconds(5))
    }

    /// Events were committed: the failures before were others.
    mutating func progressed() { failures = 0 }
}
