import OnlineLearning

/// What a metric of a test must be: `0.7`, `"> 0.7"`, `"0.7..0.9"` or `"0.8 ± 0.05"`.
public struct Expectation: Sendable, Equatable, CustomStringConvertible {
    /// How the value is compared.
    public enum Comparison: Sendable, Equatable {
        /// Equal but for rounding: within 1e-9 of the larger magnitude, or of 1.
        case equal(Double)
        /// Not `equal`.
        case unequal(Double)
        /// Strictly less.
        case less(Double)
        /// Less or `equal`.
        case atMost(Double)
        /// Strictly greater.
        case greater(Double)
        /// Greater or `equal`.
        case atLeast(Double)
        /// In a closed range.
        case within(ClosedRange<Double>)
    }
    /// As written.
    public let description: String
    /// What it means.
    public let comparison: Comparison

    /// The expectation of a text, or nil where it is none.
    public static func parse(_ text: String) -> Expectation? {
        comparison(text).map { Expectation(description: text, comparison: $0) }
    }

    /// Whether a metric's value meets it. An undefined value (NaN) meets nothing.
    public func holds(_ value: Double) -> Bool {
        guard !value.isNaN else { return false }
        return switch comparison {
        case .equal(let bound): Self.equal(value, bound)
        case .unequal(let bound): !Self.equal(value, bound)
        case .less(let bound): value < bound
        case .atMost(let bound): value <= bound || Self.equal(value, bound)
        case .greater(let bound): value > bound
        case .atLeast(let bound): value >= bound || Self.equal(value, bound)
        case .within(let range): range.contains(value)
        }
    }

    private static func equal(_ a: Double, _ b: Double) -> Bool {
        a == b || abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1)
    }

    private static func comparison(_ text: String) -> Comparison? {
        let trimmed = trim(Substring(text))
        let signs: [(String, (Double) -> Comparison)] = [
            (">=", Comparison.atLeast), ("<=", Comparison.atMost), ("==", Comparison.equal), ("!=", Comparison.unequal),
            (">", Comparison.greater), ("<", Comparison.less), ("=", Comparison.equal),
        ]
        for (sign, make) in signs where trimmed.hasPrefix(sign) {
            return Checker.realNumber(String(trim(trimmed.dropFirst(sign.count)))).map(make)
        }
        for sign in ["..", "±", "+-"] {
            guard let (left, right) = numbers(trimmed, around: sign) else { continue }
            if sign == ".." { return left <= right ? .within(left...right) : nil }
            return right >= 0 ? .within((left - right)...(left + right)) : nil
        }
        return Checker.realNumber(String(trimmed)).map(Comparison.equal)
    }

    private static func numbers(_ text: Substring, around sign: String) -> (Double, Double)? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(sign) {
                let left = Checker.realNumber(String(trim(text[..<start])))
                let right = Checker.realNumber(String(trim(text[start...].dropFirst(sign.count))))
                guard let left, let right else { return nil }
                return (left, right)
            }
            start = text.index(after: start)
        }
        return nil
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return text
    }
}

extension Expectation {
    /// Metrics that a test may name; further ones are `window.METRIC`, `models.NAME.METRIC`, `baselines.NAME`.
    public static let metrics =
        MetricName.all + [
            "events", "labelled", "waiting_labels", "dead_letters", "drifts", "warnings", "improvements", "decisions",
            "state_bytes",
        ]

    /// What a test may ask of labels that come later, behind `labels.`.
    public static let labelMetrics = [
        "taken", "matched", "early", "late", "orphan", "duplicate", "conflict", "corrected", "withdrawn", "timed_out",
        "superseded", "dropped", "waiting", "unmatched", "join_ratio", "rejected",
    ]

    /// Whether a test may name it.
    static func isKnown(metric: String) -> Bool {
        if metrics.contains(metric) { return true }
        let parts = metric.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last else { return false }
        return switch (parts[0], parts.count) {
        case ("baselines", 2): ["no_change", "majority", "mean"].contains(last)
        case ("labels", 2): labelMetrics.contains(last)
        case ("metrics_by_event_time", 2): ["accuracy", "log_loss", "mae", "rmse", "known"].contains(last)
        case ("window", 2), ("metrics", 2), ("metrics_by_arrival", 2), ("models", 3): MetricName.all.contains(last)
        default: false
        }
    }
}
