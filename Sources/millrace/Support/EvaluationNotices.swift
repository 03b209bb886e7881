import Console
import Engine
import OnlineLearning

/// What happened during an evaluation, in lines: what got worse, what got better, what was done. Of many the first and the
/// latest are shown.
struct EvaluationNotices {
    let result: EvaluationResult
    let style: Style

    private static let shownFirst = 3, shownLast = 5

    /// Changes for the worse, and of features, which are neither.
    var drifts: [String] { list("Drifts", lines(result.drifts)) }

    /// An error that fell.
    var improvements: [String] { list("Improvements", lines(result.improvements)) }

    var decisions: [String] {
        list(
            "Decisions",
            result.decisions.map { decision in
                let notice = decision.notice
                return style.cyan(notice.action)
                    + " at \(Numbers.grouped(decision.row)): \(Printable.text(notice.reason))"
            })
    }

    private func lines(_ changes: [EvaluationResult.Drift]) -> [String] {
        changes.map { drift in
            let change = drift.notice.change
            let isShare = drift.notice.signal == "error"
            func figure(_ value: Double) -> String {
                isShare ? EvaluationText.percent(value) : Numbers.fixed(value, 4)
            }
            let word = drift.notice.level == .improvement ? style.green("better") : style.yellow("drift")
            return "\(word) at \(Numbers.grouped(drift.row)): \(Printable.text(drift.notice.signal)) "
                + "\(figure(change.meanBefore)) → \(figure(change.meanAfter)), since about "
                + "\(Numbers.grouped(drift.changePoint)) (\(drift.notice.detector))"
                + (drift.notice.suffering.isEmpty
                    ? ""
                    : "; worst for "
                        + drift.notice.suffering.map { slice in
                            Printable.text("\(slice.feature) \(slice.slice)")
                                + " \(figure(slice.before)) → \(figure(slice.after))"
                        }.joined(separator: ", "))
        }
    }

    private func list(_ title: String, _ lines: [String]) -> [String] {
        guard !lines.isEmpty else { return [] }
        var shown = lines
        let hidden = lines.count - Self.shownFirst - Self.shownLast
        if hidden > 1 {
            shown =
                lines.prefix(Self.shownFirst) + ["… \(Numbers.grouped(hidden)) more …"] + lines.suffix(Self.shownLast)
        }
        return [style.bold("\(title): \(Numbers.grouped(lines.count))")] + shown.map { "  " + $0 }
    }
}
