/// Whether an input that gives nothing at the moment is waited for: `protocol.md`, "Late labels, precisely", 2 and 3.
///
///             record                    end
///     ┌──────────────▶ giving ──────────────────▶ at its end: not waited for
///     │                  │ nothing, and no end was seen
///     │                  ▼
///     │                  ▲ the leader is away, or an open transaction hides what follows: at its end no more
///     └───────────── awaited ── `wait` is over ──▶ cut: the other goes on alone; level again, it takes its turns as before
struct LaneGate: Equatable {
    /// Everything that a broker shows has come.
    private(set) var isAtEnd = false
    /// It was waited for in vain, and has not caught up since.
    private(set) var isCut = false
    private var awaitedSince: ContinuousClock.Instant?
    /// No leader told where it ends, and nothing has come since.
    private var isAway = false
    /// Since when a leader tells again that there is nothing.
    private var backSince: ContinuousClock.Instant?

    /// What producers kept while the leader was away comes some time after it is back: they try to connect again every ten
    /// seconds at the longest (`reconnect.backoff.max.ms` of librdkafka; Java's is one second).
    static let grace = Duration.seconds(15)

    /// A record is there.
    mutating func sawRecord() {
        isAtEnd = false
        awaitedSince = nil
        isAway = false
        backSince = nil
    }

    /// A broker says that there is no more for now: whatever was missed has come, or would have.
    mutating func sawEnd(at now: ContinuousClock.Instant) {
        if isAway {
            let since = backSince ?? now
            backSince = since
            guard now - since >= Self.grace else { return }
            isAway = false
            backSince = nil
        }
        isAtEnd = true
        isCut = false
        awaitedSince = nil
    }

    /// Nobody knows where it ends, for its leader is away: what comes next may be far.
    mutating func lostLeader() {
        isAtEnd = false
        isAway = true
        backSince = nil
    }

    /// An open transaction hides where it ends.
    mutating func lostSight() { isAtEnd = false }

    /// It has caught up with the other.
    mutating func isLevel() { isCut = false }

    /// There is no record: whether to wait for one. Cuts it where that has lasted for `patience`.
    mutating func isAwaited(at now: ContinuousClock.Instant, patience: Duration) -> Bool {
        guard !isAtEnd, !isCut else { return false }
        let since = awaitedSince ?? now
        awaitedSince = since
        guard now - since >= patience else { return true }
        isCut = true
        return false
    }
}
