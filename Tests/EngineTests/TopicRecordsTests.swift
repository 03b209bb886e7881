import EventFormats
import KafkaClient
import OnlineLearning
import Testing
import Text
import Topology

@testable import Engine

@Suite struct TopicRecordsTests {
    private func plan(_ bootstrap: String) throws -> TopologyPlan {
        let text = """
            name: t
            kafka: {bootstrap: "\(bootstrap)"}
            input: {topic: t}
            features: {x: numeric}
            label: {field: y, type: binary, classes: [0, 1]}
            """
        return try #require(TopologyFile.check(text: text, file: "t.yaml", environment: [:]).0)
    }

    @Test func partitionsComeMergedByTimeAndTombstonesAreNotTheEnd() throws {
        let cluster = try MockCluster(brokers: 1)
        defer { cluster.close() }
        try cluster.createTopic("t", partitions: 3)
        let producer = try Producer(KafkaConfiguration(bootstrap: cluster.bootstrap))
        let topic = try producer.topic("t")
        // Two of the three partitions have records; the third stays empty.
        for number in 0..<3000 {
            try producer.produce(
                value: number == 1500 ? nil : Array(#"{"x": \#(number), "y": \#(number % 2)}"#.utf8), key: nil,
                headers: [], timestamp: 1_700_000_000_000 + Int64(number), to: topic,
                partition: Int32(number % 7 == 0 ? 2 : 0), timeout: 10_000)
        }
        try producer.flush(timeout: 30_000)
        let plan = try plan(cluster.bootstrap)
        let source = try TopicRecords(plan)
        #expect(source.layout == EventLayout(.json))
        var number = 0
        while let record = try source.next() {
            if number == 1500 {
                #expect(record.value == nil)
            } else {
                #expect(
                    String(decoding: record.value ?? UnsafeRawBufferPointer(start: nil, count: 0), as: UTF8.self)
                        .hasPrefix(#"{"x": \#(number),"#))
            }
            number += 1
        }
        #expect(number == 3000)
        #expect(source.fraction == 1)
        let result = try Evaluation(plan).run(try TopicRecords(plan))
        #expect(result.report.events == 2999)
        #expect(result.deadLetters.map(\.0) == ["tombstone"])
        producer.close(timeout: 5_000)
    }

    @Test func anEmptyTopicIsAtItsEnd() throws {
        let cluster = try MockCluster(brokers: 1)
        defer { cluster.close() }
        try cluster.createTopic("t", partitions: 2)
        let source = try TopicRecords(try plan(cluster.bootstrap))
        #expect(try source.next()?.value == nil)
    }
}
