import OnlineLearning
import Text
import Topology

/// One of the five answers of the first screen.
struct Answer {
    /// Tone and shape of its sign: the word beside it speaks.
    enum Tone: String { case good, bad, look, info, dunno }

    var id: String
    var question: String
    var word: String
    var why: String
    var tone: Tone
    /// The sign; absent: the tone's.
    var icon = ""
    /// A place on the page that it leads to, and the button's words.
    var link: (to: String, words: String)?

    var json: JSON {
        var members: [(String, JSON)] = [
            ("id", .text(id)), ("question", .text(question)), ("word", .text(word)), ("why", .text(why)),
            ("tone", .text(tone.rawValue)), ("icon", .text(icon.isEmpty ? "i-\(tone.rawValue)" : icon)),
        ]
        if let link { members.append(("link", ["to": .text(link.to), "words": .text(link.words)])) }
        return .object(members)
    }
}

/// The five answers, always the same five in the same places.
struct Answers {
    let facts: Facts
    let wording: Wording

    init(_ facts: Facts) {
        self.facts = facts
        wording = Wording(facts: facts)
    }

    var all: [Answer] { [working, better, changed, done, todo] }
    var subject: Subject { facts.subject }
    var health: Situation.Health { facts.situation.health }
    var isEmpty: Bool { facts.events == 0 && facts.known == 0 }

    // MARK: Is it working?

    private var working: Answer {
        var answer = Answer(id: "working", question: "Is it working?", word: "Yes", why: "", tone: .good)
        let words = ["item": subject.words.item, "items": wording.items, "r": Figures.rate(facts.rate)]
        func say(_ word: String, _ tone: Answer.Tone, _ why: String) -> Answer {
            (answer.word, answer.tone, answer.why) = (word, tone, why)
            return answer
        }
        switch health {
        case .file:
            return say("Yes", .good, Sentence.workingFile.said(words.with("n", Figures.count(facts.events))))
        case .stopped(let reason):
            return say("Stopped", .bad, Sentence.workingStopped.said(["reason": reason.capitalizedFirst]))
        case .restoring(let count):
            let filled = ["n": "\(count)", "m": "\(facts.tasks.count)"]
            return say("Coming back", .look, Sentence.workingRestoring.said(filled))
        case .starting: return say("Starting", .dunno, Sentence.headlineStarting.said(["source": subject.source]))
        case .running: break
        }
        if let silent = facts.silent.first {
            let list = Facts.partitions(facts.silent.flatMap(\.partitions)).capitalizedFirst
            let filled = words.with("process", silent.name).with("t", wording.time(silent.told)).with("list", list)
            return say("In part", .bad, Sentence.workingSilent.said(filled))
        }
        if isEmpty { return say("Waiting", .dunno, Sentence.workingEmpty.said(words)) }
        if facts.isStale, let newest = facts.newest {
            let filled = words.with("t", wording.time(newest))
            return say("Waiting for \(wording.items)", .look, Sentence.workingIdle.said(filled))
        }
        guard let waiting = facts.waiting, facts.rate > 0 else {
            return say("Yes", .good, Sentence.workingAll.said(words))
        }
        let lag = waiting / facts.rate
        let filled = words.with("lag", Figures.duration(lag)).with("n", Figures.count(waiting))
            .with("p", "\(facts.slowest ?? 0)")
        if lag > 30 { return say("Behind", .look, Sentence.workingBehind.said(filled)) }
        return say("Yes", .good, (lag < 0.05 ? Sentence.workingAll : .workingYes).said(filled))
    }

    // MARK: Better than a simple rule?

    /// How mistakes compare with the better simple rule's; nil where nobody can say yet.
    var comparison: (own: Double, rule: String, loss: Double, isClear: Bool)? {
        guard !facts.isLearning, let own = facts.recent.published.meanLoss, let best = facts.bestRule else {
            return nil
        }
        return (own, best.name, best.loss, facts.differ(own, best.loss, of: facts.recent.published.labelled))
    }

    private var better: Answer {
        var answer = Answer(
            id: "better", question: "Better than a simple rule?", word: "Too early to say", why: tooEarly, tone: .dunno)
        guard let (own, rule, loss, isClear) = comparison else { return answer }
        let words = [
            "e": wording.wrong(own), "b": wording.short(loss), "rule": wording.rule(rule), "items": wording.items,
        ]
        answer.why =
            subject.isNumber
            ? Sentence.betterYesNumber.said(words.with("b", wording.wrong(loss))) : Sentence.betterYes.said(words)
        if !isClear {
            (answer.word, answer.tone) = ("No, the same", .bad)
            answer.why = Sentence.betterEven.said(words)
        } else if own > loss {
            (answer.word, answer.tone) = ("No", .bad)
        } else {
            let times = own > 0 ? loss / own : .infinity
            answer.tone = .good
            answer.word =
                times == .infinity
                ? "Yes, no mistake"
                : times < 1.1 ? "Yes, a little" : "Yes, \(Figures.decimals(times, times < 3 ? 1 : 0)) times better"
        }
        return answer
    }

    var tooEarly: String {
        let known = facts.course.whole.published.labelled
        let words = ["n": Figures.count(known), "need": Figures.count(Facts.need)]
        let rate = facts.situation.axis == .clock ? known / facts.span : 0
        guard rate > 0, facts.rate > 0, known < Facts.need else { return Sentence.tooEarly.said(words) }
        return Sentence.tooEarlySoon.said(words.with("eta", Figures.duration((Facts.need - known) / rate)))
    }
}

extension [String: String] {
    /// With one word more.
    func with(_ key: String, _ value: String) -> [String: String] { merging([key: value]) { $1 } }
}
