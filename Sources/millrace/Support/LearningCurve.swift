import Console
import Engine
import OnlineLearning

/// The learning curve of an evaluation as an SVG picture: a line for what is published and for each model over the last
/// events, a dashed one for each baseline over all rows so far, and marks at drifts and where another model took over.
struct LearningCurve {
    private static let width = 960.0, left = 72.0, top = 40.0, right = 24.0, plotHeight = 280.0
    private static let colors = [
        "#0a7d34", "#c27a00", "#7b3fa0", "#00838f", "#8d6e63", "#ad1457", "#5d6d1e", "#455a64",
    ]

    private struct Line {
        var name: String
        var color: String
        var isBaseline = false
        var points: [(row: Int, value: Double)]
    }

    static func svg(_ result: EvaluationResult) -> String { LearningCurve(result).svg }

    private let result: EvaluationResult
    private let lines: [Line]
    private let floor: Double
    private let ceiling: Double

    private init(_ result: EvaluationResult) {
        self.result = result
        let curve = result.curve
        func points(_ value: (EvaluationResult.CurvePoint) -> Double?) -> [(row: Int, value: Double)] {
            curve.compactMap { point in value(point).map { (point.row, $0) } }
        }
        var lines = [Line(name: "published", color: "#06c", points: points { $0.value })]
        let models = result.report.models.count > 1 ? result.report.models : []
        for (index, model) in models.enumerated() {
            let color = Self.colors[index % Self.colors.count]
            lines.append(Line(name: model.name, color: color, points: points { $0.models[index] }))
        }
        for (index, baseline) in result.report.baselines.enumerated() {
            lines.append(
                Line(
                    name: baseline.name, color: index == 0 ? "#888" : "#bbb", isBaseline: true,
                    points: points { $0.baselines[index] }))
        }
        self.lines = lines
        let values = lines.flatMap { $0.points.map { $0.value } }
        let isError = result.mainMetric == "mae"
        let low = isError ? 0 : (values.min() ?? 0), high = max(values.max() ?? 1, low + 1e-9)
        let margin = (high - low) * 0.05
        floor = isError ? 0 : max(0, low - margin)
        ceiling = isError ? high + margin : min(1, high + margin)
    }

    private var svg: String {
        let height = Int(Self.top + Self.plotHeight) + 64 + 18 * ((lines.count + 3) / 4)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 \(height)" font-family="sans-serif" font-size="12">
            <rect width="960" height="\(height)" fill="white"/>
            <text x="\(Int(Self.left))" y="24" font-size="15">\(escaped(result.topology)): \(result.mainMetric) of the last \
            \(result.report.windowSize) events</text>

            """
        text += axes + marks
        for line in lines where !line.points.isEmpty {
            let points = line.points.map { "\(x($0.row)),\(y($0.value))" }.joined(separator: " ")
            let dashes = line.isBaseline ? " stroke-dasharray=\"5 4\"" : ""
            text +=
                "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(line.color)\" stroke-width=\"1.5\"\(dashes)>"
            text += "<title>\(escaped(line.name))</title></polyline>\n"
        }
        return text + legend + "</svg>\n"
    }

    private var bottom: Double { Self.top + Self.plotHeight }

    private func x(_ row: Int) -> String {
        let share = Double(row) / Double(max(result.rows, 1))
        return Numbers.fixed(Self.left + (Self.width - Self.left - Self.right) * share, 1)
    }

    private func y(_ value: Double) -> String {
        Numbers.fixed(Self.top + Self.plotHeight * (1 - (value - floor) / max(ceiling - floor, 1e-12)), 1)
    }

    private var axes: String {
        var text = ""
        let isShare = result.mainMetric == "accuracy"
        for step in 0...4 {
            let value = floor + (ceiling - floor) * Double(step) / 4
            text +=
                "<line x1=\"\(x(0))\" x2=\"\(x(result.rows))\" y1=\"\(y(value))\" y2=\"\(y(value))\" stroke=\"#ddd\"/>"
            let figure = isShare ? EvaluationText.percent(value) : Numbers.fixed(value, 3)
            text +=
                "<text x=\"\(Int(Self.left) - 6)\" y=\"\(y(value))\" text-anchor=\"end\" dy=\"4\">\(figure)</text>\n"
            let row = result.rows * step / 4
            text +=
                "<text x=\"\(x(row))\" y=\"\(Int(bottom) + 18)\" text-anchor=\"middle\">\(Numbers.grouped(row))</text>\n"
        }
        let middle = Int(Self.top + Self.plotHeight / 2)
        text += "<text x=\"\(x(result.rows / 2))\" y=\"\(Int(bottom) + 36)\" text-anchor=\"middle\">rows</text>\n"
        text += "<text x=\"14\" y=\"\(middle)\" text-anchor=\"middle\" transform=\"rotate(-90 14 \(middle))\">"
        return text + "\(isShare ? "accuracy" : "mean absolute error")</text>\n"
    }

    /// Red: a drift; green: an improvement; blue with a head: another model or a fresh one took over.
    private var marks: String {
        var text = ""
        func mark(_ row: Int, _ color: String, _ title: String) {
            text += "<line x1=\"\(x(row))\" x2=\"\(x(row))\" y1=\"\(Int(Self.top))\" y2=\"\(Int(bottom))\""
            text += " stroke=\"\(color)\" stroke-opacity=\"0.6\"><title>\(escaped(title))</title></line>\n"
        }
        for drift in result.drifts + result.improvements {
            let notice = drift.notice
            let isBetter = notice.level == .improvement
            let word = isBetter ? "better" : "drift"
            mark(
                drift.row, isBetter ? "#3a3" : "#c33", "\(word) at \(drift.row): \(notice.detector) on \(notice.signal)"
            )
        }
        for decision in result.decisions
        where decision.notice.versionAfter != decision.notice.versionBefore
            || decision.notice.modelAfter != decision.notice.modelBefore
        {
            mark(decision.row, "#06c", "\(decision.notice.action) at \(decision.row): \(decision.notice.reason)")
            text += "<path d=\"M\(x(decision.row)) \(Int(Self.top)) l-5 -8 h10 z\" fill=\"#06c\"/>\n"
        }
        return text
    }

    private var legend: String {
        var text = ""
        for (index, line) in lines.enumerated() {
            let column = Int(Self.left) + 216 * (index % 4), row = Int(bottom) + 58 + 18 * (index / 4)
            let dashes = line.isBaseline ? " stroke-dasharray=\"5 4\"" : ""
            text += "<line x1=\"\(column)\" x2=\"\(column + 24)\" y1=\"\(row - 4)\" y2=\"\(row - 4)\""
            text += " stroke=\"\(line.color)\" stroke-width=\"2\"\(dashes)/>"
            text += "<text x=\"\(column + 30)\" y=\"\(row)\">\(escaped(line.name))</text>\n"
        }
        return text
    }

    private func escaped(_ text: String) -> String {
        Printable.text(text).reduce(into: "") { escaped, character in
            switch character {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            default: escaped.append(character)
            }
        }
    }
}
