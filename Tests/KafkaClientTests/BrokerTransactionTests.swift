import Testing

@testable import KafkaClient

extension KafkaTests {
    /// What only a real broker does: isolation, fencing, offsets inside transactions.
    @Suite(.enabled(if: RealBroker.isPresent, RealBroker.skipMessage))
    struct BrokerTransactions {
        private func makeProducer(_ id: String) throws -> Producer {
            let producer = try Producer(.producer(try RealBroker.bootstrap.get(), transactionalID: id))
            try producer.initTransactions(timeout: 30_000)
            return producer
        }

        private func makeReader(_ topic: String, isolation: String = "read_committed") throws -> Consumer {
            let consumer = try Consumer(
                KafkaConfiguration(
                    bootstrap: try RealBroker.bootstrap.get(), properties: [("isolation.level", isolation)]))
            try consumer.assign([PartitionOffset(topic: topic, partition: 0, offset: 0)])
            return consumer
        }

        @Test func readersSeeOnlyWhatWasCommitted() throws {
            let topic = try RealBroker.makeTopic("isolation")
            let producer = try makeProducer(RealBroker.unique("tx"))
            defer { producer.close(timeout: 5_000) }
            let target = try producer.topic(topic)
            try producer.beginTransaction()
            try producer.produce(["aborted"], to: target)
            try producer.abortTransaction(timeout: 30_000)
            try producer.beginTransaction()
            try producer.produce(["committed"], to: target)
            try producer.commitTransaction(timeout: 30_000)
            try producer.beginTransaction()
            try producer.produce(["open"], to: target)
            let reader = try makeReader(topic)
            defer { reader.close() }
            #expect(reader.read(2, seconds: 2) == ["committed"])
            try producer.commitTransaction(timeout: 30_000)
            #expect(reader.read(1) == ["open"])
        }

        @Test func anOldHolderOfTheIdIsFenced() throws {
            let topic = try RealBroker.makeTopic("fencing")
            let id = RealBroker.unique("tx")
            let old = try makeProducer(id)
            defer { old.close(timeout: 5_000) }
            let target = try old.topic(topic)
            try old.beginTransaction()
            try old.produce(["old"], to: target)
            let new = try makeProducer(id)
            defer { new.close(timeout: 5_000) }
            let failure = #expect(throws: KafkaError.self) { try old.commitTransaction(timeout: 30_000) }
            #expect(failure?.isFatal == true && failure?.isFenced == true)
            #expect(old.fatalError != nil)
            #expect(throws: KafkaError.self) { try old.beginTransaction() }
            try new.beginTransaction()
            try new.produce(["new"], to: try new.topic(topic))
            try new.commitTransaction(timeout: 30_000)
            let reader = try makeReader(topic)
            defer { reader.close() }
            #expect(reader.read(2, seconds: 1) == ["new"])
        }

        @Test func offsetsAndMetadataCommitWithTheTransaction() throws {
            let input = try RealBroker.makeTopic("input")
            let group = RealBroker.unique("group")
            let producer = try makeProducer(RealBroker.unique("tx"))
            defer { producer.close(timeout: 5_000) }
            var configuration = KafkaConfiguration(
                bootstrap: try RealBroker.bootstrap.get(),
                properties: [
                    ("group.id", group), ("partition.assignment.strategy", "cooperative-sticky"),
                    ("auto.offset.reset", "earliest"), ("client.id", "reader"),
                ])
            configuration.setIfKnown("no.such.property", "1")
            let consumer = try Consumer(configuration)
            defer { consumer.close() }
            #expect(consumer.groupMetadata() == nil)
            try consumer.subscribe([input])
            consumer.pollUntil { consumer.groupMetadata() != nil }
            let membership = try #require(consumer.groupMetadata())
            #expect(membership.groupID == group && membership.generation > 0 && membership.memberID.contains("reader"))

            let partition = TopicPartition(topic: input, partition: 0)
            #expect(try consumer.committed([partition], timeout: 10_000)[0].offset == PartitionOffset.none)
            let metadata = Array("bWlsbHJhY2U=".utf8)
            try producer.beginTransaction()
            try producer.sendOffsets(
                [PartitionOffset(partition, offset: 17, metadata: metadata)], group: membership, timeout: 30_000)
            try producer.commitTransaction(timeout: 30_000)
            let committed = try consumer.committed([partition], timeout: 10_000)
            #expect(committed == [PartitionOffset(partition, offset: 17, metadata: metadata)])

            try producer.beginTransaction()
            try producer.sendOffsets([PartitionOffset(partition, offset: 18)], group: membership, timeout: 30_000)
            try producer.abortTransaction(timeout: 30_000)
            #expect(try consumer.committed([partition], timeout: 10_000)[0].offset == 17)
        }

        @Test func metadataThatNoBrokerTakesIsRefusedHere() throws {
            let consumer = try makeReader(try RealBroker.makeTopic("metadata"))
            defer { consumer.close() }
            let large = PartitionOffset(
                topic: "t", partition: 0, offset: 0, metadata: [UInt8](repeating: 65, count: 4097))
            #expect(throws: KafkaError.self) { try consumer.assign([large]) }
        }

        @Test func aTransactionAfterARefusedRecordSucceedsWithinThreeTries() throws {
            let topic = RealBroker.unique("small")
            let admin = try Admin(KafkaConfiguration(bootstrap: try RealBroker.bootstrap.get()))
            defer { admin.close() }
            let made = try admin.createTopics(
                [NewTopic(name: topic, partitions: 1, config: [("max.message.bytes", "1000")])])
            #expect(made == [nil])
            let producer = try makeProducer(RealBroker.unique("tx"))
            defer { producer.close(timeout: 5_000) }
            let target = try producer.topic(topic)
            try producer.beginTransaction()
            try producer.produce([String(repeating: "x", count: 5_000)], to: target)
            let refused = #expect(throws: KafkaError.self) { try producer.commitTransaction(timeout: 30_000) }
            #expect(refused?.requiresAbort == true && refused?.isFatal == false)
            try producer.abortTransaction(timeout: 30_000)
            // Trap 9: the next one fails once more.
            var tries = 0
            while true {
                tries += 1
                do throws(KafkaError) {
                    try producer.beginTransaction()
                    try producer.produce(["fits"], to: target)
                    try producer.commitTransaction(timeout: 30_000)
                    break
                } catch {
                    try #require(error.requiresAbort && tries < 4)
                    try producer.abortTransaction(timeout: 30_000)
                }
            }
            #expect(tries <= 3)
            let reader = try makeReader(topic)
            defer { reader.close() }
            #expect(reader.read(2, seconds: 1) == ["fits"])
        }

        @Test func callsOutOfOrderAreMistakesOfTheProgram() throws {
            let producer = try makeProducer(RealBroker.unique("tx"))
            defer { producer.close(timeout: 5_000) }
            let failure = #expect(throws: KafkaError.self) { try producer.commitTransaction(timeout: 5_000) }
            #expect(failure?.code == KafkaError.Code.state)
            #expect(failure?.isFatal == false && failure?.isRetriable == false && failure?.requiresAbort == false)
            try producer.beginTransaction()
            try producer.commitTransaction(timeout: 5_000)
        }
    }
}
