import OnlineLearning
import Text

/// The newest change as a story: what was seen when, what was done, and what it cost.
struct ChangePart {
    let facts: Facts
    let wording: Wording

    var json: JSON? {
        guard let change = facts.change else { return nil }
        return [
            "question": .text(question(change)), "lead": .text(lead(change)), "story": .array(story(change)),
            "sums": .array(sums(change)), "bars": .array(bars(change)),
        ]
    }

    private func question(_ change: Facts.Change) -> String {
        "What changed \(wording.at(change.mark.began)), and what was done?"
    }

    private func lead(_ change: Facts.Change) -> String {
        if change.mark.kind == .better { return Sentence.changeBetter.said() }
        let end = change.handled?.x ?? facts.situation.to
        let words = ["d": wording.length(max(end - change.mark.began, 0))]
        return (change.handled == nil ? Sentence.changeOpen : .changeTook).said(words)
    }

    private func story(_ change: Facts.Change) -> [JSON] {
        var steps: [(x: Double, icon: String, head: String, text: String)] = []
        let isBetter = change.mark.kind == .better
        steps.append(
            (change.mark.began, "m-step", "", (isBetter ? Sentence.storyBeganBetter : .storyBegan).said()))
        if let warning = change.warning { steps.append((warning.x, "m-step", "", Sentence.storyWarning.said())) }
        if let training = change.training, let decision = training.decision {
            steps.append(
                (training.x, "m-step", "", Sentence.storyTraining.said(["model": decision.modelBefore])))
        }
        if let effect = facts.effect(of: change.mark) {
            let words = ["a": wording.short(effect.before), "b": wording.wrong(effect.after)]
            let sentence = facts.subject.isNumber ? Sentence.storyConfirmedNumber : .storyConfirmed
            let text = [sentence.said(words), moved(change)].compactMap { $0 }.joined(separator: " ")
            steps.append((change.mark.x, isBetter ? "m-better" : "m-worse", "Change confirmed:", text))
        } else {
            steps.append(
                (change.mark.x, isBetter ? "m-better" : "m-worse", "Change confirmed.", moved(change) ?? ""))
        }
        if let handled = change.handled, let decision = handled.decision {
            let model = wording.model(decision.modelAfter, decision.versionAfter)
            var text = ""
            if decision.lossAfter.isFinite, decision.lossBefore.isFinite {
                let words = [
                    "a": wording.short(decision.lossBefore), "b": wording.wrong(decision.lossAfter),
                    "items": wording.items,
                ]
                text = (facts.subject.isNumber ? Sentence.storySwitchNumber : .storySwitch).said(words)
            }
            steps.append((handled.x, "m-switch", "\(model) takes over.", text))
        } else if let other = change.other, let decision = other.decision {
            let text =
                other.kind == .discarded
                ? Sentence.storyDiscarded.said() : Sentence.storyKept.said(["reason": decision.reason])
            steps.append((other.x, "m-keep", "", text))
        }
        return steps.enumerated().sorted { ($0.element.x, $0.offset) < ($1.element.x, $1.offset) }.map { _, step in
            [
                "time": .text(wording.time(step.x)), "icon": .text(step.icon), "head": .text(step.head),
                "text": .text(step.text),
            ]
        }
    }

    /// Which inputs moved with it, or nil: none.
    private func moved(_ change: Facts.Change) -> String? {
        guard let moves = change.mark.drift?.moved, !moves.isEmpty else { return nil }
        let inputs = moves.map { move in
            let isMean = move.what == "mean"
            func figure(_ value: Double) -> String {
                isMean ? wording.value(value, of: move.feature) : Figures.percent(value)
            }
            let words = [
                "input": wording.input(move.feature), "word": move.what, "a": figure(move.before),
                "b": figure(move.after),
            ]
            let sentence: Sentence =
                isMean ? .storyMovedMean : move.what == "missing" ? .storyMovedMissing : .storyMovedWord
            return sentence.said(words)
        }
        return Sentence.storyMoved.said(["inputs": Figures.list(inputs)])
    }

    /// Before, at its worst, now.
    private func bars(_ change: Facts.Change) -> [JSON] {
        guard change.mark.kind == .worse, let effect = facts.effect(of: change.mark),
            let now = facts.recent.published.meanLoss
        else { return [] }
        let end = change.handled?.x ?? facts.situation.to
        let worst = worst(change, until: end) ?? effect.after
        return [("before", effect.before), ("worst", worst), ("now", now)].map { name, loss in
            .array([.text(name), .number(loss), .text(wording.short(loss))])
        }
    }

    private func worst(_ change: Facts.Change, until end: Double) -> Double? {
        facts.course.points.filter { $0.end > change.mark.began && $0.start < end }
            .compactMap { $0.published.meanLoss }.max()
    }

    /// What the change cost, and what it is like since.
    private func sums(_ change: Facts.Change) -> [JSON] {
        guard let effect = facts.effect(of: change.mark), change.mark.kind == .worse else { return [] }
        func sum(_ name: String, _ value: String, _ note: String) -> JSON {
            ["name": .text(name), "value": .text(value), "note": .text(note)]
        }
        let end = change.handled?.x ?? facts.situation.to
        let during = facts.course.cells.filter { $0.end > change.mark.began && $0.start < end }
        let outcomes = during.reduce(0) { $0 + $1.published.labelled }
        let loss = during.reduce(0) { $0 + $1.published.loss }
        var sums: [JSON] = []
        let extra = loss - effect.before * outcomes
        if !facts.subject.isNumber, outcomes > 0, extra > 0 {
            sums.append(
                sum(
                    "Extra mistakes, \(wording.time(change.mark.began)) to \(wording.time(end))", Figures.count(extra),
                    "of \(Figures.count(outcomes)) \(wording.items)"))
        }
        if let worst = worst(change, until: end) {
            sums.append(sum("At its worst", wording.wrong(worst), "usual \(wording.short(effect.before))"))
        }
        if let now = facts.recent.published.meanLoss, change.handled != nil {
            sums.append(sum("Now", wording.wrong(now), "before the change \(wording.short(effect.before))"))
        }
        return sums
    }
}
