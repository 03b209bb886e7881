import OnlineLearning

/// The join of `protocol.md` points 5 and 10 to 15 with dictionaries and full scans: slow, and plain to read.
final class PlainJoin {
    private enum State { case open, early, labelled, timedOut, withdrawn }

    private struct Entry {
        var sequence: UInt64
        var due: Int64
        var state: State
        var label = Label.none
        var hasRow = true
        /// Ends when the due time has passed a second time.
        var isRemembered = false
    }

    private let rules: LabelRules
    private var entries: [String: Entry] = [:]
    private(set) var counts = LabelCounts()
    private(set) var asked: [LabelJoinTests.Asked] = []
    private let keeps: Bool

    init(_ rules: LabelRules) {
        self.rules = rules
        keeps = rules.onLate == .correct || rules.onDuplicate == .last
    }

    var waiting: Int { entries.values.count { $0.state == .open } }

    private func ask(_ id: String, _ label: Label, _ reason: LabelJoin.Reason) {
        let entry = entries[id]!
        asked.append(
            LabelJoinTests.Asked(
                sequence: entry.sequence, label: label, before: entry.label, reason: reason, row: entry.sequence))
        entries[id]!.label = label
        if !keeps { entries[id]!.hasRow = false }
    }

    func score(_ id: String, _ sequence: UInt64, at time: Int64) {
        let old = entries[id]
        if old?.state == .open { counts.superseded += 1 }
        entries[id] = Entry(sequence: sequence, due: time + rules.within, state: .open)
        guard let old, old.state == .early else { return }
        close(id, old.label)
    }

    private func close(_ id: String, _ label: Label) {
        if label.isKnown {
            counts.matched += 1
            entries[id]!.state = .labelled
            ask(id, label, .matched)
        } else {
            counts.withdrawn += 1
            entries[id]!.state = .withdrawn
            entries[id]!.hasRow = keeps
        }
    }

    func label(_ id: String, _ label: Label, at time: Int64) {
        guard let entry = entries[id] else {
            counts.early += 1
            entries[id] = Entry(sequence: 0, due: time + rules.within, state: .early, label: label)
            return
        }
        switch entry.state {
        case .open: close(id, label)
        case .early:
            if label == entry.label {
                counts.duplicate += 1
            } else if rules.onDuplicate == .last {
                counts.corrected += 1
                entries[id]!.label = label
            } else {
                counts.conflict += 1
            }
        case .labelled, .withdrawn:
            if label == entry.label {
                counts.duplicate += 1
            } else if rules.onDuplicate == .last, label.isKnown, entry.hasRow {
                counts.corrected += 1
                entries[id]!.state = .labelled
                ask(id, label, .correction)
            } else {
                counts.conflict += 1
            }
        case .timedOut:
            counts.late += 1
            if label.isKnown {
                entries[id]!.state = .labelled
                if rules.onLate == .correct, entry.hasRow, label != entry.label {
                    ask(id, label, .late)
                } else {
                    entries[id]!.label = label
                }
            } else {
                entries[id]!.state = .withdrawn
            }
        }
    }

    func advance(to clock: Int64) {
        // One due thing after the other, the earliest first; of equal ones the event that was scored first.
        while let (id, entry) = entries.filter({ $0.value.due < clock }).min(by: {
            ($0.value.due, $0.value.sequence) < ($1.value.due, $1.value.sequence)
        }) {
            if entry.state == .open {
                counts.timedOut += 1
                entries[id]!.state = .timedOut
                if case .learn(let label) = rules.onTimeout { ask(id, label, .timeout) }
                if !keeps { entries[id]!.hasRow = false }
                entries[id]!.due += rules.lateWithin
                entries[id]!.isRemembered = true
            } else if entry.state == .early {
                counts.orphan += 1
                entries[id] = nil
            } else if !entry.isRemembered {
                entries[id]!.due += rules.lateWithin
                entries[id]!.isRemembered = true
            } else {
                entries[id] = nil
            }
        }
    }
}
