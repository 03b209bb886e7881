/// The way of a worker's outputs: filled, sealed, in flight, settled; after an abort the same again. Decides, and does
/// nothing itself.
///
///               seal                 committed
///     filling ───────▶ in flight ─────────────────▶ settled, and the memory is used again
///                        ▲   │ aborted
///                        └───┘ after a pause, under a fresh membership; too often: the session ends
///
/// One draft is filled while another is in flight. An abort does not roll a model back: what a draft holds stays true as
/// long as its tasks are owned, and is produced again.
struct TransactionFlow {
    /// A transaction holds at most this, so that an abort's retry stays short.
    static let maxDraftBytes = 32 << 20
    /// An abort caused by the one before is normal (trap 9); more than some are not.
    static let maxTries = 6
    /// How long outputs may wait for a membership to commit them under.
    static let patience = Duration.seconds(60)

    enum State {
        case idle
        case inFlight(TransactionDraft)
        /// Aborted; to be produced again from that moment on.
        case waiting(TransactionDraft, from: ContinuousClock.Instant, reason: String)
    }

    /// What an outcome means for the worker.
    enum Settlement {
        case nothing
        /// Tell the tasks of its parts, then `recycle`.
        case committed(TransactionDraft)
        /// The outputs again; how often they have been tried, and why.
        case again(tries: Int, reason: String)
        case failed(EngineError)
    }

    /// Being filled.
    private(set) var draft = TransactionDraft()
    private var spare: TransactionDraft? = TransactionDraft()
    private(set) var state = State.idle
    private var nextSeal: ContinuousClock.Instant
    private let interval: Duration

    init(interval: Duration, now: ContinuousClock.Instant) {
        self.interval = interval
        nextSeal = now
    }

    var isIdle: Bool { if case .idle = state { true } else { false } }

    /// Nothing is in flight and nothing waits to be sealed.
    var isEmpty: Bool { isIdle && draft.isEmpty }

    /// No more may be added until a seal.
    var isFull: Bool { draft.byteCount > Self.maxDraftBytes }

    /// Whether a part of the partition is in flight or waits to be produced again.
    func isInFlight(_ partition: Int32) -> Bool {
        switch state {
        case .idle: false
        case .inFlight(let draft), .waiting(let draft, _, _): draft.parts.contains { $0.partition == partition }
        }
    }

    /// The next seal does not wait for its time.
    mutating func hurry(_ now: ContinuousClock.Instant) { nextSeal = min(nextSeal, now) }

    /// When there is something to seal, it is time.
    func isDue(_ now: ContinuousClock.Instant) -> Bool { isIdle && (now >= nextSeal || isFull) }

    /// Until the next seal, where none is in flight; nil: an outcome comes first.
    func timeLeft(_ now: ContinuousClock.Instant) -> Duration? {
        switch state {
        case .idle: isFull ? .zero : max(nextSeal - now, .zero)
        case .inFlight: nil
        case .waiting(_, let from, _): max(from - now, .zero)
        }
    }

    /// Takes the filled and sealed draft out to be submitted.
    mutating func handOver(under group: any Membership, at now: ContinuousClock.Instant) -> TransactionDraft {
        precondition(isIdle && !draft.isEmpty, "one draft at a time, and not an empty one")
        let sealed = draft
        sealed.group = group
        draft = spare ?? TransactionDraft()
        spare = nil
        state = .inFlight(sealed)
        nextSeal = now + interval
        return sealed
    }

    /// Parts of tasks that are no longer owned are nobody's any more. What is in flight is not ours to touch now.
    mutating func keepParts(where isOwned: (TransactionDraft.Part) -> Bool) {
        draft.keepParts(where: isOwned)
        if draft.isEmpty { draft.reset() }
        guard case .waiting(let waiting, _, _) = state else { return }
        waiting.keepParts(where: isOwned)
        if waiting.isEmpty { recycle(waiting) }
    }

    /// Acts on what became of the draft in flight.
    mutating func settle(
        _ outcome: CommitOutcome, at now: ContinuousClock.Instant, isOwned: (TransactionDraft.Part) -> Bool
    ) -> Settlement {
        guard case .inFlight(let settled) = state else { return .nothing }
        switch outcome {
        case .committed: return .committed(settled)
        case .aborted(let reason):
            settled.keepParts(where: isOwned)
            settled.tries += 1
            guard !settled.isEmpty else {
                recycle(settled)
                return .nothing
            }
            guard settled.tries < Self.maxTries else {
                return .failed(
                    EngineError(
                        .unavailable, "a transaction failed \(settled.tries) times: \(reason)", isTransient: true))
            }
            state = .waiting(settled, from: now + .milliseconds(20 * settled.tries), reason: reason)
            return .again(tries: settled.tries, reason: reason)
        case .ownershipLost(let reason): return .failed(EngineError(.unavailable, reason, isTransient: true))
        case .failed(let error): return .failed(error)
        }
    }

    /// An aborted draft whose time has come, to be submitted again; nil: not yet. Throws where nobody can commit it.
    mutating func again(
        at now: ContinuousClock.Instant, under membership: () -> (any Membership)?
    ) throws(EngineError) -> TransactionDraft? {
        guard case .waiting(let waiting, let from, let reason) = state, now >= from else { return nil }
        guard let group = membership() else {
            guard now - from < Self.patience else {
                throw EngineError(.unavailable, "no group membership: \(reason)", isTransient: true)
            }
            return nil
        }
        waiting.group = group
        state = .inFlight(waiting)
        return waiting
    }

    /// Empties a settled draft and keeps its memory.
    mutating func recycle(_ settled: TransactionDraft) {
        settled.reset()
        spare = settled
        state = .idle
    }
}
