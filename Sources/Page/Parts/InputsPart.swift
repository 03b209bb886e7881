import EventFormats
import OnlineLearning
import Text
import Topology

/// Whether the data is sound, as far as it is counted: fields that never had a value, records that could not be read.
struct InputsPart {
    let facts: Facts
    let wording: Wording

    var json: JSON? {
        let features = facts.subject.words.features
        guard !features.isEmpty, facts.events > 0 else { return nil }
        let unseen = facts.unseen
        let verdicts = facts.inputs
        // The bars' end: the largest share, a twentieth at least.
        let most = max(verdicts.map { max($0.share, $0.usual ?? 0) }.max() ?? 0, 0.05)
        let rows = features.enumerated().map { index, feature -> JSON in
            let isUnseen = unseen.contains { $0.role == "feature" && $0.name == feature.name }
            let moved = facts.marks.last { $0.kind == .moved && $0.drift?.signal == feature.name }
            let counted = index < verdicts.count ? verdicts[index] : nil
            let isUnusual = isUnseen || (counted?.isUnusual ?? false)
            var members: [(String, JSON)] = [
                ("name", .text(feature.label)), ("unit", .text(feature.unit)), ("unusual", .bool(isUnusual)),
                ("verdict", .text(isUnseen ? "never had a value" : isUnusual ? "unusual" : "usual")),
            ]
            if let counted {
                members.append(("missing", .text(Figures.percent(counted.share))))
                members.append(("share", .number(counted.share / most)))
                if let usual = counted.usual { members.append(("usual", .number(usual / most))) }
            }
            if let change = moved?.change {
                members.append(("before", .text(wording.value(change.meanBefore, of: feature.name))))
                members.append(("after", .text(wording.value(change.meanAfter, of: feature.name))))
            }
            return .object(members)
        }
        let letters = facts.letters.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [
            "lead": .text(lead), "rows": .array(rows),
            "letters": .array(
                letters.map { ["why": .text(wording.reasons([$0.key: $0.value])), "n": .unsigned($0.value)] }),
        ]
    }

    private var lead: String {
        let item = facts.subject.words.item
        if let first = facts.unseen.first {
            return Sentence.inputsUnseen.said(["input": wording.input(first.name), "item": item])
        }
        let unusual = facts.unusualInputs
        if let (name, verdict) = unusual.first {
            let words = ["n": "\(unusual.count)", "all": "\(facts.subject.words.features.count)"]
            return Sentence.inputsMissing.said(words.merging(wording.missing(name, verdict)) { $1 })
        }
        let letters = facts.letters
        let count = letters.values.reduce(0) { $0 + Double($1) }
        guard count > 0 else {
            let sentence = facts.inputs.isEmpty ? Sentence.inputsGood : .inputsUsual
            return sentence.said(["n": "\(facts.subject.words.features.count)", "item": item])
        }
        return Sentence.inputsLetters.said([
            "n": Figures.count(count), "all": Figures.count(facts.events), "items": wording.items,
            "why": wording.reasons(letters),
        ])
    }
}
