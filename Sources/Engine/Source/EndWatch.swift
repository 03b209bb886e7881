import Console

/// Where the input's partitions end, asked of the broker every few seconds: what lag is measured from. What a fetch last
/// said would call a fetch that stands still caught up.
struct EndWatch {
    static let period = Duration.seconds(5)
    /// Where labels come by themselves: until an answer says that their leader is away, events' time runs out.
    static let labelledPeriod = Duration.seconds(1)
    /// So long may a task stand still below the end before a line says so.
    static let patience = Duration.seconds(30)

    private var isAsked = false
    private var askedAt: ContinuousClock.Instant?
    private var places: [Int32: (position: Int64, since: ContinuousClock.Instant, isTold: Bool)] = [:]

    /// What to ask now, or nil.
    mutating func question(_ tasks: [Int32: PartitionTask], at now: ContinuousClock.Instant) -> Question? {
        for partition in standingStill(
            tasks.filter { $0.value.isReady }.mapValues { ($0.position, $0.lane.end) }, at: now)
        {
            let lane = tasks[partition]!.lane
            Log.warning(
                Self.reason(lane), ("partition", "\(partition)"), ("offset", "\(lane.position)"),
                ("end", "\(lane.end ?? 0)"))
        }
        let period = tasks.values.contains { $0.labels != nil } ? Self.labelledPeriod : Self.period
        guard !isAsked, !tasks.isEmpty, askedAt.map({ now - $0 >= period }) ?? true else { return nil }
        isAsked = true
        askedAt = now
        return Question(kind: .end, number: 0, partitions: tasks.keys.sorted())
    }

    /// A failure is no news: the next question comes.
    mutating func answered(_ answer: Answer, _ tasks: [Int32: PartitionTask], at now: ContinuousClock.Instant) {
        isAsked = false
        guard case .success(let standings) = answer.result else { return }
        for standing in standings { tasks[standing.partition]?.sawEnds(standing, at: now) }
    }

    /// Why a lane may stand still, and what to look at.
    static func reason(_ lane: InputLane) -> String {
        if let stable = lane.stableEnd, lane.position >= stable {
            return
                "the input stands still below its end: a transaction that a producer left open hides what follows. It ends "
                + "when the producer ends it or its transaction.timeout.ms is over; kafka-transactions.sh find-hanging finds "
                + "one that never will"
        }
        return "the input stands still below its end: is the leader of the partition away?"
    }

    /// Partitions that have not moved for a while although there is more; each told once until it moves.
    mutating func standingStill(
        _ tasks: [Int32: (position: Int64, end: Int64?)], at now: ContinuousClock.Instant
    ) -> [Int32] {
        places = places.filter { tasks[$0.key] != nil }
        var still: [Int32] = []
        for (partition, task) in tasks {
            guard let place = places[partition], place.position == task.position, task.position < task.end ?? 0 else {
                places[partition] = (task.position, now, false)
                continue
            }
            guard !place.isTold, now - place.since > Self.patience else { continue }
            places[partition]!.isTold = true
            still.append(partition)
        }
        return still.sorted()
    }
}
