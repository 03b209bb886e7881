import Testing

@testable import KafkaClient

extension KafkaTests {
    /// What a consumer gives back of what a producer was given.
    @Suite struct Reading {
        @Test func tombstoneAndEmptyValueStayDistinct() throws {
            try withCluster { cluster, producer, topic in
                try producer.produce(["a", nil, "", "b"], to: topic)
                try producer.flush(timeout: 5_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                #expect(consumer.read(4) == ["a", nil, "", "b"])
            }
        }

        @Test func positionsKeysAndTopicNamesArrive() throws {
            try withCluster { cluster, producer, topic in
                try producer.produce(
                    value: [1, 2], key: [], headers: [], timestamp: 1_700_000_000_123, to: topic, partition: 0,
                    timeout: 1_000)
                try producer.produce(value: [3], key: nil, headers: [], to: topic, partition: 0, timeout: 1_000)
                try producer.flush(timeout: 5_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                let batch = RecordBatch(capacity: 10)
                let end = ContinuousClock.now + .seconds(10)
                while batch.count < 2, ContinuousClock.now < end { consumer.poll(into: batch, wait: 50) }
                try #require(batch.count == 2)
                #expect(batch[0].key?.count == 0 && batch[1].key == nil)
                #expect(batch[0].offset == 0 && batch[1].offset == 1)
                #expect(batch[0].timestamp == 1_700_000_000_123)
                #expect(batch[0].partition == 0 && batch[0].error == 0)
                #expect(consumer.topicName(batch[0].topicIndex) == "t")
                #expect(consumer.topicName(batch[1].topicIndex) == "t")
                #expect(Array(batch[0].value!) == [1, 2])
            }
        }

        @Test func headersArriveInOrderNullAndEmptyDistinct() throws {
            try withCluster { cluster, producer, topic in
                let headers: [(String, [UInt8]?)] = [("one", [1, 0, 2]), ("none", nil), ("empty", []), ("one", [9])]
                try producer.produce(
                    value: nil, key: [7], headers: headers, to: topic, partition: 0, timeout: 1_000)
                try producer.flush(timeout: 5_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                let batch = RecordBatch(capacity: 10)
                while batch.count < 1 { consumer.poll(into: batch, wait: 50) }
                let read = batch.headers(of: 0)
                #expect(read.map(\.0) == ["one", "none", "empty", "one"])
                #expect(read.map(\.1) == [[1, 0, 2], nil, [], [9]])
                #expect(batch[0].value == nil)
            }
        }

        /// Trap 1: a wait is for the first record, never for a full batch.
        @Test func aPollDoesNotWaitForAFullBatch() throws {
            try withCluster { cluster, producer, topic in
                try producer.produce((0..<50).map { "\($0)" }, to: topic)
                try producer.flush(timeout: 5_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                let queue = try consumer.openQueue(TopicPartition(topic: "t", partition: 0))
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                while queue.readyCount == 0 { consumer.pollUntil(seconds: 0.01) { false } }
                let batch = RecordBatch(capacity: 10_000)
                let start = ContinuousClock.now
                #expect(consumer.consume(queue, into: batch, wait: 5_000) > 0)
                #expect(ContinuousClock.now - start < .seconds(2))
                queue.close()
            }
        }

        /// A partition with a queue of its own never shows up in `poll`, and one that is not read holds up no other.
        @Test func splitPartitionsAreReadApart() throws {
            try withCluster(partitions: 2) { cluster, producer, topic in
                try producer.produce((0..<20).map { "a\($0)" }, to: topic, partition: 0)
                try producer.produce((0..<20).map { "b\($0)" }, to: topic, partition: 1)
                try producer.flush(timeout: 5_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                let queues = try (0..<2).map { try consumer.openQueue(TopicPartition(topic: "t", partition: $0)) }
                try consumer.assign((0..<2).map { PartitionOffset(topic: "t", partition: $0, offset: 0) })
                let batch = RecordBatch(capacity: 7)
                var seen: [String] = []
                let end = ContinuousClock.now + .seconds(10)
                while seen.count < 20, ContinuousClock.now < end {
                    #expect(consumer.poll(into: batch, wait: 0) == 0)
                    consumer.consume(queues[1], into: batch, wait: 20)
                    for i in 0..<batch.count { seen.append(batch[i].text ?? "") }
                    #expect((0..<batch.count).allSatisfy { batch[$0].partition == 1 })
                    batch.release()
                }
                #expect(seen == (0..<20).map { "b\($0)" })
                consumer.consume(queues[0], into: batch, wait: 1_000)
                #expect(batch.count > 0 && batch[0].text == "a0")
            }
        }

        @Test func aClosedQueueGivesItsPartitionBack() throws {
            try withCluster { cluster, producer, topic in
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                let queue = try consumer.openQueue(TopicPartition(topic: "t", partition: 0))
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                try producer.produce(["x"], to: topic)
                try producer.flush(timeout: 5_000)
                let batch = RecordBatch(capacity: 10)
                #expect(consumer.consume(queue, into: batch, wait: 5_000) == 1)
                batch.release()
                queue.close()
                queue.close()
                #expect(consumer.consume(queue, into: batch, wait: 0) == 0)
                try producer.produce(["y"], to: topic)
                #expect(consumer.read(1) == ["y"])
            }
        }

        @Test func theEndOfAPartitionIsAMark() throws {
            try withCluster { cluster, producer, topic in
                try producer.produce(["x"], to: topic)
                try producer.flush(timeout: 5_000)
                var configuration = KafkaConfiguration.mockConsumer(cluster)
                configuration.set("enable.partition.eof", "true")
                let consumer = try Consumer(configuration)
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                let batch = RecordBatch(capacity: 10)
                let end = ContinuousClock.now + .seconds(10)
                while batch.count < 2, ContinuousClock.now < end { consumer.poll(into: batch, wait: 50) }
                try #require(batch.count == 2)
                #expect(batch[1].error == KafkaError.Code.partitionEnd && batch[1].offset == 1)
                #expect(consumer.topicName(batch[1].topicIndex) == "t")
            }
        }

        @Test func seekGoesBack() throws {
            try withCluster { cluster, producer, topic in
                try producer.produce(["a", "b", "c"], to: topic)
                try producer.flush(timeout: 5_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                #expect(consumer.read(3) == ["a", "b", "c"])
                try consumer.seek(PartitionOffset(topic: "t", partition: 0, offset: 1), timeout: 5_000)
                #expect(consumer.read(2) == ["b", "c"])
                let marks = try consumer.watermarks(TopicPartition(topic: "t", partition: 0), timeout: 5_000)
                #expect(marks.low == 0 && marks.high == 3)
            }
        }

        @Test func aFullBatchTakesNoMore() throws {
            try withCluster { cluster, producer, topic in
                try producer.produce((0..<5).map { "\($0)" }, to: topic)
                try producer.flush(timeout: 5_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                let batch = RecordBatch(capacity: 2)
                while batch.count < 2 { consumer.poll(into: batch, wait: 50) }
                #expect(consumer.poll(into: batch, wait: 0) == 0 && batch.count == 2)
                #expect(batch[0].text == "0" && batch[1].text == "1")
                batch.release()
                #expect(batch.count == 0)
                #expect(consumer.read(3) == ["2", "3", "4"])
            }
        }

        /// Closing releases batches that still hold records (they would block the destruction) and ends every thread.
        ///
        /// In a process of its own: the count is of all threads, and other tests run beside this one.
        @Test func closingLeavesNoThreadBehind() async {
            await #expect(processExitsWith: .success) { try closeAndCountThreads() }
        }

        @Test func aForgottenCloseLeaksNothing() async {
            await #expect(processExitsWith: .success) { try forgetAndCountThreads() }
        }
    }
}

private func closeAndCountThreads() throws {
    try withCluster { cluster, producer, topic in
        try producer.produce(["x"], to: topic)
        try producer.flush(timeout: 5_000)
        let consumer = try Consumer(.mockConsumer(cluster))
        let queue = try consumer.openQueue(TopicPartition(topic: "t", partition: 0))
        try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
        let batch = RecordBatch(capacity: 10)
        consumer.consume(queue, into: batch, wait: 5_000)
        #expect(batch.count == 1)
        #expect(KafkaLibrary.liveThreads > 0)
        #expect(consumer.close(timeout: 5_000))
        #expect(consumer.close(timeout: 5_000))
        #expect(batch.count == 0)
        #expect(consumer.poll(into: batch, wait: 0) == 0)
        #expect(throws: KafkaError.self) { try consumer.subscribe(["t"]) }
    }
    #expect(KafkaLibrary.liveThreads == 0)
}

private func forgetAndCountThreads() throws {
    try withCluster { cluster, _, _ in
        do {
            let consumer = try Consumer(.mockConsumer(cluster))
            try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
            let producer = try Producer(.producer(cluster.bootstrap))
            _ = try producer.topic("t")
        }
    }
    #expect(KafkaLibrary.liveThreads == 0)
}
