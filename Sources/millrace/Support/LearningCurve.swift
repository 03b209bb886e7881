import Console
import Engine
import OnlineLearning

/// The learning curve of an evaluation as an SVG picture: the windowed metric, drift marks and the best baseline.
enum LearningCurve {
    private static let width = 960.0, height = 360.0, left = 64.0, top = 40.0, right = 24.0, bottom = 48.0

    static func svg(_ result: EvaluationResult) -> String {
        let baseline = result.report.baselines.compactMap { entry in
            EvaluationResult.value(result.mainMetric, entry.metrics).map { (entry.name, $0) }
        }
        let values = result.curve.map { $0.value } + baseline.map { $0.1 }
        let isError = result.mainMetric == "mae"
        let low = isError ? 0 : (values.min() ?? 0), high = max(values.max() ?? 1, low + 1e-9)
        let margin = (high - low) * 0.05
        let floor = isError ? 0 : max(0, low - margin), ceiling = high + margin
        let rows = Double(max(result.rows, 1))
        func x(_ row: Int) -> String { Numbers.fixed(left + (width - left - right) * Double(row) / rows, 1) }
        func y(_ value: Double) -> String {
            Numbers.fixed(top + (height - top - bottom) * (1 - (value - floor) / (ceiling - floor)), 1)
        }
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 360" font-family="sans-serif" font-size="12">
            <rect width="960" height="360" fill="white"/>
            <text x="64" y="24" font-size="15">\(escaped(result.topology)): \(result.mainMetric) of the last \
            \(result.report.windowSize) events</text>

            """
        for step in 0...4 {
            let value = floor + (ceiling - floor) * Double(step) / 4
            text += "<line x1=\"64\" x2=\"936\" y1=\"\(y(value))\" y2=\"\(y(value))\" stroke=\"#ddd\"/>"
            text += "<text x=\"58\" y=\"\(y(value))\" text-anchor=\"end\" dy=\"4\">\(Numbers.fixed(value, 3))</text>\n"
            let row = result.rows * step / 4
            text += "<text x=\"\(x(row))\" y=\"332\" text-anchor=\"middle\">\(Numbers.grouped(row))</text>\n"
        }
        for (name, value) in baseline {
            text +=
                "<line x1=\"64\" x2=\"936\" y1=\"\(y(value))\" y2=\"\(y(value))\" stroke=\"#888\" stroke-dasharray=\"4 3\"/>"
            text +=
                "<text x=\"936\" y=\"\(y(value))\" dy=\"-4\" text-anchor=\"end\" fill=\"#666\">\(escaped(name))</text>\n"
        }
        for drift in result.drifts {
            text +=
                "<line x1=\"\(x(drift.row))\" x2=\"\(x(drift.row))\" y1=\"40\" y2=\"312\" stroke=\"#c33\" stroke-opacity=\"0.6\">"
            text +=
                "<title>drift at \(drift.row): \(escaped(drift.notice.detector)) on \(escaped(drift.notice.signal))</title></line>\n"
        }
        let points = result.curve.map { "\(x($0.row)),\(y($0.value))" }.joined(separator: " ")
        return text + "<polyline points=\"\(points)\" fill=\"none\" stroke=\"#06c\" stroke-width=\"1.5\"/>\n</svg>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            default: escaped.append(character)
            }
        }
    }
}
