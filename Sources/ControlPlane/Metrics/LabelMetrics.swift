import Engine
import OnlineLearning

/// What comes of labels that arrive by themselves, for Prometheus; no samples where labels stand in the events.
enum LabelMetrics {
    /// Upper bounds of the delay's buckets, in seconds: a second to three months.
    private static let bounds: [Double] = [
        1, 10, 60, 600, 3600, 21_600, 86_400, 259_200, 604_800, 2_592_000, 7_776_000,
    ]
    /// Counts that are now and not since the start.
    private static let gauges: Set<String> = ["waiting", "unmatched"]

    static func add(_ sources: [EngineMetrics.Source], _ text: inout PrometheusText, byPartition: Bool) {
        let all = sources.flatMap { source in
            let tasks = source.tasks.compactMap { task in task.status.labels.map { (task.labels, [$0]) } }
            return byPartition || tasks.isEmpty ? tasks : [([("topology", source.topology)], tasks.flatMap(\.1))]
        }
        text.family(
            "millrace_labels_total", .counter,
            "Labels and events by what became of them; taken: all labels. Counted over the whole life of the state.")
        for (labels, figures) in all {
            for (name, count) in sums(figures) where !gauges.contains(name) {
                text.sample("millrace_labels_total", labels + [("outcome", name)], count)
            }
        }
        func gauge(_ name: String, _ help: String, _ value: ([LabelFigures]) -> Double) {
            text.family(name, .gauge, help)
            for (labels, figures) in all { text.sample(name, labels, value(figures)) }
        }
        gauge("millrace_labels_waiting_events", "Events that wait for their label.") { value("waiting", $0) }
        gauge("millrace_labels_unmatched", "Labels that wait for their event.") { value("unmatched", $0) }
        gauge("millrace_labels_waiting_bytes", "Memory that waiting and remembered events hold.") {
            Double($0.reduce(0) { $0 + $1.bytes })
        }
        gauge("millrace_labels_on_disk", "Waiting and remembered events whose rows are on the local disk alone.") {
            Double($0.reduce(0) { $0 + $1.onDisk })
        }
        gauge("millrace_labels_held", "Partitions whose labels do not come: scoring goes on, learning waits.") {
            Double($0.count { $0.isHeld })
        }
        gauge("millrace_label_join_ratio", "The share of the labels that found their event.") { figures in
            let taken = value("taken", figures)
            return (taken - value("orphan", figures) - value("unmatched", figures)) / taken
        }
        gauge("millrace_label_known_ratio", "The share of the events whose outcome is known.") { figures in
            let (known, events) = figures.reduce((0.0, 0.0)) {
                ($0.0 + Double($1.total.labelled), $0.1 + Double($1.total.events))
            }
            return known / events
        }
        text.family(
            "millrace_label_delay_seconds", .histogram, "Event time from an event to its label, up to an eighth.")
        for (labels, figures) in all { delays(labels, figures, &text) }
        text.family(
            "millrace_event_time_metric", .gauge,
            "Quality of all answers whose outcome is known, by the time of the events; corrections taken in.")
        for (labels, figures) in all { metrics(labels, figures, &text) }
    }

    private static func sums(_ figures: [LabelFigures]) -> [(String, Double)] {
        (figures.first?.list ?? []).map { entry in (entry.name, value(entry.name, figures)) }
    }

    private static func value(_ name: String, _ figures: [LabelFigures]) -> Double {
        figures.reduce(0) { sum, figures in
            sum + (figures.list.first { $0.name == name }.map { Double($0.count) } ?? 0)
        }
    }

    private static func delays(
        _ labels: [(String, String)], _ figures: [LabelFigures], _ text: inout PrometheusText
    ) {
        var below: UInt64 = 0
        var counts: [UInt64] = []
        for bound in bounds {
            let count = figures.reduce(0) { $0 + $1.delays.count(upTo: Int64(bound * 1000)) }
            counts.append(count - below)
            below = count
        }
        counts.append(figures.reduce(0) { $0 + $1.delays.count } - below)
        text.histogram(
            "millrace_label_delay_seconds", labels, bounds: bounds, counts: counts,
            sum: figures.reduce(0) { $0 + $1.delays.sum } / 1000)
    }

    /// Weighted by the events whose outcome is known.
    private static func metrics(
        _ labels: [(String, String)], _ figures: [LabelFigures], _ text: inout PrometheusText
    ) {
        let known = figures.filter { $0.total.labelled > 0 }
        let weight = known.reduce(0) { $0 + Double($1.total.labelled) }
        for (index, entry) in (known.first?.values ?? []).enumerated() where entry.value != nil {
            let sum = known.reduce(0) { $0 + Double($1.total.labelled) * ($1.values[index].value ?? 0) }
            text.sample("millrace_event_time_metric", labels + [("metric", entry.name)], sum / weight)
        }
    }
}
