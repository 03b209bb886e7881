import Testing

@testable import KafkaClient

/// Takes and gives what the group says, through queues of their own, and remembers it.
private final class Member: RebalanceHandler {
    let consumer: Consumer
    private(set) var held: Set<Int32> = []
    private(set) var revocations = 0
    private var queues: [Int32: PartitionQueue] = [:]

    init(_ configuration: KafkaConfiguration, topic: String) throws {
        consumer = try Consumer(configuration)
        consumer.rebalanceHandler = self
        try consumer.subscribe([topic])
    }

    func assigned(_ partitions: [TopicPartition], by consumer: Consumer) {
        for partition in partitions {
            held.insert(partition.partition)
            queues[partition.partition] = try? consumer.openQueue(partition)
        }
        #expect(throws: Never.self) {
            try consumer.take(partitions.map { PartitionOffset($0, offset: PartitionOffset.beginning) })
        }
    }

    func revoked(_ partitions: [TopicPartition], by consumer: Consumer, lost: Bool) {
        #expect(!lost)
        revocations += 1
        for partition in partitions {
            held.remove(partition.partition)
            queues.removeValue(forKey: partition.partition)?.close()
        }
        #expect(throws: Never.self) { try consumer.giveUp(partitions) }
    }

    func read() -> [String] {
        let batch = RecordBatch(capacity: 10)
        consumer.poll(into: batch, wait: 5)
        for queue in queues.values { consumer.consume(queue, into: batch, wait: 5) }
        return (0..<batch.count).compactMap { batch[$0].text }
    }
}

extension KafkaTests {
    /// Groups, administration and secured connections, on a real broker.
    @Suite(.enabled(if: RealBroker.isPresent, RealBroker.skipMessage))
    struct BrokerCluster {
        @Test(arguments: ["cooperative-sticky", "range"])
        func twoMembersShareATopicAndOneTakesOver(_ strategy: String) throws {
            let topic = try RealBroker.makeTopic("shared", partitions: 4)
            let producer = try Producer(.producer(try RealBroker.bootstrap.get()))
            defer { producer.close(timeout: 5_000) }
            for p in 0..<4 { try producer.produce(["p\(p)"], to: try producer.topic(topic), partition: Int32(p)) }
            try producer.flush(timeout: 10_000)
            let configuration = KafkaConfiguration(
                bootstrap: try RealBroker.bootstrap.get(),
                properties: [
                    ("group.id", RealBroker.unique("group")), ("partition.assignment.strategy", strategy),
                    ("heartbeat.interval.ms", "200"),
                ])
            let first = try Member(configuration, topic: topic)
            first.consumer.pollUntil { first.held.count == 4 }
            #expect(first.held == [0, 1, 2, 3])
            #expect(first.consumer.usesCooperativeProtocol == (strategy != "range"))
            let second = try Member(configuration, topic: topic)
            first.consumer.pollUntil {
                second.consumer.pollUntil(seconds: 0.01) { false }
                return first.held.count == 2 && second.held.count == 2
            }
            #expect(first.held.isDisjoint(with: second.held) && first.held.count == 2)
            #expect(first.revocations > 0)
            let generation = first.consumer.groupMetadata()?.generation ?? -1
            #expect(generation > 1)
            #expect(second.consumer.close())
            #expect(second.held.isEmpty)
            first.consumer.pollUntil { first.held.count == 4 }
            #expect(first.held == [0, 1, 2, 3])
            #expect(first.consumer.close())
            #expect(first.held.isEmpty)
        }

        /// A static member stays in the group, so librdkafka revokes nothing: the close must, and at once.
        @Test func aStaticMemberGivesUpItsPartitionsAndCloses() throws {
            let topic = try RealBroker.makeTopic("static", partitions: 2)
            let configuration = KafkaConfiguration(
                bootstrap: try RealBroker.bootstrap.get(),
                properties: [
                    ("group.id", RealBroker.unique("group")), ("group.instance.id", "a"),
                    ("partition.assignment.strategy", "cooperative-sticky"),
                ])
            for _ in 0..<2 {
                let member = try Member(configuration, topic: topic)
                member.consumer.pollUntil { member.held.count == 2 }
                #expect(member.held == [0, 1])
                let start = ContinuousClock.now
                #expect(member.consumer.close())
                #expect(ContinuousClock.now - start < .seconds(4))
                #expect(member.held.isEmpty && member.revocations > 0)
            }
        }

        @Test func assignedQueuesDeliverEveryPartition() throws {
            let topic = try RealBroker.makeTopic("queues", partitions: 3)
            let producer = try Producer(.producer(try RealBroker.bootstrap.get()))
            defer { producer.close(timeout: 5_000) }
            for p in 0..<3 { try producer.produce(["p\(p)"], to: try producer.topic(topic), partition: Int32(p)) }
            try producer.flush(timeout: 10_000)
            let member = try Member(
                KafkaConfiguration(
                    bootstrap: try RealBroker.bootstrap.get(),
                    properties: [
                        ("group.id", RealBroker.unique("group")),
                        ("partition.assignment.strategy", "cooperative-sticky"),
                    ]), topic: topic)
            var seen: [String] = []
            let end = ContinuousClock.now + .seconds(15)
            while seen.count < 3, ContinuousClock.now < end { seen += member.read() }
            #expect(Set(seen) == ["p0", "p1", "p2"])
            #expect(member.consumer.close())
        }

        @Test func topicsAreMadeDescribedTrimmedAndDeleted() throws {
            let bootstrap = try RealBroker.bootstrap.get()
            let admin = try Admin(KafkaConfiguration(bootstrap: bootstrap))
            defer { admin.close() }
            #expect((admin.clusterID(timeout: 10_000) ?? "").count > 10)
            #expect(try admin.brokerCount(timeout: 10_000) == 1)
            let name = RealBroker.unique("admin")
            let new = NewTopic(name: name, partitions: 2, config: [("retention.ms", "86400000")])
            #expect(try admin.createTopics([new]) == [nil])
            let again = try admin.createTopics([new, NewTopic(name: "no/such name", partitions: 1)])
            #expect(again[0]?.code == KafkaError.Code.topicAlreadyExists && again[1] != nil)
            #expect(try admin.topicPartitionCounts([name, "absent"], timeout: 10_000) == [name: 2])
            #expect(try admin.topicPartitionCounts(timeout: 10_000)[name] == 2)
            let config = try admin.describeConfig(topic: name)
            #expect(config["retention.ms"] == "86400000" && config["max.message.bytes"] != nil)

            let producer = try Producer(.producer(bootstrap))
            defer { producer.close(timeout: 5_000) }
            try producer.produce(["a", "b", "c"], to: try producer.topic(name))
            try producer.flush(timeout: 10_000)
            let partition = TopicPartition(topic: name, partition: 0)
            #expect(try admin.deleteRecords(before: [PartitionOffset(partition, offset: 2)]).map(\.offset) == [2])
            let marks = try admin.watermarks(partition, timeout: 10_000)
            #expect(marks.low == 2 && marks.high == 3)
            #expect(try admin.deleteTopics([name, "absent"])[1]?.isUnknownTopic == true)
            #expect(throws: KafkaError.self) { try admin.deleteGroup("absent") }
        }

        @Test func offsetsByTimeAndByCommit() throws {
            let bootstrap = try RealBroker.bootstrap.get()
            let topic = try RealBroker.makeTopic("times")
            let producer = try Producer(.producer(bootstrap))
            defer { producer.close(timeout: 5_000) }
            let target = try producer.topic(topic)
            for time in [1_000, 2_000, 3_000] as [Int64] {
                try producer.produce(
                    value: [1], key: nil, headers: [], timestamp: 1_790_000_000_000 + time, to: target, partition: 0,
                    timeout: 1_000)
            }
            try producer.flush(timeout: 10_000)
            let consumer = try Consumer(KafkaConfiguration(bootstrap: bootstrap))
            defer { consumer.close() }
            let partition = TopicPartition(topic: topic, partition: 0)
            let found = try consumer.offsets(at: 1_790_000_001_500, [partition], timeout: 10_000)
            #expect(found.map(\.offset) == [1])
            let late = try consumer.offsets(at: 1_790_000_009_000, [partition], timeout: 10_000)
            #expect(late.map(\.offset) == [PartitionOffset.end])
        }

        @Test func securedConnectionsCarryTransactions() throws {
            let plain = try RealBroker.bootstrap.get()
            let topic = try RealBroker.makeTopic("secure")
            let properties = [
                ("security.protocol", "SASL_SSL"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "alice"),
                ("sasl.password", "alice-secret"), ("ssl.ca.location", RealBroker.directory + "/ca.pem"),
            ]
            let address = "127.0.0.1:\(RealBroker.port + 5)"
            #expect(plain != address)
            var configuration = KafkaConfiguration(bootstrap: address, properties: properties)
            configuration.set("transactional.id", RealBroker.unique("tx"))
            let producer = try Producer(configuration)
            defer { producer.close(timeout: 5_000) }
            try producer.initTransactions(timeout: 30_000)
            try producer.beginTransaction()
            try producer.produce(["sealed"], to: try producer.topic(topic))
            try producer.commitTransaction(timeout: 30_000)
            let consumer = try Consumer(KafkaConfiguration(bootstrap: address, properties: properties))
            defer { consumer.close() }
            try consumer.assign([PartitionOffset(topic: topic, partition: 0, offset: 0)])
            #expect(consumer.read(1) == ["sealed"])

            var wrong = KafkaConfiguration(bootstrap: address, properties: properties)
            wrong.set("sasl.password", "guess")
            let refused = try Admin(wrong)
            defer { refused.close() }
            #expect(throws: KafkaError.self) { try refused.brokerCount(timeout: 3_000) }
            #expect(refused.lastError != nil)
        }
    }
}
