import Console
import Engine
import OnlineLearning

/// What came of labels that arrive by themselves, for people.
enum LabelText {
    static func lines(_ labels: LabelFigures) -> [String] {
        let counts = labels.list.dropFirst().filter { $0.count > 0 && $0.name != "waiting" && $0.name != "unmatched" }
        let words = counts.map { "\(Numbers.grouped(Int($0.count))) \($0.name.replacing("_", with: " "))" }
        var lines = ["\(Numbers.grouped(Int(labels.taken))) labels: \(words.joined(separator: ", "))"]
        var state = "the outcome of \(EvaluationText.percent(labels.known)) of the events is known"
        if labels.waiting > 0 { state += "; \(Numbers.grouped(labels.waiting)) wait for their label" }
        if labels.unmatched > 0 { state += "; \(Numbers.grouped(labels.unmatched)) labels wait for their event" }
        lines.append(state)
        if labels.delays.count > 0 {
            let quantiles = labels.delaySeconds.map { "\($0.name) \(span($0.seconds))" }.joined(separator: ", ")
            lines.append(
                "delay of the labels: \(quantiles); \(EvaluationText.percent(labels.joinRatio)) of them found their event"
            )
        }
        if labels.taken >= 1000, labels.joinRatio < 0.01 {
            lines.append(
                "almost no label finds its event: do `label.id` and `input.id` name fields with the same ids, spelled alike?"
            )
        }
        if labels.rejected.total > 0 {
            let codes = labels.rejected.byCode.map { "\($0.0) \(Numbers.grouped($0.1))" }.joined(separator: ", ")
            lines.append("labels that could not be used: \(codes)")
            lines += RejectedText.lines(labels.rejected)
        }
        return lines + labels.remarks.map { Printable.text($0) }
    }

    /// Seconds in the unit that people would use.
    private static func span(_ seconds: Double) -> String {
        for (unit, factor) in [("d", 86_400.0), ("h", 3600), ("min", 60)] where seconds >= factor {
            return "\(Numbers.fixed(seconds / factor, 1)) \(unit)"
        }
        return "\(Numbers.fixed(seconds, 1)) s"
    }
}
