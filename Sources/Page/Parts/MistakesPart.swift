import OnlineLearning
import Text
import Topology

/// The one large chart: mistakes over time against the simple rules, with marks where something happened.
struct MistakesPart {
    let facts: Facts
    let wording: Wording

    private var subject: Subject { facts.subject }

    var json: JSON {
        let marks = shownMarks
        return [
            "lead": .text(lead), "caption": .text(caption), "unit": .text(unit),
            "base": .number(subject.isNumber ? 1 : facts.base),
            "lines": .array(lines), "usual": usual,
            "points": .array(facts.course.points.map { point(of: $0) }),
            "marks": .array(marks.map(mark)), "label": .text(label),
        ]
    }

    /// `[start, end, events a second, outcomes, own, models…, rules…]`, mistakes on the page's base; a point behind a gap
    /// has one number more.
    func point(of point: Course.Point) -> JSON {
        let base = subject.isNumber ? 1 : facts.base
        func figure(_ value: Double?) -> JSON { .optional(value.map { ($0 * base * 100).rounded() / 100 }) }
        let labelled = point.published.labelled
        var numbers: [JSON] = [
            .number(point.start), .number(point.end),
            .number((point.events / max(point.end - point.start, 1e-9)).rounded()), .number(labelled),
            figure(point.published.meanLoss),
        ]
        if (facts.report?.models.count ?? 0) > 1 { numbers += point.models.map { figure($0.meanLoss) } }
        numbers += point.baselines.map { figure(labelled > 0 ? $0 / labelled : nil) }
        if point.followsGap { numbers.append(1) }
        return .array(numbers)
    }

    private var unit: String {
        subject.isNumber ? subject.words.unit : "of \(Figures.count(facts.base))"
    }

    private var caption: String {
        subject.isNumber
            ? "Off by so much on average\(subject.words.unit.isEmpty ? "" : ", \(subject.words.unit)")"
            : "Wrong answers of \(Figures.count(facts.base)) \(wording.items)"
    }

    private var usual: JSON {
        guard let usual = facts.usual else { return .null }
        let base = subject.isNumber ? 1 : facts.base
        return [.number(usual.low * base), .number(usual.high * base)]
    }

    private var lines: [JSON] {
        let now = facts.recent
        func line(_ name: String, _ kind: String, _ loss: Double?) -> JSON {
            [
                "name": .text(name), "kind": .text(kind), "now": .text(loss.map(wording.short) ?? "–"),
                "loss": .optional(loss.map { $0 * (subject.isNumber ? 1 : facts.base) }),
            ]
        }
        var lines = [line("Millrace", "own", now.published.meanLoss)]
        let models = facts.report?.models ?? []
        if models.count > 1 {
            for (model, tally) in zip(models, now.models) {
                lines.append(line(wording.model(model.name, model.version), "model", tally.meanLoss))
            }
        }
        return lines + facts.rules(now).map { line(wording.ruleName($0.name), $0.name, $0.loss) }
    }

    private var lead: String {
        guard !facts.isLearning, let own = facts.recent.published.meanLoss else {
            return Sentence.mistakesEmpty.said(["need": Figures.count(Facts.need)])
        }
        let rules = facts.rules(facts.recent).sorted { $0.loss < $1.loss }
        var words = ["e": wording.wrong(own), "items": wording.items, "rules": ""]
        if rules.count == 2 {
            let figures = ["a": wording.short(rules[0].loss), "b": wording.wrong(rules[1].loss)]
            words["rules"] =
                subject.isNumber
                ? Sentence.rulesNumber.said(figures)
                : Sentence.rules.said(figures.with("b", wording.short(rules[1].loss)))
        }
        if facts.situation.axis == .events {
            return (subject.isNumber ? Sentence.mistakesFileNumber : .mistakesFile).said(words)
        }
        if subject.isNumber { return Sentence.mistakesNumber.said(words) }
        guard let usual = facts.usual else { return Sentence.mistakesPlain.said(words) }
        // By what is read: 5.0 is not above a usual 5.0.
        let isNear = [usual.low, usual.high].contains { wording.short($0) == wording.short(own) }
        words["verdict"] = isNear ? "within" : own > usual.high ? "above" : own < usual.low ? "below" : "within"
        return Sentence.mistakesNow.said(
            words.with("lo", wording.short(usual.low)).with("hi", wording.short(usual.high)))
    }

    /// What the picture shows, for who cannot see it.
    private var label: String {
        let points = facts.course.points
        guard let first = points.first, let last = points.last else { return "No line yet." }
        let losses = points.compactMap { $0.published.meanLoss }
        var text = "Line chart from \(wording.place(first.start)) to \(wording.place(last.end))."
        if let low = losses.min(), let high = losses.max() {
            text += " Between \(wording.short(low)) and \(wording.wrong(high)) wrong."
        }
        return text + " " + shownMarks.suffix(5).map { title($0) }.joined(separator: " ")
    }

    // MARK: Marks

    /// Drifts and changes of the model; of many the newest, and warnings and what came to nothing stand in the decisions.
    private var shownMarks: [Mark] {
        Array(
            facts.marks.filter { !$0.isWarning && [.worse, .better, .moved, .change].contains($0.kind) }.suffix(60))
    }

    private func title(_ mark: Mark) -> String {
        let what =
            switch mark.kind {
            case .worse: "more mistakes"
            case .better: "fewer mistakes"
            case .moved: "an input moved"
            default: "new model"
            }
        return "\(wording.place(mark.x).capitalizedFirst) \(what)."
    }

    private func mark(_ mark: Mark) -> JSON {
        [
            "kind": .text(mark.kind.rawValue), "x": .number(mark.x), "began": .number(mark.began),
            "title": .text(title(mark)), "text": .text(text(mark) + place(mark)),
        ]
    }

    private func place(_ mark: Mark) -> String { facts.tasks.count > 1 ? " Partition \(mark.partition)." : "" }

    private func text(_ mark: Mark) -> String {
        if let drift = mark.drift {
            let isInput = mark.kind == .moved
            func figure(_ value: Double) -> String {
                isInput ? wording.value(value, of: drift.signal) : wording.short(value)
            }
            let effect = isInput ? nil : facts.effect(of: mark)
            let after = effect?.after ?? drift.change.meanAfter
            let words = [
                "a": figure(effect?.before ?? drift.change.meanBefore),
                "b": isInput ? figure(after) : wording.wrong(after),
                "t0": wording.place(mark.began), "input": wording.input(drift.signal),
            ]
            if !isInput, effect == nil { return Sentence.markPlain.said() }
            switch mark.kind {
            case .better: return Sentence.markBetter.said(words)
            case .moved: return Sentence.markMoved.said(words)
            default: return Sentence.markWorse.said(words)
            }
        }
        guard let decision = mark.decision else { return "" }
        let model = wording.model(decision.modelAfter, decision.versionAfter)
        guard decision.lossAfter.isFinite, decision.lossBefore.isFinite else {
            return Sentence.markSwitchPlain.said(["model": model])
        }
        return (subject.isNumber ? Sentence.markSwitchNumber : .markSwitch).said([
            "model": model, "a": wording.short(decision.lossBefore), "b": wording.wrong(decision.lossAfter),
            "items": wording.items,
        ])
    }
}
