import OnlineLearning

/// What a task with one input has to do again between the rows of its replay: the journal from the snapshot on.
///
/// A journal may hold records of an earlier life, before a reset that kept the model. The chain of the newest record, of
/// equal numbers the later one, is what happened.
struct CommandReplay {
    /// At which input offset, and what.
    struct Step: Equatable {
        var offset: Int64
        var entry: JournalRecord.Entry
    }

    private let after: UInt64
    private let last: UInt64
    private var records: [UInt64: JournalRecord] = [:]
    private var steps: [Step] = []
    private var done = 0

    /// - Parameters:
    ///   - after: the snapshot's transaction.
    ///   - last: of the newest journal record.
    init(after: UInt64, to last: UInt64) {
        self.after = after
        self.last = last
    }

    /// Takes a record of the journal, in the order of their offsets.
    mutating func add(_ bytes: [UInt8]) throws(SnapshotError) {
        let record = try JournalRecord(decoding: bytes)
        if record.sequence > after, record.sequence <= last { records[record.sequence] = record }
    }

    /// The journal has ended: whether everything that is needed was in it.
    mutating func resolve() -> Bool {
        var chain: [JournalRecord] = []
        var sequence = last
        while sequence > after {
            guard let record = records[sequence], record.previous < sequence else { return false }
            chain.append(record)
            sequence = record.previous
        }
        steps = chain.reversed().flatMap { record in
            record.entries.map { Step(offset: record.events, entry: $0) }
        }
        return true
    }

    /// What comes before the row at this offset; call until nil.
    mutating func next(before offset: Int64) -> JournalRecord.Entry? {
        guard done < steps.count, steps[done].offset <= offset else { return nil }
        done += 1
        return steps[done - 1].entry
    }
}
