import Testing

@testable import ControlPlane
@testable import Engine
@testable import OnlineLearning

@Suite struct MetricsTests {
    private func source(partitions: Int32) -> EngineMetrics.Source {
        let status = EngineStatus()
        status.update { values in
            values.lastCommit = .now - .seconds(3)
            for partition in 0..<partitions {
                var task = EngineStatus.TaskStatus()
                task.state = .running
                task.end = 10
                task.memoryBytes = 100
                task.deadLetters = ["wrong_type": 2, "broken_json": 1, "too_large": 7]
                let right = partition == 0 ? 1.0 : 0.5
                let metrics: MetricValues = MetricName.all.map { ($0, right) }
                task.report = PipelineReport(
                    events: 40, labelled: partition == 0 ? 30 : 10, cumulative: metrics, windowed: metrics,
                    windowSize: 1000, windowEvents: 10, baselines: [("no_change", metrics), ("majority", metrics)],
                    models: (0..<4).map { ("model-\($0)", metrics, metrics, UInt32(partition + 1)) },
                    champion: "model-1", version: 1)
                values.tasks[partition] = task
            }
        }
        return EngineMetrics.Source(topology: "t", values: status.read(), isReady: true)
    }

    private func series(_ text: String) -> [Substring] { text.split(separator: "\n").filter { !$0.hasPrefix("#") } }

    @Test func twoHundredPartitionsStayUnderAThousandSeries() {
        let source = source(partitions: 200)
        #expect(series(EngineMetrics.text([source])).count < 1000)
        #expect(series(EngineMetrics.text([source], byPartition: true)).count > 10_000)
    }

    @Test func figuresOfATopologyAreSumsAndWeightedMeans() {
        let text = EngineMetrics.text([source(partitions: 2)])
        #expect(text.contains("millrace_state_memory_bytes{topology=\"t\"} 200\n"))
        #expect(text.contains("millrace_dead_letters_total{topology=\"t\",code=\"too_large\"} 14\n"))
        #expect(text.contains("millrace_labelled_events{topology=\"t\"} 40\n"))
        // 30 events at 1 and 10 at 0.5.
        #expect(text.contains("{topology=\"t\",model=\"\",metric=\"accuracy\",window=\"all\"} 0.875\n"))
        #expect(text.contains("{topology=\"t\",model=\"\",metric=\"accuracy\",window=\"1000\"} 0.75\n"))
        #expect(text.contains("millrace_model_version{topology=\"t\",model=\"model-1\",champion=\"true\"} 2\n"))
        #expect(text.contains("millrace_lag_events{topology=\"t\",partition=\"1\"} 10\n"))
        #expect(text.contains("millrace_seconds_since_commit{topology=\"t\"} 3"))
    }
}
