import Console
import Engine
import OnlineLearning

/// An evaluation's result for people, in lines of at most `width` columns.
struct EvaluationText {
    let result: EvaluationResult
    /// The field that should have the truth, or nil.
    let label: String?
    let style: Style
    let width: Int

    static func text(
        _ result: EvaluationResult, label: String?, _ style: Style, width: Int = Terminal.size.columns
    ) -> String {
        EvaluationText(result: result, label: label, style: style, width: min(max(width, 40), 100)).text
    }

    private var text: String {
        let notices = EvaluationNotices(result: result, style: style)
        var lines = head + [""] + table
        for part in [notices.drifts, notices.improvements, notices.decisions, slices] where !part.isEmpty {
            lines += [""] + part
        }
        lines += ["", EvaluationVerdict(result: result).text.map { style.bold($0) } ?? ""]
        lines.append(
            "state \(Numbers.bytes(result.stateBytes)), memory \(Numbers.bytes(result.memoryBytes)), "
                + "digest \(result.digest.prefix(16))…")
        return lines.flatMap { line in
            Picture.width(line) <= width ? [line] : Picture.wrapped(line, columns: width - 2, indent: 2)
        }.joined(separator: "\n") + "\n"
    }

    private var head: [String] {
        let report = result.report
        let rate = result.seconds > 0 ? Int(Double(report.events) / result.seconds) : 0
        var text = "\(style.bold(Printable.text(result.topology))): \(Numbers.grouped(Int(report.events))) events"
        text += ", \(Numbers.grouped(Int(report.labelled))) labelled, \(Numbers.fixed(result.seconds, 2)) s"
        text += " (\(Numbers.grouped(rate))/s)"
        var lines = [text]
        if let labels = result.labels {
            lines += LabelText.lines(labels)
        } else if result.waitingLabels > 0 {
            let count = Numbers.grouped(result.waitingLabels)
            lines.append("\(count) labels were not known yet at the end, and not learned")
        }
        if result.deadLetterCount > 0 {
            let codes = result.deadLetters.map { "\($0.0) \(Numbers.grouped($0.1))" }.joined(separator: ", ")
            lines.append(style.yellow("dead letters: \(codes)"))
            lines += RejectedText.lines(result.rejected) + RejectedText.warning(result).map { style.red($0) }
        }
        lines += result.remarks.map { style.yellow(Printable.text($0)) }
        if report.labelled == 0, result.waitingLabels == 0, report.events > 0, let label {
            lines.append(style.yellow("no event has the label '\(Printable.text(label))': nothing was learned"))
        }
        return lines
    }

    /// A row per metric; where the columns do not fit side by side, further tables below.
    private var table: [String] {
        let report = result.report
        var columns: [(String, MetricValues)] = [
            (result.labels == nil ? "published" : "by arrival", report.cumulative),
            ("last \(report.windowSize)", report.windowed),
        ]
        if let labels = result.labels { columns.insert(("by event time", labels.values), at: 0) }
        if report.models.count > 1 { columns += report.models.map { ($0.name, $0.cumulative) } }
        columns += report.baselines.map { ($0.name, $0.metrics) }
        let names = MetricName.all.filter { name in columns.contains { EvaluationResult.value(name, $0.1) != nil } }
        guard !names.isEmpty else { return [] }
        var lines: [String] = []
        var rest = columns[...]
        while !rest.isEmpty {
            var used = Self.nameWidth, count = 0
            for column in rest {
                used += columnWidth(column.0) + 2
                if used > width, count > 0 { break }
                count += 1
            }
            if !lines.isEmpty { lines.append("") }
            lines += block(names, rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return lines
    }

    /// The parts of the events with the highest errors.
    private var slices: [String] {
        let all = result.report.slices
        guard !all.isEmpty else { return [] }
        let isShare = EvaluationResult.value("accuracy", result.report.cumulative) != nil
        func figure(_ error: Double) -> String { isShare ? Self.percent(error) : Numbers.fixed(error, 4) }
        let head = style.bold("Slices: \(all.count)") + (all.count > 5 ? ", the worst five" : ", the worst first")
        return [head]
            + all.prefix(5).map { slice in
                let (low, high) = (slice.interval.lowerBound, slice.interval.upperBound)
                return "  " + Printable.text("\(slice.feature) \(slice.slice)")
                    + ": error \(figure(slice.error)) (\(figure(low)) to \(figure(high))) of "
                    + "\(Numbers.grouped(Int(slice.labelled))) events"
            }
    }

    private static let nameWidth = 14

    private func columnWidth(_ name: String) -> Int { min(max(name.count, 9), width - Self.nameWidth - 2) }

    private func block(_ names: [String], _ columns: ArraySlice<(String, MetricValues)>) -> [String] {
        let heads = columns.map { column in
            "  "
                + style.bold(
                    padded(String(Printable.text(column.0).prefix(columnWidth(column.0))), columnWidth(column.0)))
        }
        let rows = names.map { name in
            name.padding(Self.nameWidth)
                + columns.map { column in
                    let value = EvaluationResult.value(name, column.1).map { Self.figure($0, name) } ?? "-"
                    return "  " + padded(value, columnWidth(column.0))
                }.joined()
        }
        return [String(repeating: " ", count: Self.nameWidth) + heads.joined()] + rows
    }

    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Shares of events in percent, everything else as it is.
    static func figure(_ value: Double, _ metric: String) -> String {
        ["accuracy", "f1"].contains(metric) ? percent(value) : Numbers.fixed(value, 4)
    }

    static func percent(_ share: Double) -> String { Numbers.fixed(100 * share, 1) + " %" }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
