import Engine

/// Builds the Prometheus text format, version 0.0.4: families in order, each with its help and type once.
public struct PrometheusText: Sendable {
    /// The text so far.
    public private(set) var text = ""

    /// What a family's numbers mean to Prometheus.
    public enum Kind: String, Sendable {
        /// Only goes up; its name ends in `_total`.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts by upper bound.
        case histogram
    }

    /// An empty text.
    public init() {}

    /// Begins a family.
    public mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a sample.
    public mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    /// Adds a histogram's samples; `counts` are per bucket, the last one beyond every bound.
    public mutating func histogram(
        _ name: String, _ labels: [(String, String)], bounds: [Double], counts: [UInt64], sum: Double
    ) {
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
            sample(name + "_bucket", labels + [("le", bound)], Double(total))
        }
        sample(name + "_sum", labels, sum)
        sample(name + "_count", labels, Double(total))
    }

    mutating func histogram(_ name: String, _ labels: [(String, String)], _ durations: EngineStatus.Durations) {
        histogram(name, labels, bounds: durations.bounds, counts: durations.counts, sum: durations.sum)
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
