/// Metrics in their order of publication; nil where a metric is undefined.
public typealias MetricValues = [(name: String, value: Double?)]

/// The names of `evaluate --json`, one spelling and one order for every surface.
public enum MetricName {
    /// Every name, in the order of publication.
    public static let all = [
        "accuracy", "kappa", "kappa_m", "kappa_temporal", "log_loss", "roc_auc", "f1", "mae", "rmse", "r2",
    ]
}

/// Orders what is known by `MetricName.all`; the rest and what is not finite is nil.
func metricValues(_ known: [String: Double?]) -> MetricValues {
    MetricName.all.map { name in
        guard let value = known[name] ?? nil, value.isFinite else { return (name, nil) }
        return (name, value)
    }
}
