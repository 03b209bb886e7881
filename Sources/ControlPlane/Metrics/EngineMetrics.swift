import Engine
import EventFormats
import OnlineLearning

/// What the engines tell Prometheus. Labels are few: topology, partition, code, role, field, model, metric, window.
enum EngineMetrics {
    struct Source {
        var topology: String
        var values: EngineStatus.Values
        var isReady: Bool

        var tasks: [(labels: [(String, String)], status: EngineStatus.TaskStatus)] {
            values.tasks.sorted { $0.key < $1.key }.map { partition, status in
                ([("topology", topology), ("partition", "\(partition)")], status)
            }
        }
    }

    static func text(_ sources: [Source]) -> String {
        var text = PrometheusText()
        process(sources, &text)
        events(sources, &text)
        state(sources, &text)
        learning(sources, &text)
        return text.text
    }

    private static func process(_ sources: [Source], _ text: inout PrometheusText) {
        func each(
            _ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (Source) -> Double
        ) {
            text.family(name, kind, help)
            for source in sources { text.sample(name, [("topology", source.topology)], value(source)) }
        }
        each("millrace_ready", .gauge, "1 once partitions are assigned and every task is restored.") {
            $0.isReady ? 1 : 0
        }
        each("millrace_uptime_seconds", .gauge, "Seconds since the engine started.") {
            (ContinuousClock.now - $0.values.started) / .seconds(1)
        }
        each("millrace_rebalances_total", .counter, "Rebalances of the consumer group that this process saw.") {
            Double($0.values.rebalances)
        }
        each("millrace_worker_restarts_total", .counter, "Workers that began again from their committed positions.") {
            Double($0.values.workerRestarts)
        }
        text.family("millrace_transactions_total", .counter, "Transactions by result.")
        for source in sources {
            let labels = [("topology", source.topology)]
            text.sample(
                "millrace_transactions_total", labels + [("result", "committed")],
                Double(source.values.transactionsCommitted))
            text.sample(
                "millrace_transactions_total", labels + [("result", "aborted")],
                Double(source.values.transactionsAborted))
        }
        text.family("millrace_commit_duration_seconds", .histogram, "Time from a transaction's end to its commit.")
        for source in sources {
            text.histogram(
                "millrace_commit_duration_seconds", [("topology", source.topology)],
                bounds: EngineStatus.Durations.bounds,
                counts: source.values.commitSeconds.counts, sum: source.values.commitSeconds.sum)
        }
        each(
            "millrace_replay_divergences_total", .counter, "Restores whose digest differed because the numerics id did."
        ) {
            Double($0.values.replayDivergences)
        }
    }

    private static func perTask(
        _ sources: [Source], _ text: inout PrometheusText, _ name: String, _ kind: PrometheusText.Kind, _ help: String,
        _ value: (EngineStatus.TaskStatus) -> Double
    ) {
        text.family(name, kind, help)
        for source in sources {
            for task in source.tasks { text.sample(name, task.labels, value(task.status)) }
        }
    }

    private static func events(_ sources: [Source], _ text: inout PrometheusText) {
        perTask(sources, &text, "millrace_events_total", .counter, "Records taken from the input, bad ones included.") {
            Double($0.events)
        }
        perTask(sources, &text, "millrace_input_offset", .gauge, "The next input offset.") { Double($0.offset) }
        text.family(
            "millrace_lag_events", .gauge, "Input offsets that the task is behind the end, as the last fetch told it.")
        for source in sources {
            for task in source.tasks {
                if let lag = task.status.lag { text.sample("millrace_lag_events", task.labels, Double(lag)) }
            }
        }
        text.family("millrace_dead_letters_total", .counter, "Records that could not be used, by code.")
        for source in sources {
            for task in source.tasks {
                for (code, count) in task.status.deadLetters.sorted(by: { $0.key < $1.key }) {
                    text.sample("millrace_dead_letters_total", task.labels + [("code", code)], Double(count))
                }
            }
        }
        text.family(
            "millrace_field_unseen", .gauge, "1 for a field of the topology that no record has had since the start.")
        for source in sources {
            for task in source.tasks {
                for field in task.status.unseen {
                    text.sample(
                        "millrace_field_unseen", task.labels + [("role", field.role), ("field", field.name)], 1)
                }
            }
        }
        perTask(
            sources, &text, "millrace_clamped_times_total", .counter, "Event times beyond the broker's, set back to it."
        ) { Double($0.clampedTimes) }
        perTask(sources, &text, "millrace_drift_events_total", .counter, "Drift warnings and drifts published.") {
            Double($0.driftEvents)
        }
        perTask(sources, &text, "millrace_decisions_total", .counter, "Decisions published.") { Double($0.decisions) }
    }

    private static func state(_ sources: [Source], _ text: inout PrometheusText) {
        text.family("millrace_tasks", .gauge, "Tasks by state.")
        for source in sources {
            for state in EngineStatus.TaskState.allCases {
                let count = source.values.tasks.values.count { $0.state == state }
                text.sample(
                    "millrace_tasks", [("topology", source.topology), ("state", state.rawValue)], Double(count))
            }
        }
        perTask(sources, &text, "millrace_state_memory_bytes", .gauge, "Memory that a task's pipeline holds.") {
            Double($0.memoryBytes)
        }
        perTask(sources, &text, "millrace_snapshot_bytes", .gauge, "Size of the newest complete snapshot.") {
            Double($0.snapshotBytes)
        }
        perTask(sources, &text, "millrace_replayed_events", .gauge, "Events learned again at the last restore.") {
            Double($0.replayed)
        }
    }

    private static func learning(_ sources: [Source], _ text: inout PrometheusText) {
        text.family("millrace_labelled_events", .gauge, "Events with a label that the task's state has learned.")
        for (task, report) in reports(sources) {
            text.sample("millrace_labelled_events", task, Double(report.labelled))
        }
        text.family(
            "millrace_learner_metric", .gauge,
            "Prequential metrics of what was published (model \"\"), of models and baselines.")
        for (task, report) in reports(sources) {
            func add(_ model: String, _ window: String, _ values: MetricValues) {
                for (name, value) in values {
                    guard let value else { continue }
                    let labels = task + [("model", model), ("metric", name), ("window", window)]
                    text.sample("millrace_learner_metric", labels, value)
                }
            }
            add("", "all", report.cumulative)
            add("", "\(report.windowSize)", report.windowed)
            for model in report.models { add(model.name, "\(report.windowSize)", model.windowed) }
            for baseline in report.baselines { add(baseline.name, "all", baseline.metrics) }
        }
        text.family("millrace_model_version", .gauge, "Incarnation of each model; the champion has champion=\"true\".")
        for (task, report) in reports(sources) {
            for model in report.models {
                let labels = task + [("model", model.name), ("champion", "\(model.name == report.champion)")]
                text.sample("millrace_model_version", labels, Double(model.version))
            }
        }
    }

    private static func reports(_ sources: [Source]) -> [([(String, String)], PipelineReport)] {
        sources.flatMap { $0.tasks }.compactMap { task in task.status.report.map { (task.labels, $0) } }
    }
}
