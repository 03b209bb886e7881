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
        let rows = features.map { feature -> JSON in
            let isUnseen = unseen.contains { $0.role == "feature" && $0.name == feature.name }
            let moved = facts.marks.last { $0.kind == .moved && $0.drift?.signal == feature.name }
            var members: [(String, JSON)] = [
                ("name", .text(feature.label)), ("unit", .text(feature.unit)), ("unusual", .bool(isUnseen)),
                ("verdict", .text(isUnseen ? "never had a value" : "has values")),
            ]
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
        let letters = facts.letters
        let count = letters.values.reduce(0) { $0 + Double($1) }
        guard count > 0 else {
            return Sentence.inputsGood.said(["n": "\(facts.subject.words.features.count)", "item": item])
        }
        return Sentence.inputsLetters.said([
            "n": Figures.count(count), "all": Figures.count(facts.events), "items": wording.items,
            "why": wording.reasons(letters),
        ])
    }
}
