public import Text
import Topology
import OnlineLearning

/// All that the page shows of one situation, as JSON; and the same within one file, as a report to forward.
public struct PageDocument {
    let facts: Facts
    private let wording: Wording
    private let answers: Answers
    private let headline: Headline

    /// Works everything out. Cost: a few milliseconds.
    public init(_ situation: Situation) {
        facts = Facts(situation)
        wording = Wording(facts: facts)
        answers = Answers(facts)
        headline = Headline(answers: answers)
    }

    /// The answer's words at the top, one sentence or three.
    public var sentence: String { headline.text }

    /// The five answers: question, word, why.
    public var fiveAnswers: [(question: String, word: String, why: String)] {
        answers.all.map { ($0.question, $0.word, $0.why) }
    }

    /// The whole page.
    public var json: JSON {
        let situation = facts.situation
        var members = head
        members.append(("source", .text(situation.subject.source)))
        members.append(("item", .text(situation.subject.words.item)))
        members.append(("items", .text(situation.subject.items)))
        members.append(("axis", situation.axis == .clock ? "clock" : "events"))
        members.append(("from", .number(situation.from)))
        members.append(("to", .number(situation.to)))
        members.append(("live", .bool(situation.isLive)))
        let range =
            situation.axis == .events
            ? "all \(Figures.count(situation.to)) \(wording.items)" : "the last \(Figures.duration(facts.span))"
        members.append(("range", .text(range)))
        members.append(("step", .number(facts.course.step)))
        let parts: [(String, JSON?)] = [
            ("stages", StagesPart(facts: facts, wording: wording).json),
            ("mistakes", situation.subject.task == .none ? nil : MistakesPart(facts: facts, wording: wording).json),
            ("models", ModelsPart(facts: facts, wording: wording).json),
            ("slices", SlicesPart(facts: facts, wording: wording).json),
            ("change", ChangePart(facts: facts, wording: wording).json),
            ("influence", InfluencePart(facts: facts, wording: wording).json),
            ("chances", ChancesPart(facts: facts, wording: wording).json),
            ("outcomes", OutcomesPart(facts: facts, wording: wording).json),
            ("payment", CasePart(facts: facts, wording: wording).json),
            ("inputs", InputsPart(facts: facts, wording: wording).json),
            ("decisions", DecisionsPart(facts: facts, wording: wording).json),
            ("engineers", EngineersPart(facts: facts, wording: wording).json),
        ]
        for (name, part) in parts { if let part { members.append((name, part)) } }
        return .object(members)
    }

    /// What changes every second, for all viewers: at most 2 KiB.
    public var pulse: JSON {
        var members = head
        let stages = StagesPart(facts: facts, wording: wording)
        members.append(("to", .number(facts.situation.to)))
        members.append(("stages", ["lead": .text(stages.lead), "list": stages.pulse]))
        if let point = facts.course.points.last {
            members.append(("point", MistakesPart(facts: facts, wording: wording).point(of: point)))
        }
        return .object(members)
    }

    private var head: [(String, JSON)] {
        let newest = facts.marks.last { !$0.isWarning }
        return [
            ("topology", .text(facts.subject.name)), ("word", .text(headline.word)),
            ("connection", .text(connection)), ("headline", .text(headline.text)), ("basis", .text(headline.basis)),
            ("banner", .text(banner)), ("answers", .array(answers.all.map { $0.json })),
            ("newest", .number(newest?.x ?? 0)),
        ]
    }

    /// `live`, `stale` or `empty`.
    private var connection: String { facts.isStale ? "stale" : answers.isEmpty ? "empty" : "live" }

    private var banner: String {
        if case .stopped(let reason) = facts.situation.health { return "Millrace has stopped: \(reason)" }
        if facts.situation.isLoading { return Sentence.loading.said() }
        if let reason = facts.situation.unreadable { return Sentence.notFollowing.said(["reason": reason]) }
        guard facts.isStale, let newest = facts.newest else { return "" }
        let age = Figures.duration(facts.situation.to - newest)
        return
            "The newest \(facts.subject.words.item) is \(age) old. Millrace runs and waits for \(facts.subject.source). "
            + "Numbers are of \(Axis.clock.text(newest, span: 1))."
    }

    /// One file with everything in it, to be opened anywhere and printed.
    public func report() -> String {
        // `<` cannot end the script within which the data stands.
        let data = json.text.replacingAll("<", by: "\\u003c")
        return PageAssets.html
            .replacingAll(PageAssets.styleLink, by: "<style>\(PageAssets.css)</style>")
            .replacingAll(
                PageAssets.scriptLink,
                by: "<script type=\"application/json\" id=\"data\">\(data)</script><script>\(PageAssets.js)</script>")
    }
}

extension String {
    func replacingAll(_ part: String, by other: String) -> String {
        var text = ""
        var rest = self[...]
        while let found = rest.firstRange(of: part) {
            text += rest[..<found.lowerBound] + other
            rest = rest[found.upperBound...]
        }
        return text + rest
    }
}
