import EventFormats
import KafkaClient
import Testing
import Topology

@testable import Engine

/// Rules that hold when something is wrong around the engine, each found by asking what happens then.
@Suite struct ReliabilityTests {
    private func task() throws -> PartitionTask {
        PartitionTask(partition: 0, topology: try PartitionTaskTests.topology("majority"), cluster: "", now: .now)
    }

    private static func place(_ offset: Int64, _ metadata: OffsetMetadata = OffsetMetadata()) -> StoredPlace {
        StoredPlace(offset: offset, metadata: metadata, stateEnd: 0)
    }

    /// Assignments that ended without an event accuse no record: only a transaction before the first event counts.
    @Test func aRestoredTaskWaitsForAnEventBeforeItCountsAnAttempt() throws {
        let task = try task()
        task.resume(at: Self.place(10), survived: false, now: .now)
        #expect(task.phase == .waiting && !task.wantsTransaction)
    }

    /// A worker that begins again after a broken connection has killed nothing.
    @Test func aSessionThatTheProcessSurvivedIsNoAttempt() throws {
        var metadata = OffsetMetadata()
        for life in 1...6 as ClosedRange<UInt8> {
            let task = try task()
            task.resume(at: Self.place(10, metadata), survived: life > 1, now: .now)
            #expect(!task.isolation.skipsNext && task.isolation.attempt == 1)
            metadata.attempt = task.isolation.attempt
        }
        let task = try task()
        task.resume(at: Self.place(10, metadata), survived: false, now: .now)
        #expect(task.isolation.attempt == 2)
    }

    /// What is not committed must not be parked: the state would be ahead of the offset it comes back to.
    @Test func onlyASettledTaskIsParked() throws {
        let task = try task()
        let draft = TransactionDraft()
        task.resume(at: Self.place(0), survived: false, now: .now)
        task.phase = .running
        #expect(task.isSettled)
        PartitionTaskTests.process(0..<3, with: task, draft: draft)
        let part = draft.parts[0]
        task.seal(part, snapshot: .none, now: .now)
        #expect(!task.isSettled)
        task.didCommit(part)
        #expect(task.isSettled)
    }

    /// A leader elected a moment ago shows an end of the partition below what was committed: not the end of the replay.
    @Test func anEarlyEndOfPartitionDoesNotEndAReplay() {
        let step = { (offset: Int64, error: Int32) in
            Restoration.step(
                ConsumedRecord(value: nil, key: nil, partition: 0, offset: offset, error: error), until: 100)
        }
        #expect(step(60, KafkaError.Code.partitionEnd) == .wait)
        #expect(step(100, KafkaError.Code.partitionEnd) == .finish)
        #expect(step(99, 0) == .check && step(100, 0) == .finish && step(104, 0) == .finish)
        #expect(step(60, KafkaError.Code.transport) == .check)
    }

    /// A record that came compressed can be larger than any record we may write.
    @Test func aLetterThatIsTooLargeIsCutToFit() throws {
        let value = [UInt8](repeating: 7, count: 5_000_000)
        let original: [(String, [UInt8]?)] = [("trace", [1, 2]), ("long", [UInt8](repeating: 1, count: 900_000))]
        let limit = 1 << 20
        for (size, headers) in [(5_000_000, []), (5_000_000, original), (100, original), (300_000, original)] {
            let letter = value.withUnsafeBytes { value in
                DeadLetter(
                    ConsumedRecord(
                        value: UnsafeRawBufferPointer(rebasing: value[..<size]), key: value, partition: 0, offset: 9),
                    code: .tooLarge, field: "", headers: headers, topic: "in", topology: "t")
            }
            let fitting = letter.fitting(limit)
            #expect(fitting.byteCount <= limit && fitting.key?.isEmpty == false && fitting.value?.isEmpty == false)
            let names = Set(fitting.headers.map(\.0))
            #expect(names.isSuperset(of: ["millrace.error.code", "millrace.error.offset", "millrace.error.cut"]))
        }
        let small = DeadLetter(key: nil, value: [1], headers: [])
        #expect(small.fitting(limit).value == [1] && small.fitting(limit).headers.isEmpty)
    }

    /// Key and id go into the prediction: a huge one would make a record that no broker takes, again and again.
    @Test func aHugeKeyIsBuried() throws {
        let task = try task()
        let draft = TransactionDraft()
        let part = draft.part(for: 0, assignment: 1)
        let key = [UInt8](repeating: 1, count: EventIntake.maxKeyBytes + 1)
        let fault = PartitionTaskTests.records[0].withUnsafeBytes { value in
            key.withUnsafeBytes { key in
                task.process(
                    ConsumedRecord(value: value, key: key, partition: 0, offset: 0), part: part, draft: draft)
            }
        }
        #expect(fault?.code == .tooLarge && part.predictions.isEmpty)
        // And is called a key.
        #expect(fault.map { $0.code.text(field: $0.field) }?.contains("key is larger than 64 KiB") == true)
    }

    /// A topic of small records: a chunk of the state is larger than any of them.
    @Test func aChunkOfStateFitsWhateverTheInputTakes() throws {
        var settings = EngineSettings(topology: try PartitionTaskTests.topology("majority"), instance: "a")
        settings.limits.inputRecordBytes = 10_000
        let limit = settings.transactionalProducer(id: "x")["message.max.bytes"].flatMap { Int($0) }
        #expect(limit ?? 0 > SnapshotChunks.chunkBytes + 1024)
    }
}
