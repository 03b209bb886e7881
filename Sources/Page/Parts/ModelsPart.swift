import OnlineLearning
import Text

/// Which model answers, and which could: the same events, the same outcomes.
struct ModelsPart {
    let facts: Facts
    let wording: Wording

    var json: JSON? {
        guard let report = facts.report, !report.models.isEmpty else { return nil }
        let recent = facts.recent
        let catching = facts.subject.hasPositive
        let rows = report.models.enumerated().map { index, model -> JSON in
            let tally = index < recent.models.count ? recent.models[index] : Tally()
            return [
                "name": .text(wording.model(model.name, model.version)), "index": .integer(Int64(index)),
                "role": .text(role(report, model.name)), "answers": .bool(model.name == report.champion),
                "wrong": .text(tally.meanLoss.map(wording.short) ?? "–"),
                "caught": share(catching, tally.caught, tally.positives),
                "right": share(catching, tally.caught, tally.alarms),
            ]
        }
        return [
            "lead": .text(lead(report)), "caption": .text(caption), "rows": .array(rows),
            "heads": [
                .text(facts.subject.isNumber ? "Off by on average" : "Wrong of \(Figures.count(facts.base))"),
                .text(catching ? "\(Subject.plural(wording.positive).capitalizedFirst) caught of 100" : ""),
                .text(catching ? "Alarms right of 100" : ""),
            ],
        ]
    }

    private func share(_ isUsed: Bool, _ part: Double, _ whole: Double) -> JSON {
        guard isUsed else { return .null }
        return whole >= 10 ? .text(Figures.ofHundred(part / whole)) : "–"
    }

    private var caption: String {
        guard facts.recent.published.labelled > 0 else { return "The same \(wording.items), the same outcomes" }
        return "The same \(Figures.count(facts.recent.published.labelled)) \(wording.items), the same outcomes: "
            + "\(wording.place(facts.recent.start)) to \(wording.place(facts.recent.end))"
    }

    private func role(_ report: PipelineReport, _ name: String) -> String {
        let tuned = report.tuned[name].map { ", with \($0)" } ?? ""
        guard name == report.champion else { return "challenger, learns along" + tuned }
        let since = facts.marks.last { $0.kind == .change && $0.decision?.modelAfter == name }
        return (since.map { "answers since \(wording.place($0.x))" } ?? "answers") + tuned
    }

    private func lead(_ report: PipelineReport) -> String {
        let version = report.models.first { $0.name == report.champion }?.version ?? 1
        let own = wording.model(report.champion, version)
        guard report.models.count > 1 else { return Sentence.modelsOne.said(["a": own]) }
        let tallies = zip(report.models, facts.recent.models).filter { $0.0.name != report.champion }
        let champion = zip(report.models, facts.recent.models).first { $0.0.name == report.champion }?.1.meanLoss
        guard !facts.isLearning, let champion else { return Sentence.modelsBetter.said(["a": own, "others": ""]) }
        let count = facts.recent.published.labelled
        let others = tallies.compactMap { model, tally -> String? in
            guard let loss = tally.meanLoss else { return nil }
            let sentence: Sentence =
                !facts.differ(loss, champion, of: count) ? .modelsSame : loss < champion ? .modelsAhead : .modelsBehind
            return sentence.said(["m": wording.model(model.name, model.version)])
        }
        return Sentence.modelsBetter.said(["a": own, "others": others.joined(separator: " ")])
    }
}
