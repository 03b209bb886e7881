import Foundation
import KafkaClient
public import Topology

/// The dead letters of a topology as they lie in their topic: to be looked at, and to be sent once more.
public final class DeadLetterArchive {
    /// One letter.
    public struct Letter: Sendable {
        /// Where it lies.
        public var partition: Int32
        /// Its offset there.
        public var offset: Int64
        /// Why it was refused: a code, and a sentence.
        public var code: String
        /// The sentence.
        public var message: String
        /// Where the record came from: topic, partition and offset.
        public var source: (topic: String, partition: Int32, offset: Int64)
        /// The record as it came.
        public var key: [UInt8]?
        /// Its value; shortened where `isCut`.
        public var value: [UInt8]?
        /// Its own headers.
        public var headers: [(String, [UInt8]?)]
        /// Only a part of the record is here; the whole stands in its topic.
        public var isCut: Bool
    }

    private static let prefix = "millrace.error."
    private let settings: EngineSettings
    private let topics: TopicNames
    private let reader: Consumer
    private let partitions: Int

    /// Looks the topic up. Throws where there is none. Blocks up to some ten seconds.
    public init(_ topology: TopologyPlan) throws(EngineError) {
        settings = EngineSettings(topology: topology, instance: "letters")
        topics = TopicNames(topology)
        do throws(KafkaError) { reader = try Consumer(settings.reader()) } catch {
            throw EngineError(.data, "librdkafka does not accept kafka.properties: \(error.message)")
        }
        _ = try settings.inputPartitions(reader)
        partitions = (try? reader.partitionCount(of: topics.deadLetters, timeout: 10_000)) ?? 0
        guard partitions > 0 else {
            throw EngineError(
                .unavailable,
                "there is no topic \(topics.deadLetters): `millrace run \(topology.file)` makes it at its start. Is this the file "
                    + "that runs, and its cluster?")
        }
    }

    deinit { reader.close() }

    /// Reads every letter that is there at its begin, partition by partition or of one, until `take` answers false.
    public func read(
        of only: Int32? = nil, _ take: (Letter) throws(EngineError) -> Bool
    ) throws(EngineError) {
        for partition in 0..<Int32(partitions) where only ?? partition == partition {
            guard try read(partition, take) else { break }
        }
    }

    private func read(
        _ partition: Int32, _ take: (Letter) throws(EngineError) -> Bool
    ) throws(EngineError) -> Bool {
        let end: Int64
        do throws(KafkaError) {
            let place = TopicPartition(topic: topics.deadLetters, partition: partition)
            let edges = try reader.watermarks(place, timeout: 10_000)
            guard edges.low < edges.high else { return true }
            end = edges.high
        } catch { throw EngineError(error, "reading \(topics.deadLetters)") }
        let batch = RecordBatch(capacity: 200)
        defer { batch.release() }
        do throws(KafkaError) {
            try reader.assign([
                PartitionOffset(topic: topics.deadLetters, partition: partition, offset: PartitionOffset.beginning)
            ])
        } catch { throw EngineError(error, "reading \(topics.deadLetters)") }
        var last = ContinuousClock.now
        while ContinuousClock.now - last < .seconds(30) {
            reader.poll(into: batch, wait: 100)
            for place in 0..<batch.count {
                last = .now
                let record = batch[place]
                if record.error == KafkaError.Code.partitionEnd { return true }
                // What came since is of another time, perhaps of a replay itself.
                if record.error == 0, record.offset >= end { return true }
                guard record.error == 0 else {
                    throw EngineError(
                        KafkaError.of(record.error, topic: topics.deadLetters), "reading \(topics.deadLetters)")
                }
                guard try take(letter(record, batch.headers(of: place))) else { return false }
            }
            batch.release()
        }
        throw EngineError(.unavailable, "reading \(topics.deadLetters) [\(partition)]: nothing came for 30.0 seconds")
    }

    private func letter(_ record: ConsumedRecord, _ headers: [(String, [UInt8]?)]) -> Letter {
        func told(_ name: String) -> String {
            headers.last { $0.0 == Self.prefix + name }?.1.map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        return Letter(
            partition: record.partition, offset: record.offset, code: told("code"), message: told("message"),
            source: (told("topic"), Int32(told("partition")) ?? -1, Int64(told("offset")) ?? -1),
            key: record.key.map { Array($0) }, value: record.value.map { Array($0) },
            headers: headers.filter { !$0.0.hasPrefix(Self.prefix) },
            isCut: headers.contains { $0.0 == Self.prefix + "cut" })
    }

    /// Sends records to the topics and partitions that they came from, as they came; answers how many.
    ///
    /// They are new records there: whoever reads that topic reads them once more. Where it throws, it says how many went before.
    public func send(_ letters: [Letter], after sent: Int = 0) throws(EngineError) -> Int {
        var settings = settings
        // The largest must pass.
        settings.limits.inputRecordBytes = letters.reduce(settings.limits.inputRecordBytes) {
            max($0, ($1.value?.count ?? 0) + ($1.key?.count ?? 0))
        }
        do throws(KafkaError) {
            let producer = try Producer(settings.directProducer())
            defer { producer.close(timeout: 5000) }
            for letter in letters {
                try producer.produce(
                    value: letter.value, key: letter.key, headers: letter.headers,
                    to: try producer.topic(letter.source.topic), partition: letter.source.partition, timeout: 10_000)
            }
            try producer.flush(timeout: 60_000)
            return letters.count
        } catch {
            throw EngineError(
                error,
                "sending dead letters once more: \(sent) were sent, and of the next \(letters.count) "
                    + "some may have been")
        }
    }
}
