import Topology

/// What becomes of partitions when the group gives or takes them: decides, and does nothing itself.
///
///              assigned              answered: start … take
///     idle ───────────────▶ asking ─────────────────────────▶ owning
///      ▲                      │ revoked, lost                   │ revoked: drain
///      │◀─────────────────────┘            drained, or late:    ▼
///      │◀──────────────────── park … drop … give up ────────  draining
///      │◀──────────────────── lost: drop … give up ───────────  owning, draining
///
/// Assignments are whole (`range`, docs/decisions/0009). What was parked or paused waits for the assignment that follows,
/// and no longer.
struct RebalanceMachine {
    enum Event {
        case group(GroupEvent)
        case answered(Answer)
        /// Nothing is in flight and nothing waits to be sealed.
        case drained
        /// Time passed.
        case tick
    }

    /// What a task begins from.
    enum Origin: Equatable {
        /// Without history, at an offset.
        case nothing(Int64, stateEnd: Int64, labels: LabelStart? = nil, controlEnd: Int64 = 0)
        /// As it was parked.
        case parked
        /// A restore goes on where it was.
        case paused
        case stored(StoredPlace)
        /// Without history, at an offset, and not before the topology's topics have the partition too.
        case withheld(Int64, labels: LabelStart? = nil)
    }

    enum Action: Equatable {
        /// Find out where the partitions stand.
        case ask(Question)
        /// `assignment` is another number for each time that a partition is given.
        case start(Int32, assignment: UInt64, Origin)
        /// Answer the group.
        case take([Int32])
        /// Commit what there is, then say `drained`.
        case drain([Int32])
        /// Settled tasks are kept, restores under way are paused, the others are dropped.
        case letGo([Int32], keeping: Bool)
        case giveUp([Int32])
        /// What was kept belongs to others now.
        case forgetKept
        case fail(EngineError)
    }

    /// A kept task's committed place.
    struct Kept: Equatable {
        var offset: Int64
        var metadata: OffsetMetadata
        var isRestoring: Bool
    }

    private enum State: Equatable {
        case idle
        case asking(question: UInt64, [Int32], since: ContinuousClock.Instant)
        case owning([Int32])
        case draining([Int32], until: ContinuousClock.Instant)
    }

    /// How long a broker may take to say where the partitions stand.
    static let patience = Duration.seconds(45)
    /// How long a revocation may take: the group waits, and others with it.
    static let drainTime = Duration.seconds(10)

    private let topics: TopicNames
    private let cluster: Cluster
    private let onGap: TopologyPlan.OnGap
    private var state = State.idle
    private var questions: UInt64 = 0
    private var assignments: UInt64 = 0

    init(topics: TopicNames, cluster: Cluster, onGap: TopologyPlan.OnGap = .stop) {
        self.topics = topics
        self.onGap = onGap
        self.cluster = cluster
    }

    /// The group has been answered: this worker knows what it has.
    var isAssigned: Bool { if case .owning = state { true } else { false } }

    /// Time alone may change something.
    var isWaiting: Bool {
        switch state {
        case .asking, .draining: true
        case .idle, .owning: false
        }
    }

    /// - Parameter kept: what is parked or paused, by partition.
    mutating func handle(_ event: Event, at now: ContinuousClock.Instant, kept: [Int32: Kept] = [:]) -> [Action] {
        switch event {
        case .group(.assigned(let partitions)): assigned(partitions, now)
        case .group(.revoked(let partitions)): revoked(partitions, now)
        case .group(.lost(let partitions)): end(partitions, keeping: false)
        case .group(.split(let partitions)): split(partitions)
        case .answered(let answer): answered(answer, kept)
        case .drained: drained()
        case .tick: tick(now)
        }
    }

    private mutating func assigned(_ partitions: [Int32], _ now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        // Only after a revocation that never reached us.
        if case .owning(let former) = state, !former.isEmpty { actions = [.letGo(former, keeping: false)] }
        questions += 1
        state = .asking(question: questions, partitions, since: now)
        guard !partitions.isEmpty else {
            return actions + answered(Answer(question: questions, result: .success([])), [:])
        }
        return actions + [.ask(Question(number: questions, partitions: partitions))]
    }

    /// A task's inputs were given to two members: neither can do anything with its half.
    private mutating func split(_ partitions: [Int32]) -> [Action] {
        let list = partitions.map { "\($0)" }.joined(separator: ", ")
        return fail(
            EngineError(
                .unavailable,
                "the group gave partitions \(list) of \(topics.inputs.joined(separator: " and ")) to different members: do both "
                    + "topics have as many partitions, and all members the same topology?", isTransient: true))
    }

    private mutating func answered(_ answer: Answer, _ kept: [Int32: Kept]) -> [Action] {
        guard case .asking(answer.question, let partitions, _) = state else { return [] }
        switch answer.result {
        case .failure(let error): return fail(error)
        case .success(let standings):
            var actions: [Action] = []
            for partition in partitions {
                guard let standing = standings.first(where: { $0.partition == partition }) else {
                    return fail(EngineError(.fault, "partition \(partition) was not looked up", isTransient: true))
                }
                do throws(EngineError) {
                    let beginning = try standing.beginning(topics, cluster: cluster, onGap: onGap)
                    let origin =
                        standing.lacking.isEmpty
                        ? origin(beginning, kept[partition])
                        : .withheld(standing.begin, labels: standing.labelStart)
                    assignments += 1
                    actions.append(.start(partition, assignment: assignments, origin))
                } catch { return fail(error) }
            }
            state = .owning(partitions)
            return actions + [.take(partitions), .forgetKept]
        }
    }

    private func origin(_ beginning: Beginning, _ kept: Kept?) -> Origin {
        switch beginning {
        case .anew(let offset, let stateEnd, let labels, let controlEnd):
            return .nothing(offset, stateEnd: stateEnd, labels: labels, controlEnd: controlEnd)
        case .from(let place):
            // The label topic's offset is bound to the metadata.
            guard place.gap == nil, let kept, kept.offset == place.offset, kept.metadata == place.metadata else {
                return .stored(place)
            }
            return kept.isRestoring ? .paused : .parked
        }
    }

    private mutating func revoked(_ partitions: [Int32], _ now: ContinuousClock.Instant) -> [Action] {
        guard case .owning(let owned) = state, !owned.isEmpty else { return end(partitions, keeping: true) }
        state = .draining(owned, until: now + Self.drainTime)
        return [.drain(owned)]
    }

    private mutating func drained() -> [Action] {
        guard case .draining(let partitions, _) = state else { return [] }
        return end(partitions, keeping: true)
    }

    private mutating func tick(_ now: ContinuousClock.Instant) -> [Action] {
        switch state {
        case .draining(let partitions, let until) where now >= until: return end(partitions, keeping: true)
        case .asking(_, _, let since) where now - since > Self.patience:
            return fail(
                EngineError(
                    .unavailable,
                    "no broker said within \(Self.patience.components.seconds) s where the partitions of \(topics.input) "
                        + "stand", isTransient: true))
        default: return []
        }
    }

    private mutating func end(_ partitions: [Int32], keeping: Bool) -> [Action] {
        let held: [Int32] =
            switch state {
            case .owning(let owned), .draining(let owned, _): owned
            default: []
            }
        state = .idle
        return (held.isEmpty ? [] : [.letGo(held, keeping: keeping)]) + [.giveUp(partitions)]
    }

    private mutating func fail(_ error: EngineError) -> [Action] {
        state = .idle
        return [.fail(error)]
    }
}
