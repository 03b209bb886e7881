import OnlineLearning
import Topology

/// Scored events whose label an evaluation holds back, in the order in which the labels become known.
///
/// Each holds what was answered then, so that it is scored by that and not by what a later model would say. Memory: an
/// `Answer` per event that waits. Not thread-safe.
struct DelayedLabels {
    /// An event's label, when it is known, and what was said of the event.
    struct Entry {
        /// The number of the event after which it is known, or the event time.
        var due: Int64
        var row: Int
        var answer: OnlineLearning.Answer
        var label: KeptLabel
    }

    /// A label of one's own: an event's is borrowed from its record.
    enum KeptLabel {
        case word([UInt8]), number(Double), index(Int32)

        init?(_ value: LabelValue) {
            switch value {
            case .none: return nil
            case .word(let bytes): self = .word(Array(bytes))
            case .number(let number): self = .number(number)
            case .index(let index): self = .index(index)
            }
        }

        func with(_ body: (LabelValue) -> Void) {
            switch self {
            case .word(let bytes): bytes.withUnsafeBytes { body(.word($0)) }
            case .number(let number): body(.number(number))
            case .index(let index): body(.index(index))
            }
        }
    }

    let delay: LabelDelay
    /// Events scored, and the latest event time.
    private var scored: Int64 = 0
    private var clock = Int64.min
    private var entries: [Entry] = []
    private var first = 0

    init(_ delay: LabelDelay) { self.delay = delay }

    /// Labels that are not known yet.
    var waiting: Int { entries.count - first }

    /// Before an event of that time is scored: what is known by then. A label of the same time comes after its event.
    mutating func known(before time: Int64) -> Entry? {
        guard case .time = delay else { return nil }
        clock = max(clock, time)
        return next { [clock] in $0.due < clock }
    }

    /// After an event was scored: what is known now.
    mutating func knownNow() -> Entry? {
        let count = scored
        switch delay {
        case .events: return next { $0.due <= count }
        // Nothing comes between an event and its label without a delay.
        case .time(let span): return span == 0 ? next { [clock] in $0.due <= clock } : nil
        }
    }

    /// An event was scored; its label is known later.
    mutating func add(_ answer: OnlineLearning.Answer?, _ label: LabelValue, time: Int64, row: Int) {
        scored += 1
        clock = max(clock, time)
        guard let answer, let label = KeptLabel(label) else { return }
        let due: Int64 =
            switch delay {
            case .events(let count): scored + Int64(count)
            case .time(let span): clock.addingReportingOverflow(span).overflow ? .max : clock + span
            }
        entries.append(Entry(due: due, row: row, answer: answer, label: label))
    }

    private mutating func next(_ isKnown: (Entry) -> Bool) -> Entry? {
        guard first < entries.count, isKnown(entries[first]) else { return nil }
        defer {
            first += 1
            if first > 1024, first * 2 > entries.count {
                entries.removeFirst(first)
                first = 0
            }
        }
        return entries[first]
    }
}
