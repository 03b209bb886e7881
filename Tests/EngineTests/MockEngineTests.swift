import Foundation
import KafkaClient
import MillraceTestKit
import Testing
import Topology

@testable import Engine

/// The whole engine on librdkafka's mock brokers, in this process: its threads, its real clients, its beginning and end.
/// What the mock cannot do (isolate transactions, keep offsets) is for the integration tests.
@Suite(.serialized) struct MockEngineTests {
    /// A cluster with a topology's topics and so many good records, and one that is no JSON, in two partitions.
    private final class Bench {
        let cluster: MockCluster
        let topology: TopologyPlan
        let topics: TopicNames
        let records: Int

        init(guarantee: String = "exactly_once", records: Int = 300, creates: Bool = true) throws {
            self.records = records
            cluster = try MockCluster(brokers: 1)
            var topology = try PartitionTaskTests.topology("logistic_regression", guarantee: guarantee)
            topology.bootstrap = cluster.bootstrap
            self.topology = topology
            topics = TopicNames(topology)
            guard creates else { return }
            for topic in [topics.input] + topics.made { try cluster.createTopic(topic, partitions: 2) }
            let producer = try Producer(KafkaConfiguration(bootstrap: cluster.bootstrap, properties: []))
            defer { producer.close(timeout: 5_000) }
            let input = try producer.topic(topics.input)
            for row in 0..<records {
                try producer.produce(
                    value: PartitionTaskTests.records[row], key: Array("\(row)".utf8), headers: [], to: input,
                    partition: Int32(row % 2), timeout: 5_000)
            }
            try producer.produce(
                value: Array("{".utf8), key: nil, headers: [("h", [1])], to: input, partition: 0, timeout: 5_000)
            try producer.flush(timeout: 10_000)
        }

        deinit { cluster.close() }

        var settings: EngineSettings {
            var settings = EngineSettings(topology: topology, instance: "test", workers: 2)
            settings.isMock = true
            return settings
        }

        func count(_ topic: String) throws -> Int {
            let consumer = try Consumer(KafkaConfiguration(bootstrap: cluster.bootstrap, properties: []))
            defer { consumer.close() }
            return try (0..<Int32(2)).reduce(0) {
                $0 + Int(try consumer.watermarks(TopicPartition(topic: topic, partition: $1), timeout: 5_000).high)
            }
        }
    }

    /// Ends a run that hangs, so that the test fails and not the suite.
    private func run(_ runner: EngineRunner, while condition: @escaping @Sendable (EngineStatus.Values) -> Bool) throws
    {
        let stop = runner.stop
        let status = runner.status
        Thread.detachNewThread {
            let end = ContinuousClock.now + .seconds(40)
            while ContinuousClock.now < end, !stop.isRequested, condition(status.read()) {
                Thread.sleep(forTimeInterval: 0.02)
            }
            stop.request()
        }
        try runner.run()
    }

    @Test(arguments: ["exactly_once", "at_least_once"]) func everyEventIsAnswered(guarantee: String) throws {
        let bench = try Bench(guarantee: guarantee)
        let runner = EngineRunner(settings: bench.settings)
        try run(runner) { now in
            now.tasks.values.reduce(0) { $0 + Int($1.events) } < 301
                || !now.tasks.values.allSatisfy { $0.committed > 100 }
        }
        let found = runner.status.read()
        #expect(found.tasks.count == 2 && found.failure == nil)
        #expect(found.tasks.values.allSatisfy { $0.state == .running })
        #expect(found.tasks.values.reduce(0) { $0 + Int($1.events) } == 301)
        #expect(found.tasks[0]?.deadLetters == ["broken_json": 1], "\(String(describing: found.tasks[0]?.deadLetters))")
        #expect(found.transactionsCommitted > 0 && found.commitSeconds.count == found.transactionsCommitted)
        #expect(runner.stop.uncommittedReason == nil)
        #expect(try bench.count(bench.topics.output) >= 300)
        #expect(try bench.count(bench.topics.deadLetters) >= 1)
        #expect(try bench.count(bench.topics.state) > 0)
    }

    @Test func aRunToTheEndStopsByItself() throws {
        let bench = try Bench(records: 100)
        var settings = bench.settings
        settings.stopsAtEnd = true
        let runner = EngineRunner(settings: settings)
        try run(runner) { _ in true }
        #expect(runner.status.read().tasks.values.reduce(0) { $0 + Int($1.events) } == 101)
    }

    /// No broker: a request to stop is heard at once, whatever the clients wait for.
    @Test func aStopWithoutABrokerIsHeard() throws {
        let bench = try Bench(creates: false)
        var settings = bench.settings
        settings.topology.bootstrap = "127.0.0.1:1"
        let runner = EngineRunner(settings: settings)
        let start = ContinuousClock.now
        try run(runner) { _ in ContinuousClock.now - start < .seconds(1) }
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(runner.status.read().tasks.isEmpty)
    }
}
