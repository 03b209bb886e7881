/// Joins labels to the events they belong to, by id and within event time: who waits, who matches, who is too late.
///
/// A state machine without clock or IO: the caller gives it scored events, labels and the time, in the order in which
/// they are to count, and does what it answers. A row is whatever the caller needs to learn the event later: it writes
/// `rowBytes` bytes when the event is scored and gets them back with the label. Source: `protocol.md`, "Late labels,
/// precisely", points 5 and 10 to 15. Cost: a hash per event and label; memory: about 128 bytes and the row per id
/// that is remembered. Not thread-safe: one task owns it.
public final class LabelJoin {
    /// What a label or a timeout asks for.
    public enum Verdict: Equatable, Sendable {
        /// Learn this event's row with this label, and score the answer that was kept.
        case learn(Learning)
        /// Nothing is to be learned; the counts tell why.
        case nothing
    }

    /// One event to learn.
    public struct Learning: Equatable, Sendable {
        /// The scored event's number.
        public var sequence: UInt64
        /// The event's time.
        public var time: Int64
        /// The label to learn.
        public var label: Label
        /// What the event was learned with before, or `.none`.
        public var before: Label
        /// Why it is learned now.
        public var reason: Reason
        /// When a label that came before its event was known; nil: it did not.
        public var labelTime: Int64?
        fileprivate(set) var record: Int32
        fileprivate var state: WaitingRecord.State
    }

    /// Why an event is learned.
    public enum Reason: String, Equatable, Sendable {
        case matched, timeout, late, correction

        var outcome: LabelledExample.Outcome {
            switch self {
            case .matched: .matched
            case .timeout: .timeout
            case .late: .late
            case .correction: .correction
            }
        }
    }

    /// The declared rules.
    public let rules: LabelRules
    /// What happened so far.
    @exclusivity(unchecked) public internal(set) var counts = LabelCounts()
    let table: WaitingTable
    @exclusivity(unchecked) private var openCount = 0
    /// Labels whose event has not come.
    @exclusivity(unchecked) private(set) var unmatched = 0
    /// While a snapshot is read: what it says, and where rows of its segments stand.
    var wanted: (count: UInt64, sum: UInt64) = (0, 0)
    var loading: [UInt32: [Int32]] = [:]

    /// Labels of nobody that were forgotten since they were taken, where their rows tell whose they are.
    @exclusivity(unchecked) private(set) var orphans: [LabelledExample] = []
    /// Whether they are collected.
    @exclusivity(unchecked) var tellsOrphans = false
    private let source: Int?

    /// - Parameters:
    ///   - rowBytes: of each row.
    ///   - source: where in a row its `RowSource` stands; nil: nowhere, and labels without an event have no row.
    public init(rules: LabelRules, rowBytes: Int, source: Int? = nil) {
        self.rules = rules
        self.source = source
        table = WaitingTable(rowBytes: rowBytes, hashedBytes: source ?? rowBytes)
    }

    /// Events whose label has not come and may still come in time.
    public var waiting: Int { openCount }
    /// Bytes held now.
    public var memoryBytes: Int { table.memoryBytes }
    /// Ids that are remembered.
    var entries: Int { table.count }
    /// When something is due first, or nil: nothing is remembered.
    var nextDue: Int64? { table.first >= 0 ? table[table.first].due : nil }

    /// An event was scored: `write` fills its row. Returns what an early label asks for; otherwise the event waits.
    public func scored(
        _ key: EventKey, sequence: UInt64, time: Int64, write: (UnsafeMutableRawPointer) -> Void
    ) -> Verdict {
        let known = table.find(key)
        var early: WaitingRecord?
        if known >= 0 {
            if table[known].state == .early {
                early = table[known]
                unmatched -= 1
            } else if table[known].state == .open {
                counts.superseded += 1
                openCount -= 1
            }
            table.remove(known)
        }
        let record = table.add(
            WaitingRecord(key: key, sequence: sequence, time: time, due: after(time, rules.within), state: .open),
            write: write)
        openCount += 1
        guard let early else { return .nothing }
        if early.withdraws { return withdraw(record) }
        guard case .learn(var learning) = match(record, early.label) else { return .nothing }
        learning.labelTime = early.time
        return .learn(learning)
    }

    /// A label came; `.none` withdraws its event. `write` fills its row, where there is one for it.
    public func label(
        _ key: EventKey, _ label: Label, sequence: UInt64, time: Int64,
        write: (UnsafeMutableRawPointer) -> Void = { _ in }
    ) -> Verdict {
        let record = table.find(key)
        guard record >= 0 else {
            counts.early += 1
            unmatched += 1
            let early = WaitingRecord(
                key: key, sequence: sequence, time: time, due: after(time, rules.within), label: label,
                withdraws: !label.isKnown, state: .early)
            _ = source == nil ? table.add(early) : table.add(early, write: write)
            return .nothing
        }
        switch table[record].state {
        case .open: return label.isKnown ? match(record, label) : withdraw(record)
        case .early: return second(early: record, label)
        case .timedOut: return late(record, label)
        default: return second(record, label)
        }
    }

    /// The time has come to `clock`: gives what is due before it, one after the other, and forgets what is past.
    ///
    /// What is due at `clock` itself is still in time. Call until it is nil.
    public func next(before clock: Int64) -> Learning? {
        while table.first >= 0, table[table.first].due < clock {
            let record = table.first
            guard table[record].state == .open else {
                pass(record)
                continue
            }
            counts.timedOut += 1
            openCount -= 1
            if case .learn(let label) = rules.onTimeout { return learn(record, label, .timeout, .timedOut) }
            table.update(record) { $0.state = .timedOut }
            if !rules.keepsRows { table.dropRow(record) }
            postpone(record)
        }
        return nil
    }

    /// What is due and does not wait for a label: it is remembered for a while, then forgotten.
    private func pass(_ record: Int32) {
        switch table[record].state {
        case .labelled where !table[record].isRemembered, .withdrawn where !table[record].isRemembered: postpone(record)
        case .early:
            counts.orphan += 1
            unmatched -= 1
            if tellsOrphans, let source, let row = table.row(record) {
                let label = table[record]
                orphans.append(
                    LabelledExample(
                        outcome: .orphan, source: RowSource(at: row + source), label: label.label,
                        labelTime: label.time))
            }
            table.removeFirst()
        default: table.removeFirst()
        }
    }

    /// There is no room for one more: what is due first goes, unlearned.
    func dropOldest() {
        guard table.first >= 0 else { return }
        if table[table.first].state == .open {
            counts.dropped += 1
            openCount -= 1
            table.removeFirst()
        } else {
            table.update(table.first) { $0.isRemembered = true }
            pass(table.first)
        }
    }

    /// The row of what is to be learned; valid until `done`.
    public func row(of learning: Learning) -> UnsafeRawPointer? {
        table.row(learning.record)
    }

    /// What was to be learned is learned: to be said before anything else is asked. The row goes, unless the rules may still
    /// need it.
    public func done(_ learning: Learning) {
        guard learning.reason == .timeout else { return close(learning) }
        table.postponeFirst(learning.record) { close(learning) }
    }

    private func close(_ learning: Learning) {
        table.update(learning.record, dropsRow: !rules.keepsRows) {
            $0.label = learning.label
            $0.state = learning.state
            if learning.reason == .timeout { remember(&$0) }
        }
    }

    private func remember(_ record: inout WaitingRecord) {
        record.due = after(record.due, rules.lateWithin)
        record.isRemembered = true
    }

    /// What `orphans` has, each once.
    func takeOrphans() -> [LabelledExample] {
        defer { if !orphans.isEmpty { orphans = [] } }
        return orphans
    }

    /// Ids of labels whose event has not come, at most so many. Cost: what is remembered.
    func unmatchedKeys(_ most: Int) -> [EventKey] {
        Array(table.living.lazy.map { self.table[$0] }.filter { $0.state == .early }.map(\.key).prefix(most))
    }

    /// An event of that id was scored and is remembered.
    func holdsEvent(_ key: EventKey) -> Bool {
        let record = table.find(key)
        return record >= 0 && table[record].state != .early
    }

    /// A label waits for an event of that id and is in time for one at `time`.
    func holdsLabel(_ key: EventKey, at time: Int64) -> Bool {
        let record = table.find(key)
        return record >= 0 && table[record].state == .early && table[record].due >= time
    }

    // MARK: Snapshots

    func clear() {
        table.removeAll()
        openCount = 0
        unmatched = 0
    }

    /// Counts a restored record.
    func count(_ state: WaitingRecord.State) {
        if state == .open { openCount += 1 }
        if state == .early { unmatched += 1 }
    }

    // MARK: Decisions

    private func after(_ time: Int64, _ span: Int64) -> Int64 {
        let (sum, overflows) = time.addingReportingOverflow(span)
        return overflows ? .max : sum
    }

    /// A record that was closed at the head of the queue is remembered for `lateWithin` from its due time.
    private func postpone(_ record: Int32) {
        table.postponeFirst(record) { table.update(record) { remember(&$0) } }
    }

    private func learn(
        _ record: Int32, _ label: Label, _ reason: Reason, _ state: WaitingRecord.State = .labelled
    ) -> Learning {
        let found = table[record]
        return Learning(
            sequence: found.sequence, time: found.time, label: label, before: found.label, reason: reason,
            record: record, state: state)
    }

    private func match(_ record: Int32, _ label: Label) -> Verdict {
        counts.matched += 1
        openCount -= 1
        return .learn(learn(record, label, .matched))
    }

    private func withdraw(_ record: Int32) -> Verdict {
        counts.withdrawn += 1
        openCount -= 1
        table.update(record) { $0.state = .withdrawn }
        if !rules.keepsRows { table.dropRow(record) }
        return .nothing
    }

    /// Two labels before their event.
    private func second(early record: Int32, _ label: Label) -> Verdict {
        if label == table[record].label {
            counts.duplicate += 1
        } else if rules.onDuplicate == .last {
            counts.corrected += 1
            table.update(record) {
                $0.label = label
                $0.withdraws = !label.isKnown
            }
        } else {
            counts.conflict += 1
        }
        return .nothing
    }

    /// A label for an event that is closed by a label.
    private func second(_ record: Int32, _ label: Label) -> Verdict {
        if label == table[record].label {
            counts.duplicate += 1
            return .nothing
        }
        // Nothing unlearns: a label without a value cannot take back what was learned.
        guard rules.onDuplicate == .last, label.isKnown, table[record].hasRow else {
            counts.conflict += 1
            return .nothing
        }
        counts.corrected += 1
        return .learn(learn(record, label, .correction))
    }

    /// A label for an event that was closed by its timeout.
    private func late(_ record: Int32, _ label: Label) -> Verdict {
        counts.late += 1
        let taught = table[record].label
        guard label.isKnown, rules.onLate == .correct, table[record].hasRow else {
            table.update(record) {
                $0.state = label.isKnown ? .labelled : .withdrawn
                $0.label = label.isKnown ? label : taught
            }
            return .nothing
        }
        // The timeout has taught the truth already.
        guard label != taught else {
            table.update(record) { $0.state = .labelled }
            return .nothing
        }
        return .learn(learn(record, label, .late))
    }
}
