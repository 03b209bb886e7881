import EventFormats
import OnlineLearning
import Topology

extension Answers {
    // MARK: Did anything change?

    var changed: Answer {
        var answer = Answer(
            id: "changed", question: "Did anything change?", word: "Too early to say", why: tooEarly, tone: .dunno)
        if let change = facts.change {
            var words = ["t1": wording.at(change.mark.x)]
            let effect = facts.effect(of: change.mark)
            if let effect { words.merge(["a": wording.short(effect.before), "b": wording.wrong(effect.after)]) { $1 } }
            func say(_ sentence: Sentence, _ words: [String: String]) -> String {
                (effect == nil ? Sentence.changedPlain : sentence).said(words)
            }
            if change.mark.kind == .better {
                (answer.word, answer.tone) = ("Fewer mistakes", .good)
                answer.word += " since \(wording.place(change.mark.began))"
                (answer.icon, answer.why) = ("m-better", say(.changedBetter, words))
            } else if facts.situation.axis == .events, facts.count(.worse) > 1 {
                answer.word = "Yes, \(facts.count(.worse)) times"
                (answer.tone, answer.icon) = (.info, "m-worse")
                answer.why = say(.changedOften, words.with("at", wording.at(change.mark.began)))
            } else {
                answer.word = "Yes, \(wording.at(change.mark.began))"
                answer.tone = change.isOpen ? .bad : .info
                (answer.icon, answer.why) = ("m-worse", say(.changedWorse, words))
            }
            return answer
        }
        guard !facts.isLearning, let now = facts.recent.published.meanLoss else { return answer }
        if let moved = facts.marks.last(where: { $0.kind == .moved && !$0.isWarning }), let drift = moved.drift {
            answer.word = "One input, \(wording.at(moved.began))"
            answer.tone = .info
            answer.why = Sentence.changedMoved.said([
                "input": wording.input(drift.signal), "a": wording.value(drift.change.meanBefore, of: drift.signal),
                "b": wording.value(drift.change.meanAfter, of: drift.signal),
            ])
            return answer
        }
        (answer.word, answer.tone) = ("No", .good)
        answer.why =
            facts.usual.map {
                Sentence.changedNo.said(["lo": wording.short($0.low), "hi": wording.wrong($0.high)])
            } ?? Sentence.changedNoBand.said(["e": wording.wrongItems(now)])
        return answer
    }

    // MARK: What was done about it?

    var done: Answer {
        var answer = Answer(
            id: "done", question: "What was done about it?", word: "Nothing yet", why: Sentence.doneEarly.said(),
            tone: .dunno)
        guard let change = facts.change else {
            if !facts.isLearning {
                (answer.word, answer.tone, answer.why) = ("Nothing", .good, Sentence.doneNothing.said())
            }
            return answer
        }
        if facts.situation.axis == .events, facts.count(.change) > 1,
            let last = facts.marks.last(where: { $0.kind == .change })
        {
            answer.word = "New model, \(facts.count(.change)) times"
            (answer.tone, answer.icon) = (.good, "m-switch")
            answer.why = Sentence.doneOften.said(["at": wording.at(last.x), "items": wording.items])
        } else if change.mark.kind == .better {
            (answer.word, answer.tone, answer.why) = ("Nothing", .good, Sentence.doneImproved.said())
        } else if let handled = change.handled {
            answer.word = "New model \(wording.at(handled.x))"
            (answer.tone, answer.icon) = (.good, "m-switch")
            answer.why = Sentence.doneSwitchedPlain.said()
            if let decision = handled.decision, decision.lossAfter.isFinite, decision.lossBefore.isFinite {
                answer.why = Sentence.doneSwitched.said([
                    "items": wording.items, "a": wording.short(decision.lossBefore),
                    "b": wording.wrong(decision.lossAfter),
                ])
            }
        } else if let other = change.other, let decision = other.decision {
            answer.word = other.kind == .told ? "Reported" : "Nothing"
            answer.tone = .look
            answer.why =
                switch other.kind {
                case .told: Sentence.doneReported.said()
                case .discarded: (decision.lossAfter.isFinite ? Sentence.doneDiscarded : .doneFaded).said()
                default: Sentence.doneKept.said(["reason": decision.reason])
                }
        } else if change.training != nil {
            (answer.word, answer.tone) = ("Training", .info)
            answer.why = Sentence.doneTraining.said(["items": wording.items])
        }
        return answer
    }

    // MARK: Must I do something?

    var todo: Answer {
        var answer = Answer(
            id: "todo", question: "Must I do something?", word: "No", why: Sentence.todoNothing.said(), tone: .good)
        func say(_ word: String, _ tone: Answer.Tone, _ why: String, _ link: (String, String)? = nil) -> Answer {
            (answer.word, answer.tone, answer.why, answer.link) = (word, tone, why, link)
            return answer
        }
        if case .stopped = health { return say("Yes, start it", .bad, Sentence.todoStart.said()) }
        if isEmpty, health == .running {
            return say(
                "Send \(wording.items)", .look,
                Sentence.todoSend.said(["items": wording.items, "source": subject.source]))
        }
        if let inputs = unusualInputs { return inputs }
        if let change = facts.change, change.isOpen, change.training != nil, change.other == nil {
            return say("No, wait", .good, Sentence.todoWait.said())
        }
        guard let (own, _, loss, isClear) = comparison else {
            return say("No", .good, Sentence.todoLater.said())
        }
        if own > loss || !isClear {
            if let (name, best) = bestModel, best < own, facts.differ(best, own, of: facts.recent.published.labelled) {
                let sentence = subject.isNumber ? Sentence.todoModelNumber : .todoModel
                return say(
                    "Yes, choose a model", .bad,
                    sentence.said(["model": name.capitalizedFirst, "e": wording.wrongItems(best)]),
                    ("models", "See the models"))
            }
            return say("Look at the inputs", .look, Sentence.todoSimple.said(), ("inputs", "See the inputs"))
        }
        if let change = facts.change, change.isOpen, subject.actions.allSatisfy({ $0 == "alert" }) {
            return say("Choose an action", .look, Sentence.todoReset.said())
        }
        return answer
    }

    /// The model with the fewest mistakes in the newest stretch.
    var bestModel: (name: String, loss: Double)? {
        let names = (facts.report?.models ?? []).map(\.name)
        return zip(names, facts.recent.models).compactMap { name, tally in tally.meanLoss.map { (name, $0) } }
            .min { $0.1 < $1.1 }
    }

    private var unusualInputs: Answer? {
        var answer = Answer(id: "todo", question: "Must I do something?", word: "", why: "", tone: .look)
        answer.link = ("inputs", "See the inputs")
        let unseen = facts.unseen
        if let first = unseen.first {
            answer.word = "Look at \(Figures.times(unseen.count, "input"))"
            let words = ["input": wording.input(first.name), "item": subject.words.item, "meant": first.meant ?? ""]
            answer.why = (first.meant == nil ? Sentence.todoInputs : .todoMeant).said(words)
            return answer
        }
        let unusual = facts.unusualInputs
        if let (name, verdict) = unusual.first {
            answer.word = "Look at \(Figures.times(unusual.count, "input"))"
            answer.why = Sentence.todoMissing.said(wording.missing(name, verdict))
            return answer
        }
        let letters = facts.letters
        let count = letters.values.reduce(0) { $0 + Double($1) }
        guard count > 0.01 * facts.events else { return nil }
        answer.word = "Look at the data"
        answer.why = Sentence.todoLetters.said([
            "n": Figures.count(count), "all": Figures.count(facts.events), "items": wording.items,
            "why": wording.reasons(letters),
        ])
        return answer
    }
}
