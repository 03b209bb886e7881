import Synchronization

/// A clock that stands still until a test moves it.
///
/// Its instants are `ContinuousClock`'s, so that it can stand wherever that one is read. Any thread may use it.
///
/// ```swift
/// let clock = ManualClock()
/// clock.advance(by: .seconds(10))
/// ```
public final class ManualClock: Clock, Sendable {
    private let time = Mutex(ContinuousClock.now)

    /// Stands at some moment.
    public init() {}

    /// The moment at which it stands.
    public var now: ContinuousClock.Instant { time.withLock { $0 } }

    /// Moves forward.
    public func advance(by duration: Duration) { time.withLock { $0 += duration } }

    /// Any step may matter.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Does not wait: the time has come at once.
    public func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration? = nil) async throws {
        time.withLock { $0 = max($0, deadline) }
    }
}
