import Testing

@testable import ControlPlane
@testable import Engine
@testable import OnlineLearning

@Suite struct MetricsTests {
    private func source(partitions: Int32) -> EngineMetrics.Source {
        let status = EngineStatus()
        let wall = Int64(1_700_000_000_000)
        status.update { values in
            values.lastCommit = .now - .seconds(3)
            // One without a time, one of a clock that is ahead, one of 70 ms and one of an hour ago.
            values.latencySeconds.record(ages: [-1, wall + 5, wall - 70, wall - 3_600_000], at: wall)
            for partition in 0..<partitions {
                var task = EngineStatus.TaskStatus()
                task.state = .running
                task.end = 10
                task.memoryBytes = 100
                task.snapshotLag = 4
                task.deadLetters = ["wrong_type": 2, "broken_json": 1, "too_large": 7]
                let right = partition == 0 ? 1.0 : 0.5
                let metrics: MetricValues = MetricName.all.map { ($0, right) }
                task.report = PipelineReport(
                    events: 40, labelled: partition == 0 ? 30 : 10, cumulative: metrics, windowed: metrics,
                    windowSize: 1000, windowEvents: 10, baselines: [("no_change", metrics), ("majority", metrics)],
                    models: (0..<4).map { ("model-\($0)", metrics, metrics, UInt32(partition + 1)) },
                    champion: partition == 1 ? "model-2" : "model-1", version: 1)
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

    /// Two partitions with labels of their own: sums, shares and a histogram; nothing where labels stand in the events.
    @Test func labelsThatComeByThemselves() {
        let without = EngineMetrics.text([source(partitions: 1)])
        #expect(series(without).allSatisfy { !$0.hasPrefix("millrace_label_") && !$0.hasPrefix("millrace_labels_") })
        #expect(without.contains("# TYPE millrace_labels_total counter\n"))
        let plan = PipelinePlan(
            schema: Schema([Feature("a", .numeric)]), task: .binary, classes: ["no", "yes"],
            models: [
                ModelPlan(
                    name: "m",
                    component: ComponentPlan(
                        "majority", ParameterValues(Catalog.find("majority", .classifier)!, [:])))
            ])
        let status = EngineStatus()
        for partition in 0..<Int32(2) {
            let learner = LabelledPipeline(plan: plan, rules: LabelRules(within: 1_000_000), memory: 1 << 20)
            let event = Event(width: 1)
            for row in 0..<10 { _ = learner.score(event, EventKey(high: 0, low: UInt64(row)), time: 0) }
            for row in 0..<Int(4 + partition) {
                _ = learner.learn(EventKey(high: 0, low: UInt64(row)), .index(1), time: 60_000)
            }
            _ = learner.learn(EventKey(high: 9, low: 9), .index(1), time: 60_000)
            var task = EngineStatus.TaskStatus()
            task.labels = LabelFigures(learner)
            status.update { $0.tasks[partition] = task }
        }
        let text = EngineMetrics.text([EngineMetrics.Source(topology: "t", values: status.read(), isReady: true)])
        #expect(text.contains("millrace_labels_total{topology=\"t\",outcome=\"matched\"} 9\n"))
        #expect(text.contains("millrace_labels_total{topology=\"t\",outcome=\"taken\"} 11\n"))
        #expect(text.contains("millrace_labels_waiting_events{topology=\"t\"} 11\n"))
        #expect(text.contains("millrace_labels_unmatched{topology=\"t\"} 2\n"))
        #expect(text.contains("millrace_label_known_ratio{topology=\"t\"} 0.45\n"))
        #expect(text.contains("millrace_label_delay_seconds_bucket{topology=\"t\",le=\"10\"} 0\n"))
        #expect(text.contains("millrace_label_delay_seconds_bucket{topology=\"t\",le=\"60\"} 9\n"))
        #expect(text.contains("millrace_label_delay_seconds_sum{topology=\"t\"} 540\n"))
        #expect(text.contains("millrace_event_time_metric{topology=\"t\",metric=\"accuracy\"} "))
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
        #expect(text.contains("millrace_snapshot_lag_events{topology=\"t\"} 8\n"))
    }

    @Test func whoIsChampionIsCounted() {
        let source = source(partitions: 3)
        let text = EngineMetrics.text([source])
        #expect(text.contains("millrace_champion{topology=\"t\",model=\"model-1\"} 2\n"))
        #expect(text.contains("millrace_champion{topology=\"t\",model=\"model-2\"} 1\n"))
        #expect(text.contains("millrace_champion{topology=\"t\",model=\"model-3\"} 0\n"))
        let each = EngineMetrics.text([source], byPartition: true)
        #expect(each.contains("millrace_champion{topology=\"t\",partition=\"1\",model=\"model-2\"} 1\n"))
        #expect(each.contains("millrace_champion{topology=\"t\",partition=\"1\",model=\"model-1\"} 0\n"))
    }

    @Test func latenciesAreAgesOfRecordsAtTheirCommit() {
        let text = EngineMetrics.text([source(partitions: 1)])
        func bucket(_ bound: String, _ count: Int) -> Bool {
            text.contains("millrace_latency_seconds_bucket{topology=\"t\",le=\"\(bound)\"} \(count)\n")
        }
        #expect(bucket("0.005", 1) && bucket("0.05", 1) && bucket("0.08", 2) && bucket("300", 2) && bucket("+Inf", 3))
        #expect(text.contains("millrace_latency_seconds_sum{topology=\"t\"} 3600.07\n"))
    }

    @Test func theProcessTellsWhatItIsAndTakes() throws {
        let text = EngineMetrics.text([])
        #expect(text.contains("millrace_build_info{version=\"\(BuildFacts.version)\",librdkafka=\"2."))
        func value(_ name: String) -> Double? {
            text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.flatMap {
                Double($0.split(separator: " ")[1])
            }
        }
        #expect(try #require(value("process_cpu_seconds_total")) > 0)
        #if os(Linux)
        #expect(try #require(value("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(value("process_open_fds")) > 2)
        #endif
    }
}
