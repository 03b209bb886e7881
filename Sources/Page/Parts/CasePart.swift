import Engine
import Text
import Topology

/// One answer explained: the newest alarm, or where there are none the newest answer that was looked at.
struct CasePart {
    let facts: Facts
    let wording: Wording

    /// Nil where nothing was looked at yet.
    var json: JSON? {
        let cases = facts.tasks.compactMap { $0.status.explained }
        guard let newest = cases.max(by: { $0.time < $1.time }) else { return nil }
        return Self.json(newest.answer, ReasonWords(wording.subject), lead: lead(newest))
    }

    private func lead(_ event: ExplainedEvent) -> String {
        let words = ReasonWords(wording.subject)
        let id = event.id.isEmpty ? "\(wording.subject.words.item) \(event.partition)-\(event.offset)" : event.id
        return Sentence.caseLead.said([
            "id": id, "t": Axis.clock.text(event.time, span: 1), "answer": words.answer(event.answer),
        ])
    }

    /// The steps from what is usual to the answer, as shares of the widest of them.
    static func json(_ answer: ExplainedAnswer, _ words: ReasonWords, lead: String) -> JSON {
        var level = answer.base
        let steps =
            answer.reasons.map { ($0.contribution, words.what($0)) } + [(answer.rest, Sentence.reasonOthers.said())]
        var ends = [level]
        for (contribution, _) in steps { ends.append(ends[ends.count - 1] + contribution) }
        let isChance = answer.className != nil
        let (low, high) = isChance ? (0, 1) : (min(ends.min() ?? 0, 0), max(ends.max() ?? 1, 1e-9))
        let list = steps.map { contribution, what -> JSON in
            defer { level += contribution }
            let (from, to) = (min(level, level + contribution), max(level, level + contribution))
            return [
                "what": .text(what), "effect": .text(words.effect(contribution, answer)),
                "amount": .text((contribution < 0 ? "−" : "+") + words.amount(abs(contribution), answer)),
                "down": .bool(contribution < 0), "from": .number((from - low) / (high - low)),
                "to": .number((to - low) / (high - low)),
            ]
        }
        return [
            "lead": .text(lead), "note": .text(Sentence.caseNote.said(["base": words.level(answer.base, answer)])),
            "steps": .array(list),
        ]
    }
}
