import Console
import Engine
import OnlineLearning

/// The last word of an evaluation: whether the topology is worth its while, against what costs nothing.
struct EvaluationVerdict {
    let result: EvaluationResult

    /// Fewer labelled events than this tell nothing.
    private static let fewest = 100

    /// A sentence or two; nil where nothing was learned.
    var text: String? {
        let report = result.report
        guard report.labelled > 0, let own = value(report.cumulative) else { return nil }
        guard report.labelled >= Self.fewest else {
            return "Only \(report.labelled) labelled events: too few to tell whether this is any good."
        }
        let baselines = report.baselines.compactMap { entry in value(entry.metrics).map { (entry.name, $0) } }
        guard let best = baselines.min(by: { isBetter($0.1, than: $1.1) }) else { return nil }
        let words = "\(Self.words(best.0)): \(figure(own)) against \(figure(best.1))"
        let start: String
        if isWithinNoise(own, best.1) {
            start = "No better and no worse than \(words)."
        } else {
            start = isBetter(own, than: best.1) ? "Beats \(words)." : "Does not beat \(words)."
        }
        return start + (better(than: own) ?? "")
    }

    /// Whether a baseline does better, beyond noise.
    var isWorse: Bool {
        guard let own = value(result.report.cumulative) else { return true }
        return result.report.baselines.contains { entry in
            value(entry.metrics).map { isBetter($0, than: own) && !isWithinNoise($0, own) } ?? false
        }
    }

    /// ` Model alone: 83.9 %.` where one of several models does better than what is published.
    private func better(than own: Double) -> String? {
        guard result.report.models.count > 1 else { return nil }
        let models = result.report.models.compactMap { model in value(model.cumulative).map { (model.name, $0) } }
        guard let best = models.min(by: { isBetter($0.1, than: $1.1) }), isBetter(best.1, than: own),
            !isWithinNoise(best.1, own)
        else { return nil }
        return " `\(Printable.text(best.0))` alone: \(figure(best.1))."
    }

    private func value(_ values: MetricValues) -> Double? { EvaluationResult.value(result.mainMetric, values) }

    private var isError: Bool { result.mainMetric == "mae" }

    private func isBetter(_ a: Double, than b: Double) -> Bool { isError ? a < b : a > b }

    /// Two standard errors of an accuracy; one percent of a mean absolute error.
    private func isWithinNoise(_ a: Double, _ b: Double) -> Bool {
        if isError { return abs(a - b) <= 0.01 * max(abs(a), abs(b)) }
        let mean = (a + b) / 2
        return abs(a - b) <= 2 * (mean * (1 - mean) / Double(result.report.labelled)).squareRoot()
    }

    private func figure(_ value: Double) -> String {
        isError ? "mean absolute error \(Numbers.fixed(value, 4))" : EvaluationText.percent(value)
    }

    private static func words(_ baseline: String) -> String {
        switch baseline {
        case "no_change": "repeating the last label"
        case "majority": "always answering the most frequent class"
        case "mean": "always answering the mean"
        default: "`\(baseline)`"
        }
    }
}
