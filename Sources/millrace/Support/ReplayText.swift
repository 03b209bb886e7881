import Console
import Engine
import OnlineLearning
import Text

/// What a replay found, for people: a table of what ran beside what would have been.
struct ReplayText {
    let result: ReplayResult
    let otherTitle: String
    /// The field that should have the truth, or nil.
    let label: String?
    let style: Style

    /// What the other column is called.
    static func title(of request: ReplayRequest, otherFile: String?) -> String {
        let parts = (otherFile.map { ["with \($0)"] } ?? []) + (request.without.isEmpty ? [] : ["without those"])
        return Printable.text(parts.joined(separator: ", "))
    }

    var text: String {
        let courses = [result.ran] + (result.other.map { [$0] } ?? [])
        let begin =
            result.ran.before.events == 0
            ? "from the task's first event"
            : result.snapshot.map { "from snapshot \($0.sequence) at offset \(Numbers.grouped(Int($0.offset)))" }
                ?? "from the log's beginning, with nothing learned"
        var lines = [
            style.bold("partition \(result.partition)")
                + "  offsets \(Numbers.grouped(Int(result.from))) to \(Numbers.grouped(Int(result.to)))  \(begin)", "",
        ]
        let rows = courses.map { ReplayFigures(course: $0).rows }
        let titles = ["as it ran", otherTitle]
        let widths = rows.indices.map { max(12, titles[$0].count + 2) }
        func line(_ name: String, _ cells: [String]) -> String {
            name.padding(18) + zip(cells, widths).map { $0.leading($1) }.joined()
        }
        lines.append(line("", Array(titles.prefix(courses.count))))
        for (index, row) in rows[0].enumerated() { lines.append(line(row.name, rows.map { $0[index].text })) }
        lines += ["", verdict]
        if result.other == nil, result.ran.before.events == 0 {
            lines += ["", EvaluationText.text(result.ran.evaluation, label: label, style)]
        } else {
            for (course, title) in zip(courses, titles) {
                let notices = EvaluationNotices(result: course.evaluation, style: style)
                let found = [notices.drifts, notices.improvements, notices.decisions].filter { !$0.isEmpty }
                if !found.isEmpty { lines += ["", style.bold(title)] + found.flatMap { $0 } }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var verdict: String {
        var sentences: [String] = []
        switch result.isAsCommitted {
        case true?:
            sentences.append(
                "It ends in the committed state, bit for bit (\(result.ran.evaluation.digest.prefix(16))…).")
        case false?: sentences.append(style.red("It does NOT end in the committed state."))
        case nil: break
        }
        if let other = result.other {
            let isSame = other.learned == result.ran.learned
            sentences.append(
                isSame
                    ? "What was learned is the same, bit for bit (\(other.learned.prefix(16))…)."
                    : "What was learned is not the same (\(result.ran.learned.prefix(16))… as it ran, "
                        + "\(other.learned.prefix(16))… otherwise).")
        }
        return sentences.joined(separator: " ")
    }
}

/// The rows of one column.
struct ReplayFigures {
    let course: ReplayResult.Course

    var rows: [(name: String, text: String)] {
        let evaluation = course.evaluation
        let tally = course.published
        let isNumber = evaluation.mainMetric == "mae"
        func count(_ value: Double?) -> String { value.map { Numbers.grouped(Int($0)) } ?? "-" }
        func main(_ tally: Tally?) -> String {
            guard let loss = tally?.meanLoss else { return "-" }
            return isNumber ? Numbers.fixed(loss, 4) : EvaluationText.percent(1 - loss)
        }
        var rows = [
            ("events", Numbers.grouped(Int(course.events))), ("labelled", count(tally?.labelled)),
            (isNumber ? "mean error" : "accuracy", main(tally)),
        ]
        if evaluation.task == .binary {
            rows += [
                ("alarms", count(tally?.alarms)), ("of them right", count(tally?.caught)),
            ]
        }
        rows += [
            ("drifts", Numbers.grouped(evaluation.drifts.count)),
            ("decisions", Numbers.grouped(evaluation.decisions.count)),
            ("answers now", Printable.text(evaluation.report.champion)),
            ("dead letters", Numbers.grouped(evaluation.deadLetterCount)),
            ("µs an event", course.events > 0 ? Numbers.fixed(course.seconds / Double(course.events) * 1e6, 2) : "-"),
            ("memory", Numbers.bytes(evaluation.memoryBytes)),
        ]
        return rows.map { (name: $0.0, text: $0.1) }
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate func leading(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
