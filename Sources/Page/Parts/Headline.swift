import OnlineLearning
import Topology

/// The sentence at the top: three clauses at most, the worst first.
struct Headline {
    let answers: Answers

    private var facts: Facts { answers.facts }
    private var wording: Wording { answers.wording }
    private var subject: Subject { answers.subject }

    /// One word for the browser's tab.
    var word: String {
        if case .stopped = answers.health { return "Stopped" }
        if facts.isStale { return "Waiting" }
        if facts.isLearning { return "Learning" }
        if let change = facts.change, change.isOpen { return "Changing" }
        guard let comparison = answers.comparison else { return "Learning" }
        return comparison.isClear && comparison.own < comparison.loss ? "Steady" : "Look"
    }

    var text: String {
        switch answers.health {
        case .stopped(let reason): return Sentence.headlineStopped.said(["reason": reason])
        case .starting where answers.isEmpty: return Sentence.headlineStarting.said(["source": subject.source])
        case .restoring where facts.isLearning: return Sentence.headlineRestoring.said()
        default: break
        }
        let source = ["source": subject.source, "item": subject.words.item]
        if subject.task == .none { return Sentence.headlineNothing.said(source) }
        if answers.isEmpty { return Sentence.headlineEmpty.said(source) }
        if facts.known == 0, facts.events >= Facts.need { return Sentence.headlineNoOutcomes.said() }
        guard !facts.isLearning, let own = facts.recent.published.meanLoss else {
            return Sentence.headlineLearning.said([
                "n": Figures.count(facts.course.whole.published.labelled), "need": Figures.count(Facts.need),
            ])
        }
        return ([worst(own)] + rest).joined(separator: " ")
    }

    private func worst(_ own: Double) -> String {
        var words = ["e": wording.wrongItems(own), "items": wording.items]
        if let change = facts.change, change.isOpen, let usual = facts.usual, own > usual.high {
            words["t0"] = wording.place(change.mark.began)
            words["u"] = wording.short((usual.low + usual.high) / 2)
            return (subject.isNumber ? Sentence.headlineWorseNumber : .headlineWorse).said(words)
        }
        if let comparison = answers.comparison, comparison.own >= comparison.loss || !comparison.isClear {
            words["rule"] = wording.rule(comparison.rule).lowercasedFirst
            words["b"] = wording.short(comparison.loss)
            return (subject.isNumber ? Sentence.headlineNoBetterNumber : .headlineNoBetter).said(words)
        }
        return good(own)
    }

    /// What it achieves, in the words that matter most.
    private func good(_ own: Double) -> String {
        let tally = facts.catching
        if subject.hasPositive, tally.positives >= 20 {
            return Sentence.headlineCatching.said([
                "c": Figures.ofHundred(tally.caught / tally.positives),
                "positives": Subject.plural(subject.words.positive),
            ])
        }
        let rule = facts.bestRule ?? ("", 1)
        let words = ["rule": wording.rule(rule.name).lowercasedFirst, "items": wording.items]
        if subject.isNumber {
            return Sentence.headlineOff.said(words.with("e", wording.wrong(own)).with("b", wording.wrong(rule.loss)))
        }
        return Sentence.headlineRight.said(
            words.with("r", Figures.ofHundred(1 - own)).with("b", Figures.ofHundred(1 - rule.loss)))
    }

    private var rest: [String] {
        var clauses: [String] = []
        if let change = facts.change, change.mark.kind == .worse {
            if let handled = change.handled {
                let words = ["t0": wording.at(change.mark.began), "t1": wording.place(handled.x)]
                clauses.append(Sentence.headlineHandled.said(words))
            } else if change.other == nil, change.training != nil {
                clauses.append(Sentence.headlineTraining.said())
            } else if change.other?.kind == .told {
                clauses.append(Sentence.headlineWaits.said())
            }
        }
        let unusual = facts.unseen.count + facts.unusualInputs.count
        if unusual > 0 {
            let words = ["n": Figures.times(unusual, "input"), "look": unusual == 1 ? "looks" : "look"]
            clauses.append(Sentence.headlineInputs.said(words))
        }
        return Array(clauses.prefix(2))
    }

    /// What the headline's figures are made from.
    var basis: String {
        let recent = facts.recent
        guard !facts.isLearning, recent.published.labelled > 0 else {
            guard facts.events > 0 else { return "" }
            return Sentence.basisLearning.said([
                "n": Figures.count(facts.events), "items": wording.items, "k": Figures.count(facts.known),
            ])
        }
        if facts.situation.axis == .events {
            return Sentence.basisEvents.said([
                "n": Figures.count(recent.published.labelled), "items": wording.items,
            ])
        }
        return Sentence.basis.said([
            "n": Figures.count(recent.published.labelled), "items": wording.items,
            "from": Axis.clock.text(recent.start, span: 1), "to": Axis.clock.text(recent.end, span: 1),
            "day": Axis.day(recent.end),
        ])
    }
}

extension String {
    /// As within a sentence.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
