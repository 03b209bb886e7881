import Console

/// Journals begin where the inputs begin: looked after every ten minutes.
struct TrimWatch {
    static let period = Duration.seconds(600)

    private var isAsked = false
    private var askedAt: ContinuousClock.Instant?
    private var hasFailed = false

    /// What to ask now, or nil.
    mutating func question(_ tasks: [Int32: PartitionTask], at now: ContinuousClock.Instant) -> Question? {
        // Not at the start, when there is more to ask for.
        let last = askedAt ?? now
        askedAt = last
        guard !isAsked, now - last >= Self.period else { return nil }
        let marks = tasks.mapValues(\.journalMarks).filter { !$0.value.isEmpty }
        guard !marks.isEmpty else { return nil }
        isAsked = true
        askedAt = now
        var question = Question(kind: .trim, number: 0, partitions: marks.keys.sorted())
        question.marks = marks
        return question
    }

    /// A failure is told once: the journal takes room, and does no harm.
    mutating func answered(_ answer: Answer, _ tasks: [Int32: PartitionTask]) {
        isAsked = false
        switch answer.result {
        case .success(let standings):
            for standing in standings {
                if let start = standing.journalStart { tasks[standing.partition]?.schedule.trimmed(before: start) }
            }
        case .failure(let error):
            guard !hasFailed else { return }
            hasFailed = true
            Log.warning("what the journal holds about rows that are gone stays there", ("reason", error.message))
        }
    }
}
