import Engine
import OnlineLearning

/// What the models are worth, for Prometheus: averaged over a topology's partitions, or by partition.
enum LearnerMetrics {
    private static let labelledHelp = "Events with a label that the tasks' states have learned."
    private static let help =
        "Prequential metrics of what was published (model \"\"), of models and baselines; over several partitions their mean, "
        + "by labelled events."
    private static let versionHelp =
        "Incarnation of each model; the champion has champion=\"true\". Over several partitions the newest."

    private static let championHelp =
        "Partitions of this process in which the model is champion; by partition 1 or 0."

    private static let stoppedHelp =
        "Partitions of this process in which learning has stopped by itself (`breaker`, `guards`); by partition 1 or 0."
    private static let notLearnedHelp =
        "Events and labels that were scored and never learned, because learning had stopped by itself."

    private static func stops(
        _ all: [([(String, String)], [PipelineReport])], _ text: inout PrometheusText
    ) {
        let guarded = all.map { ($0.0, $0.1.compactMap(\.quarantine)) }.filter { !$0.1.isEmpty }
        guard !guarded.isEmpty else { return }
        text.family("millrace_learning_stopped", .gauge, stoppedHelp)
        for (labels, quarantines) in guarded {
            text.sample("millrace_learning_stopped", labels, Double(quarantines.count { $0.isOpen }))
        }
        text.family("millrace_not_learned_events", .gauge, notLearnedHelp)
        for (labels, quarantines) in guarded {
            text.sample("millrace_not_learned_events", labels, quarantines.reduce(0) { $0 + Double($1.notLearned) })
        }
    }

    private static let sliceHelp =
        "Error of what was published for a part of the events (`slices`), over the whole stream: the share of wrong answers, or "
        + "the mean absolute error; over several partitions the mean by labelled events. At most 200 parts, the largest."
    private static let mostSlices = 200

    private static func slices(_ all: [([(String, String)], [PipelineReport])], _ text: inout PrometheusText) {
        guard all.contains(where: { $0.1.contains { !$0.slices.isEmpty } }) else { return }
        text.family("millrace_slice_error", .gauge, sliceHelp)
        for (labels, reports) in all {
            var sums: [[String]: (loss: Double, count: Double)] = [:]
            for slice in reports.flatMap(\.slices) {
                let sum = sums[[slice.feature, slice.slice]] ?? (0, 0)
                let count = Double(slice.labelled)
                sums[[slice.feature, slice.slice]] = (sum.loss + slice.error * count, sum.count + count)
            }
            let largest = sums.sorted {
                $0.value.count != $1.value.count
                    ? $0.value.count > $1.value.count : $0.key.lexicographicallyPrecedes($1.key)
            }
            for (key, sum) in largest.prefix(mostSlices) {
                let more = [("feature", key[0]), ("slice", key[1])]
                text.sample("millrace_slice_error", labels + more, sum.loss / sum.count)
            }
        }
    }

    /// One figure of a report, with the labelled events that stand behind it.
    private struct Figure {
        var model: String
        var metric: String
        var window: String
        var value: Double
        var weight: Double
    }

    private static func figures(_ report: PipelineReport) -> [Figure] {
        var figures: [Figure] = []
        func add(_ model: String, _ window: String, _ values: MetricValues, _ weight: Double) {
            for (name, value) in values {
                guard let value else { continue }
                figures.append(Figure(model: model, metric: name, window: window, value: value, weight: weight))
            }
        }
        let all = Double(report.labelled), recent = Double(report.windowEvents)
        let window = "\(report.windowSize)"
        add("", "all", report.cumulative, all)
        add("", window, report.windowed, recent)
        for model in report.models { add(model.name, window, model.windowed, recent) }
        for baseline in report.baselines { add(baseline.name, "all", baseline.metrics, all) }
        return figures
    }

    static func byPartition(_ sources: [EngineMetrics.Source], _ text: inout PrometheusText) {
        let reports = sources.flatMap(\.tasks).compactMap { task in task.status.report.map { (task.labels, $0) } }
        text.family("millrace_labelled_events", .gauge, labelledHelp)
        for (labels, report) in reports { text.sample("millrace_labelled_events", labels, Double(report.labelled)) }
        text.family("millrace_learner_metric", .gauge, help)
        for (labels, report) in reports {
            for figure in figures(report) { sample(figure, labels, figure.value, &text) }
        }
        text.family("millrace_model_version", .gauge, versionHelp)
        for (labels, report) in reports {
            for model in report.models {
                let more = [("model", model.name), ("champion", "\(model.name == report.champion)")]
                text.sample("millrace_model_version", labels + more, Double(model.version))
            }
        }
        text.family("millrace_champion", .gauge, championHelp)
        for (labels, report) in reports { champions([report], labels, &text) }
        stops(reports.map { ($0, [$1]) }, &text)
        slices(reports.map { ($0, [$1]) }, &text)
    }

    /// In how many of the reports each model is champion.
    private static func champions(
        _ reports: [PipelineReport], _ labels: [(String, String)], _ text: inout PrometheusText
    ) {
        for model in reports.first?.models ?? [] {
            let count = reports.count { $0.champion == model.name }
            text.sample("millrace_champion", labels + [("model", model.name)], Double(count))
        }
    }

    static func byTopology(_ sources: [EngineMetrics.Source], _ text: inout PrometheusText) {
        let topologies = sources.map { ([("topology", $0.topology)], $0.tasks.compactMap(\.status.report)) }
        text.family("millrace_labelled_events", .gauge, labelledHelp)
        for (labels, reports) in topologies where !reports.isEmpty {
            text.sample("millrace_labelled_events", labels, reports.reduce(0) { $0 + Double($1.labelled) })
        }
        text.family("millrace_learner_metric", .gauge, help)
        for (labels, reports) in topologies {
            // The first report gives the order; every task of a topology has the same models.
            let all = reports.map(figures)
            var sums: [String: (value: Double, weight: Double)] = [:]
            func key(_ figure: Figure) -> String { "\(figure.model)\n\(figure.metric)\n\(figure.window)" }
            for figure in all.joined() where figure.weight > 0 {
                let sum = sums[key(figure)] ?? (0, 0)
                sums[key(figure)] = (sum.value + figure.value * figure.weight, sum.weight + figure.weight)
            }
            for figure in all.joined() {
                guard let sum = sums.removeValue(forKey: key(figure)) else { continue }
                sample(figure, labels, sum.value / sum.weight, &text)
            }
        }
        text.family("millrace_model_version", .gauge, versionHelp)
        for (labels, reports) in topologies {
            for model in reports.first?.models ?? [] {
                let newest = reports.flatMap(\.models).filter { $0.name == model.name }.map(\.version).max() ?? 0
                let isChampion = reports.contains { $0.champion == model.name }
                let more = [("model", model.name), ("champion", "\(isChampion)")]
                text.sample("millrace_model_version", labels + more, Double(newest))
            }
        }
        text.family("millrace_champion", .gauge, championHelp)
        for (labels, reports) in topologies { champions(reports, labels, &text) }
        stops(topologies, &text)
        slices(topologies, &text)
    }

    private static func sample(
        _ figure: Figure, _ labels: [(String, String)], _ value: Double, _ text: inout PrometheusText
    ) {
        let more = [("model", figure.model), ("metric", figure.metric), ("window", figure.window)]
        text.sample("millrace_learner_metric", labels + more, value)
    }
}
