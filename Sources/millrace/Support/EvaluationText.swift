import Console
import Engine
import OnlineLearning

/// An evaluation's result for people.
enum EvaluationText {
    /// `label`: the field that should have the truth, or nil.
    static func text(_ result: EvaluationResult, label: String?, _ style: Style) -> String {
        let report = result.report
        let rate = result.seconds > 0 ? Int(Double(report.events) / result.seconds) : 0
        var text = "\(style.bold(result.topology)): \(Numbers.grouped(Int(report.events))) events"
        text += ", \(Numbers.grouped(Int(report.labelled))) labelled, \(Numbers.fixed(result.seconds, 2)) s"
        text += " (\(Numbers.grouped(rate))/s)\n"
        if result.deadLetterCount > 0 {
            let codes = result.deadLetters.map { "\($0.0) \(Numbers.grouped($0.1))" }.joined(separator: ", ")
            text += style.yellow("dead letters: \(codes)") + "\n"
        }
        if report.labelled == 0, report.events > 0, let label {
            text += style.yellow("no event has the label '\(label)': nothing was learned") + "\n"
        }
        text += table(result, style)
        text += notices(result, style)
        text += "state \(Numbers.bytes(result.stateBytes)), memory \(Numbers.bytes(result.memoryBytes)), "
        return text + "digest \(result.digest)\n"
    }

    private static func table(_ result: EvaluationResult, _ style: Style) -> String {
        let report = result.report
        var columns: [(String, MetricValues)] = [
            ("published", report.cumulative), ("last \(report.windowSize)", report.windowed),
        ]
        if report.models.count > 1 { columns += report.models.map { ($0.name, $0.cumulative) } }
        columns += report.baselines.map { ($0.name, $0.metrics) }
        let names = MetricName.all.filter { name in columns.contains { EvaluationResult.value(name, $0.1) != nil } }
        guard !names.isEmpty else { return "" }
        let widths = columns.map { max($0.0.count, 10) }
        var text = padded("", 16)
        for (column, width) in zip(columns, widths) {
            text += "  " + style.bold(padded(column.0, width, isRight: true))
        }
        text += "\n"
        for name in names {
            text += padded(name, 16)
            for (column, width) in zip(columns, widths) {
                let value = EvaluationResult.value(name, column.1).map { Numbers.fixed($0, 4) } ?? "-"
                text += "  " + padded(value, width, isRight: true)
            }
            text += "\n"
        }
        return text
    }

    private static func notices(_ result: EvaluationResult, _ style: Style) -> String {
        var text = ""
        for drift in result.drifts.prefix(10) {
            let change = drift.notice.change
            text +=
                style.yellow("drift")
                + " at \(Numbers.grouped(drift.row)): \(drift.notice.detector) on \(drift.notice.signal)"
            text += ", \(Numbers.fixed(change.meanBefore, 4)) → \(Numbers.fixed(change.meanAfter, 4))"
            text += ", since about \(Numbers.grouped(drift.changePoint))\n"
        }
        if result.drifts.count > 10 { text += "… and \(result.drifts.count - 10) more drift events\n" }
        for decision in result.decisions.prefix(10) {
            text +=
                style.cyan(decision.notice.action) + " at \(Numbers.grouped(decision.row)): \(decision.notice.reason)\n"
        }
        if result.decisions.count > 10 { text += "… and \(result.decisions.count - 10) more decisions\n" }
        return text
    }

    private static func padded(_ text: String, _ width: Int, isRight: Bool = false) -> String {
        let gap = String(repeating: " ", count: max(0, width - text.count))
        return isRight ? gap + text : text + gap
    }
}
