import OnlineLearning
import Topology

/// The labels' side of an evaluation that holds back the labels of its events (`Evaluation.delay`): they wait here, and their
/// events where `run` lets them wait.
///
/// An event waits just as long as its label takes, on a clock of scored events or of event time. Not thread-safe.
final class DelayedRun {
    /// A label of one's own: an event's is borrowed from its record.
    private enum KeptLabel {
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

    private struct Entry {
        var due: Int64
        var key: EventKey
        var label: KeptLabel
    }

    let learner: LabelledPipeline
    private let delay: LabelDelay
    private let span: Int64
    /// Events scored, or the latest event time.
    private var clock: Int64
    private var scored: UInt64 = 0
    private var entries: [Entry] = []
    private var first = 0
    /// Labels that fitted when their event came and not when they were known: the last free class was taken meanwhile.
    private(set) var refused = 0

    init(_ delay: LabelDelay, _ topology: TopologyPlan) {
        self.delay = delay
        (span, clock) =
            switch delay {
            case .events(let count): (Int64(count), 0)
            case .time(let span): (span, .min)
            }
        learner = LabelledPipeline(
            plan: topology.pipeline, rules: LabelRules(within: span, lateWithin: 0, onLate: .ignore), memory: .max)
    }

    /// An event of this time comes next; a label of the same time comes after it.
    func advance(to time: Int64) {
        if case .time = delay { clock = max(clock, time) }
    }

    /// Learns the labels that were known before that event.
    func learnBefore(_ body: (borrowing PipelineOutput) -> Void) { learn(body) { [clock] in $0 < clock } }

    /// Learns the labels that are known as soon as the event is scored.
    func learnAfter(_ body: (borrowing PipelineOutput) -> Void) {
        switch delay {
        case .events: learn(body) { [clock] in $0 < clock }
        // Nothing comes between an event and its label without a delay.
        case .time: if span == 0 { learn(body) { [clock] in $0 <= clock } }
        }
    }

    /// Scores the event; its label is known later.
    func score(_ event: Event) -> PipelineOutput {
        // Sooner than its label nothing runs out, and what has its label is forgotten.
        _ = learner.nextTimeout(before: learner.take(.events, at: clock))
        let label = KeptLabel(event.label)
        let key = EventKey(high: 0, low: scored)
        scored += 1
        let output = learner.score(event, key, time: clock, awaitsLabel: label != nil)
        if let label {
            let (due, overflows) = clock.addingReportingOverflow(span)
            entries.append(Entry(due: overflows ? .max : due, key: key, label: label))
        }
        if case .events = delay { clock += 1 }
        return output
    }

    private func learn(_ body: (borrowing PipelineOutput) -> Void, where isKnown: (Int64) -> Bool) {
        while first < entries.count, isKnown(entries[first].due) {
            let entry = entries[first]
            first += 1
            _ = learner.take(.labels, at: entry.due)
            entry.label.with { value in
                let output = learner.learn(entry.key, value, time: entry.due)
                if output.refusal != nil { refused += 1 }
                body(output)
            }
        }
        if first > 1024, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }
}
