import Foundation
import Testing

@testable import KafkaClient

extension KafkaTests {
    /// Sleeping until something comes, without missing it.
    @Suite struct Bells {
        @Test func aRingBeforeTheWaitIsNotMissed() {
            let bell = Bell()
            bell.ring()
            bell.ring()
            #expect(bell.wait(milliseconds: 10_000) && bell.rang)
            let start = ContinuousClock.now
            #expect(!bell.wait(milliseconds: 20) && !bell.rang)
            #expect(ContinuousClock.now - start >= .milliseconds(15))
        }

        @Test func anotherThreadWakes() {
            let bell = Bell()
            for _ in 0..<200 {
                Thread.detachNewThread { bell.ring() }
                #expect(bell.wait(milliseconds: 10_000))
            }
        }

        @Test func aLaneRingsWhenRecordsCome() throws {
            try withCluster { cluster, producer, topic in
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                let bell = Bell()
                consumer.ring(bell)
                let queue = try consumer.openQueue(TopicPartition(topic: "t", partition: 0), bell: bell)
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                let batch = RecordBatch(capacity: 10)
                #expect(queue.takeReadiness())
                consumer.consume(queue, into: batch, wait: 0)
                batch.release()
                for round in 0..<20 {
                    try producer.produce(["\(round)"], to: topic)
                    var found = 0
                    let end = ContinuousClock.now + .seconds(10)
                    while found == 0, ContinuousClock.now < end {
                        bell.wait(milliseconds: 1000)
                        consumer.poll(into: batch, wait: 0)
                        if queue.takeReadiness() { found += consumer.consume(queue, into: batch, wait: 0) }
                        batch.release()
                    }
                    #expect(found == 1)
                }
                queue.close()
            }
        }

        /// Without waiting, in order, and the first record alone.
        @Test func offersTakeWhatFindsRoom() throws {
            try withCluster(properties: [("queue.buffering.max.messages", "50")]) { cluster, producer, topic in
                let texts = (0..<400).map { Array("\($0)".utf8) }
                let all = texts.flatMap { $0 }
                all.withUnsafeBytes { bytes in
                    var start = 0
                    let records = texts.map { text in
                        defer { start += text.count }
                        return OutgoingRecord(
                            value: UnsafeRawBufferPointer(rebasing: bytes[start..<start + text.count]))
                    }
                    records.withUnsafeBufferPointer { records in
                        var done = 0
                        var most = 0
                        let end = ContinuousClock.now + .seconds(20)
                        while done < records.count, ContinuousClock.now < end {
                            let before = ContinuousClock.now
                            let rest = UnsafeBufferPointer(rebasing: records[done...])
                            guard let taken = try? producer.offer(rest, to: topic, partition: 0) else { break }
                            if done == 0, taken > 0 { #expect(taken == 1) }
                            #expect(ContinuousClock.now - before < .seconds(1))
                            done += taken
                            most = max(most, taken)
                            if taken == 0 { usleep(500) }
                        }
                        #expect(done == 400 && most <= 50)
                    }
                }
                try producer.flush(timeout: 10_000)
                let consumer = try Consumer(.mockConsumer(cluster))
                defer { consumer.close() }
                try consumer.assign([PartitionOffset(topic: "t", partition: 0, offset: 0)])
                #expect(consumer.read(400, seconds: 10) == (0..<400).map { "\($0)" })
            }
        }
    }
}
