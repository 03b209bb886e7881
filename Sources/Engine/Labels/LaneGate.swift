import OnlineLearning

/// Whether an input that gives nothing at the moment is waited for: `protocol.md`, "Late labels, precisely", 2, 3 and 6.
///
///             record                    end
///     ┌──────────────▶ giving ──────────────────▶ at its end: not waited for
///     │                  │ nothing, and no end was seen
///     │                  ▼
///     │                  ▲ the leader is away, or an open transaction hides what follows: at its end no more
///     └───────────── awaited ── `wait` is over ──▶ cut: the other goes on alone; level again, it takes its turns as before
///
/// After an outage of the leader an end is not what it was: producers bring what they kept one after the other and in several
/// batches, with ends between them. It counts again after `silence` without a record; being level counts after `grace`, and
/// once none of the records is a straggler any more.
struct LaneGate: Equatable {
    /// Everything that a broker shows has come.
    private(set) var isAtEnd = false
    /// It was waited for in vain, and has not caught up since.
    private(set) var isCut = false
    private var awaitedSince: ContinuousClock.Instant?
    /// No leader told where it ends, and what was kept back meanwhile may not be here.
    private var outage: Outage?
    private var hasRecord = false

    private struct Outage: Equatable {
        /// Since when a leader tells again; nil: it is away.
        var backSince: ContinuousClock.Instant?
        /// The last sign that something comes.
        var lastNews: ContinuousClock.Instant?
        /// The last record that was farther behind than is usual.
        var lastStraggler: ContinuousClock.Instant?
    }

    /// Producers try to connect again every ten seconds at the longest (`reconnect.backoff.max.ms` of librdkafka; Java's is one
    /// second): until then one of them may be level and another not yet there.
    static let grace = Duration.seconds(15)
    /// A producer whose host was gone notices after thirty seconds (`socket.connection.setup.timeout.ms`).
    static let silence = Duration.seconds(30)

    /// So long after the last straggler none comes any more.
    static let calm = Duration.seconds(3)
    /// What is farther behind than usual for so long is usual now.
    static let patience = Duration.seconds(300)

    /// What was kept back meanwhile may not all be here.
    var isAfterOutage: Bool { outage != nil }

    /// Neither cut nor after an outage: time decides nothing as long as there are records.
    var isSteady: Bool { !isCut && outage == nil }

    /// A lane whose labels were held back when the task stopped: what was kept back may not have come.
    static func held() -> LaneGate {
        var gate = LaneGate()
        gate.isCut = true
        gate.outage = Outage()
        return gate
    }

    /// A record is there.
    mutating func sawRecord() {
        isAtEnd = false
        awaitedSince = nil
        hasRecord = true
    }

    /// The time has come to `now`.
    mutating func look(at now: ContinuousClock.Instant) {
        guard outage != nil, hasRecord else { return }
        foundLeader(at: now)
        outage?.lastNews = now
        hasRecord = false
    }

    /// A leader tells, or gives records.
    mutating func foundLeader(at now: ContinuousClock.Instant) {
        guard outage != nil, outage?.backSince == nil else { return }
        outage = Outage(backSince: now, lastNews: now)
    }

    /// A broker says that there is no more for now: whatever was missed has come, or would have.
    mutating func sawEnd(at now: ContinuousClock.Instant) {
        look(at: now)
        foundLeader(at: now)
        if let news = outage?.lastNews {
            guard now - news >= Self.silence else { return }
            outage = nil
        }
        isAtEnd = true
        isCut = false
        awaitedSince = nil
    }

    /// Nobody knows where it ends, for its leader is away: what comes next may be far.
    mutating func lostLeader() {
        isAtEnd = false
        outage = Outage()
        hasRecord = false
    }

    /// An open transaction hides where it ends.
    mutating func lostSight() { isAtEnd = false }

    /// A record is farther behind the other input than is usual.
    mutating func sawStraggler(at now: ContinuousClock.Instant) { outage?.lastStraggler = now }

    /// It has caught up with the other.
    mutating func isLevel(at now: ContinuousClock.Instant) {
        guard outage == nil || hasSettled(now) else { return }
        outage = nil
        isCut = false
    }

    /// Every producer is back, and has brought what it kept.
    private func hasSettled(_ now: ContinuousClock.Instant) -> Bool {
        guard let outage, let since = outage.backSince, now - since >= Self.grace else { return false }
        return now - since >= Self.patience || outage.lastStraggler.map { now - $0 >= Self.calm } ?? true
    }

    /// Whose time may run out, where these are the labels.
    func hold(at now: ContinuousClock.Instant) -> LabelHold {
        guard isCut else { return .none }
        return hasSettled(now) ? .byLabels : .all
    }

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
