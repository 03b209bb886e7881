import Engine
import OnlineLearning
import Text
import Topology

/// How soon the truth is known, where outcomes come by themselves: delays, what waits, and what found no event.
struct OutcomesPart {
    let facts: Facts
    let wording: Wording

    /// Of this process's partitions: the delays of others are not told.
    private var figures: [LabelFigures] { facts.tasks.compactMap { $0.status.labels } }
    private var arrived: Double { figures.reduce(0) { $0 + Double($1.delays.count) } }

    /// Nil where outcomes stand in the events.
    var json: JSON? {
        guard !figures.isEmpty else { return nil }
        let events = max(figures.reduce(0) { $0 + Double($1.total.events) }, 1)
        let waiting = figures.reduce(0) { $0 + Double($1.waiting) }
        let timedOut = sum(\.timedOut)
        let known = max(0, events - waiting - timedOut)
        let end = quantile(0.99)
        let curve = (0...60).map { place -> JSON in
            let delay = (end ?? 0) * Double(place) / 60
            return .array([.number(delay / 1000), .number(arrived > 0 ? count(upTo: delay) / arrived : 0)])
        }
        return [
            "lead": .text(lead), "curve": .array(end == nil ? [] : curve),
            "label": .text(Sentence.outcomesCurve.said(["items": wording.items])),
            "ends": .array([end.map { .text(Figures.duration($0 / 1000)) } ?? .null]),
            "bar": .array([.number(known / events), .number(timedOut / events), .number(waiting / events)]),
            "facts": .array(
                [
                    ("Outcome arrived", Figures.percent(known / events), ""),
                    ("None in time", Figures.percent(timedOut / events), ""),
                    ("Still waiting", Figures.percent(waiting / events), Figures.count(waiting)),
                    ("Outcomes without a \(wording.subject.words.item)", Figures.count(sum(\.orphan)), ""),
                    ("After the time", Figures.count(sum(\.late)), ""),
                    ("Sent twice, the same", Figures.count(sum(\.duplicate)), ""),
                    ("Contradicting", Figures.count(sum(\.conflict) + sum(\.corrected)), ""),
                ].map { ["name": .text($0.0), "value": .text($0.1), "note": .text($0.2)] }),
        ]
    }

    private func sum(_ count: (LabelCounts) -> UInt64) -> Double {
        figures.reduce(0) { $0 + Double(count($1.counts)) }
    }

    /// Outcomes that took no longer, of all partitions.
    private func count(upTo delay: Double) -> Double {
        figures.reduce(0) { $0 + Double($1.delays.count(upTo: Int64(delay))) }
    }

    /// The delay in milliseconds that a share of the outcomes did not exceed; nil before the first.
    private func quantile(_ share: Double) -> Double? {
        guard arrived > 0 else { return nil }
        var delay = 1.0
        while count(upTo: delay) < share * arrived, delay < 1e12 { delay *= 1.05 }
        return delay
    }

    private var lead: String {
        if let fault = facts.tasks.compactMap({ $0.status.labelFault }).first {
            return Sentence.outcomesFault.said(["reason": fault])
        }
        let waiting = Figures.count(figures.reduce(0) { $0 + Double($1.waiting) })
        guard let half = quantile(0.5), let most = quantile(0.95) else {
            return Sentence.outcomesNone.said(["n": waiting, "items": wording.items])
        }
        let words = ["m": Figures.duration(half / 1000), "n": Figures.duration(most / 1000)]
        guard let limit = facts.subject.outcomeLimit else { return Sentence.outcomes.said(words) }
        return Sentence.outcomes.said(words) + " "
            + (limit.learns ? Sentence.outcomesAssumed : .outcomesDropped).said([
                "within": Figures.duration(limit.seconds), "class": ReasonWords(wording.subject).name(limit.className),
            ])
    }
}
