public import Engine
import OnlineLearning
public import Text
import Topology

/// Reasons of one answer in words: the same for the page, the API and the command line.
public struct ReasonWords {
    private let subject: Subject

    /// Words of a topology.
    public init(_ subject: Subject) { self.subject = subject }

    /// `Amount is 2,340 EUR, usual 18.0 EUR`, with what that means where the topology says it.
    func what(_ reason: ExplainedAnswer.Reason) -> String {
        let feature = subject.words.feature(reason.feature)
        let words = [
            "input": feature.label, "value": value(reason.value, reason.word, feature.unit),
            "usual": value(reason.usual, reason.usualWord, feature.unit), "means": feature.higherMeans,
        ]
        if reason.value.isNaN { return Sentence.reasonMissing.said(words) }
        if reason.usual.isNaN { return Sentence.reasonRare.said(words) }
        if words["value"] == words["usual"] { return Sentence.reasonUsual.said(words) }
        guard reason.word == nil, reason.value > reason.usual, !feature.higherMeans.isEmpty else {
            return Sentence.reason.said(words)
        }
        return Sentence.reasonMeans.said(words)
    }

    private func value(_ number: Double, _ word: String?, _ unit: String) -> String {
        if let word { return word }
        guard !number.isNaN else { return "nothing" }
        let isWhole = number == number.rounded() && number.magnitude < 1e6
        return (isWhole ? Figures.count(number) : Figures.number(number)) + (unit.isEmpty ? "" : Figures.space + unit)
    }

    /// `raises the chance by 41 points`, `takes 12.0 EUR off`.
    func effect(_ contribution: Double, _ answer: ExplainedAnswer) -> String {
        if answer.className != nil, abs(contribution) < 0.0005 { return Sentence.effectNothing.said().lowercasedFirst }
        let words = ["by": amount(abs(contribution), answer)]
        if answer.className == nil {
            return (contribution > 0 ? Sentence.effectAdds : .effectTakes).said(words).lowercasedFirst
        }
        return (contribution > 0 ? Sentence.effectRaises : .effectLowers).said(words).lowercasedFirst
    }

    /// `41 points`, `12.0 EUR`.
    func amount(_ value: Double, _ answer: ExplainedAnswer) -> String {
        guard answer.className != nil else { return level(value, answer) }
        let points = value * 100
        let text = Figures.decimals(points, points < 0.95 ? 1 : 0)
        return text == "1" ? "1 point" : "\(text) points"
    }

    /// An answer: `94 %`, `1,203 EUR`.
    func level(_ value: Double, _ answer: ExplainedAnswer) -> String {
        if answer.className != nil {
            // Nothing is that certain.
            if value > 0.995 { return "over " + Figures.percent(0.99) }
            return value < 0.005 ? "under " + Figures.percent(0.01) : Figures.percent(value)
        }
        return Figures.number(value) + (subject.words.unit.isEmpty ? "" : Figures.space + subject.words.unit)
    }

    /// What a class is called.
    func name(_ className: String) -> String {
        guard subject.task == .binary else { return className }
        let isPositive = className == subject.classes.last
        let word = isPositive ? subject.words.positive : subject.words.other
        return word.isEmpty ? className : word
    }

    /// `fraud, a chance of 94 %`, or a number.
    func answer(_ explained: ExplainedAnswer) -> String {
        guard let name = explained.className else { return level(explained.answer, explained) }
        return self.name(name) + ", "
            + Sentence.answerChance.said(["x": level(explained.answer, explained)]).lowercasedFirst
    }

    /// One sentence a reason, the largest first, and one for the rest.
    public func sentences(_ answer: ExplainedAnswer) -> [String] {
        answer.reasons.map { "\(what($0)): \(effect($0.contribution, answer))." }
            + [Sentence.reasonRest.said(["effect": effect(answer.rest, answer)])]
    }

    /// `explanation` and its words, as members of an object.
    public func json(_ answer: ExplainedAnswer) -> [(String, JSON)] {
        let reasons = answer.reasons.map { reason -> JSON in
            var members: [(String, JSON)] = [("feature", .text(reason.feature))]
            members.append(("value", reason.word.map(JSON.text) ?? .number(reason.value)))
            members.append(("usual", reason.usualWord.map(JSON.text) ?? .number(reason.usual)))
            members.append(("contribution", .number(reason.contribution)))
            return .object(members)
        }
        return [
            ("sentence", .text(self.answer(answer).capitalizedFirst + ".")), ("explanation", .array(reasons)),
            ("base", .number(answer.base)),
            ("rest", .number(answer.rest)),
            ("reasons", .array(sentences(answer).map(JSON.text))),
        ]
    }
}
