import Engine
import EventFormats
import OnlineLearning

/// What the engines tell Prometheus. Labels are few: topology, partition, code, role, field, model, metric, window.
///
/// By partition only what is looked at by partition: a topology of 200 partitions stays under 1,000 series. The rest is
/// summed or averaged over a topology's partitions of this process, and told by partition when asked for.
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

    /// - Parameter byPartition: every figure of a task by its partition.
    static func text(_ sources: [Source], byPartition: Bool = false) -> String {
        var text = PrometheusText()
        ProcessMetrics.write(&text)
        process(sources, &text)
        events(sources, &text, byPartition)
        state(sources, &text, byPartition)
        LabelMetrics.add(sources, &text, byPartition: byPartition)
        if byPartition { LearnerMetrics.byPartition(sources, &text) } else { LearnerMetrics.byTopology(sources, &text) }
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
        text.family("millrace_seconds_since_commit", .gauge, "Seconds since the last committed transaction.")
        for source in sources {
            guard let last = source.values.lastCommit else { continue }
            let seconds = (ContinuousClock.now - last) / .seconds(1)
            text.sample("millrace_seconds_since_commit", [("topology", source.topology)], seconds)
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
                "millrace_commit_duration_seconds", [("topology", source.topology)], source.values.commitSeconds)
        }
        text.family(
            "millrace_latency_seconds", .histogram,
            "From a record's time to the commit that makes its prediction visible; of one record in 64, and one a batch."
        )
        for source in sources {
            text.histogram("millrace_latency_seconds", [("topology", source.topology)], source.values.latencySeconds)
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

    /// By partition, or the sum over a topology's.
    private static func summed(
        _ sources: [Source], _ text: inout PrometheusText, _ byPartition: Bool, _ name: String,
        _ kind: PrometheusText.Kind, _ help: String, _ value: (EngineStatus.TaskStatus) -> Double
    ) {
        if byPartition { return perTask(sources, &text, name, kind, help, value) }
        text.family(name, kind, help)
        for source in sources {
            text.sample(name, [("topology", source.topology)], source.tasks.reduce(0) { $0 + value($1.status) })
        }
    }

    private static func events(_ sources: [Source], _ text: inout PrometheusText, _ byPartition: Bool) {
        perTask(sources, &text, "millrace_events_total", .counter, "Records taken from the input, bad ones included.") {
            Double($0.events)
        }
        perTask(sources, &text, "millrace_input_offset", .gauge, "The next input offset.") { Double($0.offset) }
        text.family(
            "millrace_lag_events", .gauge,
            "Offsets from the committed one to the input's end, open transactions included, as a broker last said.")
        for source in sources {
            for task in source.tasks {
                if let lag = task.status.lag { text.sample("millrace_lag_events", task.labels, Double(lag)) }
            }
        }
        text.family("millrace_dead_letters_total", .counter, "Records that could not be used, by code.")
        for source in sources {
            let all = source.tasks.map { (labels: $0.labels, counts: $0.status.deadLetters) }
            let sum = all.reduce(into: [:]) { $0.merge($1.counts, uniquingKeysWith: +) }
            for (labels, counts) in byPartition ? all : [([("topology", source.topology)], sum)] {
                for (code, count) in counts.sorted(by: { $0.key < $1.key }) {
                    text.sample("millrace_dead_letters_total", labels + [("code", code)], Double(count))
                }
            }
        }
        text.family(
            "millrace_field_unseen", .gauge,
            "1 for a field of the topology that no record of any partition has had since the start.")
        for source in sources {
            // A task without events has no opinion.
            let opinions = source.tasks.filter { $0.status.events > 0 }.map { $0.status.unseen }
            for field in opinions.first ?? [] where opinions.allSatisfy({ $0.contains(field) }) {
                text.sample(
                    "millrace_field_unseen",
                    [("topology", source.topology), ("role", field.role), ("field", field.name)], 1)
            }
        }
        summed(
            sources, &text, byPartition, "millrace_clamped_times_total", .counter,
            "Event times beyond the broker's, set back to it."
        ) { Double($0.clampedTimes) }
        summed(
            sources, &text, byPartition, "millrace_drift_events_total", .counter, "Drift warnings and drifts published."
        ) { Double($0.driftEvents) }
        summed(sources, &text, byPartition, "millrace_decisions_total", .counter, "Decisions published.") {
            Double($0.decisions)
        }
    }

    private static func state(_ sources: [Source], _ text: inout PrometheusText, _ byPartition: Bool) {
        text.family("millrace_tasks", .gauge, "Tasks by state.")
        for source in sources {
            for state in EngineStatus.TaskState.allCases {
                let count = source.values.tasks.values.count { $0.state == state }
                text.sample(
                    "millrace_tasks", [("topology", source.topology), ("state", state.rawValue)], Double(count))
            }
        }
        summed(
            sources, &text, byPartition, "millrace_state_memory_bytes", .gauge, "Memory that the tasks' pipelines hold."
        ) { Double($0.memoryBytes) }
        summed(
            sources, &text, byPartition, "millrace_snapshot_bytes", .gauge, "Size of the newest complete snapshots."
        ) { Double($0.snapshotBytes) }
        summed(
            sources, &text, byPartition, "millrace_snapshot_lag_events", .gauge,
            "Offsets from the newest complete snapshots to the committed ones: what a restart replays."
        ) { Double($0.snapshotLag ?? 0) }
        summed(
            sources, &text, byPartition, "millrace_history_events", .gauge,
            "Events since the oldest snapshot that is kept: how far back explain and replay reach."
        ) { Double($0.history?.events ?? 0) }
        summed(
            sources, &text, byPartition, "millrace_replayed_events", .gauge,
            "Events learned again at the last restores."
        ) { Double($0.replayed) }
    }
}
