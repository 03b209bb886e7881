import KafkaClient

/// What to do about an error of a transactional call: the decisions of `protocol.md`, "Errors at commit", without IO.
enum CommitDecision: Equatable {
    /// The same call with the same arguments, after a short pause.
    case repeatCall
    /// Abort; nothing was committed; the same outputs may be produced again.
    case abortThenRetry
    /// Nothing was committed, but the handle is spent: a new one, then the same outputs again.
    case rebuildThenRetry
    /// Whether it was committed is unknown: a new handle, then the committed metadata decide.
    case rebuildThenResolve

    enum Stage: Equatable, CaseIterable { case begin, produce, sendOffsets, commit }

    /// - Parameters:
    ///   - stage: the call that failed. Producing is many calls, some of which may have gone through: never repeated.
    ///   - error: its flags, in librdkafka's order: fatal, then abortable, then retriable.
    ///   - outOfTime: the transaction's deadline has passed.
    static func decide(stage: Stage, isFatal: Bool, requiresAbort: Bool, isRetriable: Bool, outOfTime: Bool) -> Self {
        if isFatal { return stage == .commit ? .rebuildThenResolve : .rebuildThenRetry }
        if requiresAbort { return .abortThenRetry }
        if isRetriable, !outOfTime, stage != .produce { return .repeatCall }
        // Out of time in a commit: a copy of the request may still be under way, so this handle never begins again.
        if stage == .commit { return .rebuildThenResolve }
        return stage == .produce || stage == .sendOffsets ? .abortThenRetry : .rebuildThenRetry
    }

    /// What committed metadata say of a transaction whose outcome is unknown.
    enum Resolution: Equatable { case committed, notCommitted, ownershipLost }

    static func resolve(draft sequence: UInt64, committed: UInt64?) -> Resolution {
        guard let committed else { return sequence == 1 ? .notCommitted : .ownershipLost }
        if committed == sequence { return .committed }
        return committed &+ 1 == sequence ? .notCommitted : .ownershipLost
    }
}
