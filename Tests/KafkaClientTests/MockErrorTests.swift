import Foundation
import Testing

@testable import KafkaClient

extension KafkaTests {
    /// What each kind of broker error becomes, by injection into mock brokers.
    @Suite struct Errors {
        typealias Request = MockCluster.Request

        private func withTransaction(
            brokers: Int = 1, _ body: (MockCluster, Producer, ProducerTopic) throws -> Void
        ) throws {
            let cluster = try MockCluster(brokers: brokers)
            defer { cluster.close() }
            try cluster.createTopic("t", partitions: 1)
            let producer = try Producer(.producer(cluster.bootstrap, transactionalID: "id"))
            defer { #expect(producer.close(timeout: 5_000)) }
            try producer.initTransactions(timeout: 10_000)
            let topic = try producer.topic("t")
            try producer.beginTransaction()
            try body(cluster, producer, topic)
        }

        /// Rows of the table in the client's reference: absorbed by librdkafka, and the commit succeeds.
        @Test(
            arguments: [
                (Request.produce, KafkaError.Code.transport), (Request.produce, 19), (Request.findCoordinator, 15),
                (Request.addPartitions, 15), (Request.endTransaction, 15), (Request.endTransaction, 51),
            ] as [(Int16, Int32)])
        func passingErrorsAreAbsorbed(_ request: Int16, _ code: Int32) throws {
            try withTransaction { cluster, producer, topic in
                cluster.pushErrors(apiKey: request, [code])
                try producer.produce(["a"], to: topic)
                try producer.commitTransaction(timeout: 20_000)
                #expect(producer.fatalError == nil)
            }
        }

        /// A producer id that the broker no longer takes, or a broken state: this producer is done.
        @Test(
            arguments: [(Request.endTransaction, 47), (Request.endTransaction, 90), (Request.endTransaction, 48)]
                as [(Int16, Int32)])
        func lostIdentitiesAreFatal(_ request: Int16, _ code: Int32) throws {
            try withTransaction { cluster, producer, topic in
                try producer.produce(["a"], to: topic)
                cluster.pushErrors(apiKey: request, [Int32](repeating: code, count: 5))
                let failure = #expect(throws: KafkaError.self) { try producer.commitTransaction(timeout: 10_000) }
                #expect(failure?.isFatal == true && producer.fatalError != nil)
                #expect(throws: KafkaError.self) { try producer.beginTransaction() }
            }
        }

        /// A refused record or topic: abort, and the next transaction goes through.
        @Test(arguments: [(Request.produce, 10), (Request.addPartitions, 29)] as [(Int16, Int32)])
        func refusalsRequireAnAbort(_ request: Int16, _ code: Int32) throws {
            try withTransaction { cluster, producer, topic in
                cluster.pushErrors(apiKey: request, [code])
                try producer.produce(["a"], to: topic)
                let failure = #expect(throws: KafkaError.self) { try producer.commitTransaction(timeout: 10_000) }
                #expect(failure?.requiresAbort == true && failure?.isFatal == false)
                try producer.abortTransaction(timeout: 10_000)
                try producer.beginTransaction()
                try producer.commitTransaction(timeout: 10_000)
            }
        }

        /// A commit that is not answered in time: outcome unknown, and the same call may be made again.
        @Test func anUnansweredCommitIsRetriable() throws {
            try withTransaction { cluster, producer, topic in
                try producer.produce(["a"], to: topic)
                try producer.flush(timeout: 10_000)
                try cluster.setRoundTrip(broker: 1, milliseconds: 2_000)
                let failure = #expect(throws: KafkaError.self) { try producer.commitTransaction(timeout: 300) }
                #expect(failure?.isTimedOut == true && failure?.isRetriable == true)
                try cluster.setRoundTrip(broker: 1, milliseconds: 0)
                try producer.commitTransaction(timeout: 20_000)
            }
        }

        @Test func aLostBrokerIsSeenAndSurvived() throws {
            try withTransaction { cluster, producer, topic in
                try producer.produce(["a"], to: topic)
                try producer.flush(timeout: 10_000)
                #expect(!producer.sawDisconnect)
                try cluster.setDown(broker: 1)
                let end = ContinuousClock.now + .seconds(10)
                while !producer.sawDisconnect, ContinuousClock.now < end {
                    producer.client.serveEvents(milliseconds: 20)
                }
                #expect(producer.sawDisconnect)
                producer.clearDisconnect()
                #expect(!producer.sawDisconnect)
                try cluster.setUp(broker: 1)
                try producer.commitTransaction(timeout: 20_000)
            }
        }

        /// librdkafka tells of a second disconnect only when half a minute has passed since the first.
        @Test func aBrokerLostAgainIsSeenAgain() throws {
            try withCluster(brokers: 3) { cluster, producer, topic in
                for _ in 0..<6 {
                    producer.clearDisconnect()
                    #expect(!producer.sawDisconnect)
                    cluster.pushErrors(apiKey: Request.produce, [KafkaError.Code.transport])
                    try producer.produce(["a"], to: topic)
                    try producer.flush(timeout: 10_000)
                    #expect(producer.sawDisconnect)
                }
            }
        }

        /// A leader refuses the first record and takes the second: librdkafka alone would count both as delivered.
        @Test(arguments: [false, true]) func theFirstRecordIsNotLostToANewLeader(inBatch: Bool) throws {
            try withCluster(partitions: 2) { cluster, producer, topic in
                // The producer id is there and the connection is up before the first record to partition 1.
                try producer.produce(["0"], to: topic, partition: 0)
                try producer.flush(timeout: 10_000)
                try cluster.setRoundTrip(broker: 1, milliseconds: 60)
                cluster.pushErrors(apiKey: Request.produce, [6])
                for value in ["a", "b", "c"] {
                    if inBatch {
                        try producer.produce([value, value], to: topic, partition: 1)
                    } else {
                        try producer.produce(
                            value: Array(value.utf8), key: nil, headers: [], to: topic, partition: 1, timeout: 10_000)
                    }
                    usleep(10_000)
                }
                try producer.flush(timeout: 20_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 1, offset: 0)])
                let wanted = inBatch ? ["a", "a", "b", "b", "c", "c"] : ["a", "b", "c"]
                #expect(consumer.read(wanted.count, seconds: 3) == wanted)
            }
        }

        /// A full queue waits, then says how far it came; nothing is lost or put out of order.
        @Test func aFullQueueWaitsAndKeepsOrder() throws {
            try withCluster(properties: [("queue.buffering.max.messages", "100")]) { cluster, producer, topic in
                try producer.produce(["first"], to: topic)
                try cluster.setDown(broker: 1)
                let values = (0..<250).map { "\($0)" }
                let records = UnsafeMutableBufferPointer<OutgoingRecord>.allocate(capacity: 150)
                records.initialize(repeating: OutgoingRecord(value: nil))
                defer { records.deallocate() }
                let failure = #expect(throws: KafkaError.self) {
                    try producer.produce(UnsafeBufferPointer(records), to: topic, partition: 0, timeout: 200)
                }
                #expect(failure?.code == KafkaError.Code.queueFull && failure?.message.contains("100 of 150") == true)
                try cluster.setUp(broker: 1)
                try producer.flush(timeout: 20_000)
                try producer.produce(values, to: topic)
                try producer.flush(timeout: 20_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 101)])
                #expect(consumer.read(250) == values)
            }
        }

        /// Near the limit in bytes records go in one by one, in order.
        @Test func theLimitInBytesKeepsOrder() throws {
            try withCluster(properties: [("queue.buffering.max.kbytes", "1")]) { cluster, producer, topic in
                let values = (0..<60).map { String(repeating: "x", count: 98) + "\($0 + 100)" }
                try producer.produce(values, to: topic)
                try producer.flush(timeout: 10_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                #expect(consumer.read(60) == values)
            }
        }

        @Test func anOversizeRecordQueuesNothing() throws {
            try withCluster { cluster, producer, topic in
                let large = String(repeating: "x", count: producer.maximumRecordBytes + 1)
                let failure = #expect(throws: KafkaError.self) { try producer.produce(["a", large], to: topic) }
                #expect(failure?.isTooLarge == true && producer.queueLength == 0)
            }
        }

        /// An idempotent producer's flush tells of the first record that did not arrive.
        @Test func aFailedDeliverySurfacesInFlush() throws {
            try withCluster { cluster, producer, topic in
                cluster.pushErrors(apiKey: Request.produce, [10])
                try producer.produce(["a"], to: topic)
                let failure = #expect(throws: KafkaError.self) { try producer.flush(timeout: 10_000) }
                #expect(failure?.isTooLarge == true)
            }
        }

        @Test func unknownTopicsAndPartitionsAreErrors() throws {
            try withCluster { cluster, producer, topic in
                let failure = #expect(throws: KafkaError.self) {
                    try producer.produce(
                        value: [1], key: nil, headers: [("a", [1])], to: topic, partition: 7, timeout: 1_000)
                }
                #expect(failure?.isUnknownTopic == true)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                cluster.setTopicError("gone", KafkaError.Code.unknownTopicOrPartition)
                #expect(try consumer.partitionCount(of: "gone", timeout: 5_000) == 0)
                #expect(try consumer.partitionCount(of: "t", timeout: 5_000) == 1)
            }
        }
    }
}
