import OnlineLearning
import Text
import Engine

/// What was decided, on what evidence: newest first.
struct DecisionsPart {
    let facts: Facts
    let wording: Wording

    static let shown = 12

    var json: JSON {
        let marks = facts.marks.filter { $0.decision != nil }
        let total = facts.tasks.reduce(0) { $0 + Int($1.status.decisions) }
        let count = max(total, marks.count)
        return [
            "lead": .text(
                count == 0
                    ? Sentence.decisionsNone.said()
                    : (isWaiting ? Sentence.decisionsWait : .decisions).said([
                        "n": Figures.times(count, "decision").capitalizedFirst
                    ])),
            "rows": .array(marks.suffix(Self.shown).reversed().compactMap(row)),
        ]
    }

    /// The newest proposal has had no verdict.
    private var isWaiting: Bool {
        let verdicts = ["retrain_swap", "reset", "recall", "denied", "switch", "promote", "rollback"]
        let last = facts.marks.last { mark in
            mark.decision.map { $0.action == "proposal" || verdicts.contains($0.action) } ?? false
        }
        return last?.decision?.action == "proposal"
    }

    private func row(_ mark: Mark) -> JSON? {
        guard let decision = mark.decision else { return nil }
        return [
            "time": .text(wording.time(mark.x)), "x": .number(mark.x), "what": .text(what(decision)), "by": "by rule",
            "evidence": .text(evidence(decision)),
        ]
    }

    private func what(_ decision: DecisionNotice) -> String {
        let before = wording.model(decision.modelBefore, decision.versionBefore)
        let after = wording.model(decision.modelAfter, decision.versionAfter)
        switch decision.action {
        case "retrain_start": return "Began to train a fresh \(decision.modelBefore)"
        case "replay_start": return "Began to train a fresh \(decision.modelBefore) on what came since the change"
        case "replay_done": return "The fresh \(decision.modelBefore) is level with the stream"
        case "retrain_swap", "switch": return "Switched to \(after)"
        case "retrain_discard": return "Kept \(before)"
        case "switch_back": return "Switched back to \(after)"
        case "switch_confirm": return "Kept \(after)"
        case "alert": return "Reported"
        case "rollback": return "Went back to \(after)"
        case "tune": return "Tries other parameters"
        case "recall": return "Took up \(after) again"
        case "learning_stopped": return "Stopped learning, and not answering"
        case "learning_resumed": return "Learns again"
        case "proposal": return "Asks for approval"
        case "denied": return "Kept \(after)"
        case "keep": return "Nothing to do"
        case "reset": return "Began afresh"
        case "reset_done": return "The fresh model answers"
        default: return decision.action.capitalizedFirst
        }
    }

    private func evidence(_ decision: DecisionNotice) -> String {
        let reason = decision.reason.capitalizedFirst + "."
        guard decision.lossBefore.isFinite, decision.lossAfter.isFinite else { return reason }
        return reason + " \(wording.wrong(decision.lossAfter)) wrong, against \(wording.short(decision.lossBefore))."
    }
}
