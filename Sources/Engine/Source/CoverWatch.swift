/// Partitions that came later and wait for the topology's topics to have them too: looked after every few seconds.
struct CoverWatch {
    static let period = Duration.seconds(5)

    private var isAsked = false
    private var askedAt: ContinuousClock.Instant?

    /// What to ask now, or nil.
    mutating func question(_ tasks: [Int32: PartitionTask], at now: ContinuousClock.Instant) -> Question? {
        let withheld = tasks.filter { $0.value.phase == .withheld }.keys.sorted()
        guard !withheld.isEmpty, !isAsked, askedAt.map({ now - $0 >= Self.period }) ?? true else { return nil }
        isAsked = true
        askedAt = now
        return Question(kind: .cover, number: 0, partitions: withheld)
    }

    /// Those that are covered begin. A failure is no news: the next question comes.
    mutating func answered(_ answer: Answer, _ tasks: [Int32: PartitionTask]) {
        isAsked = false
        guard case .success(let standings) = answer.result else { return }
        for standing in standings {
            if let task = tasks[standing.partition], task.phase == .withheld { task.phase = .starting }
        }
    }
}
