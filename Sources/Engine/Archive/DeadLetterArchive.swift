import Foundation
import KafkaClient
public import Topology

/// The dead letters of a topology as they lie in their topic: to be looked at, and to be sent once more.
public struct DeadLetterArchive {
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
    private let topology: TopologyPlan
    private let brokers: Brokers

    /// Those of this topology.
    public init(_ topology: TopologyPlan, on brokers: Brokers = .kafka) {
        self.topology = topology
        self.brokers = brokers
    }

    /// Gives every letter that is there at the begin, of all partitions or of one, in the order of time, until `take` answers
    /// false. Throws where there is no such topic.
    public func read(of partition: Int32? = nil, _ take: (Letter) throws -> Bool) throws {
        let name = SideTopic.deadLetters.name(of: topology.name)
        let records = try TopicRecords(topology, topic: name, topology.layout, partition: partition, on: brokers)
        while try records.next() != nil {
            let (record, headers) = records.lastRecord
            guard try take(letter(record, headers)) else { return }
        }
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
        var settings = EngineSettings(topology: topology, instance: "letters", on: brokers)
        // The largest must pass.
        settings.limits.inputRecordBytes = letters.reduce(settings.limits.inputRecordBytes) {
            max($0, ($1.value?.count ?? 0) + ($1.key?.count ?? 0))
        }
        do throws(KafkaError) {
            let writer = try brokers.writer(settings.directProducer())
            defer { writer.close(within: .seconds(5)) }
            for letter in letters {
                try writer.write(
                    value: letter.value, key: letter.key, headers: letter.headers, timestamp: nil,
                    to: letter.source.topic, letter.source.partition, timeout: 10_000)
            }
            try writer.flush(timeout: 60_000)
            return letters.count
        } catch {
            throw EngineError(
                error,
                "sending dead letters once more: \(sent) were sent, and of the next \(letters.count) "
                    + "some may have been")
        }
    }
}
