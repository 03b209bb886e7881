import EventFormats
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

@Suite(.serialized) struct PartitionTaskTests {
    static func topology(_ model: String, guarantee: String = "exactly_once") throws -> TopologyPlan {
        try topology(models: "m: \(model)", more: "guarantee: \(guarantee)")
    }

    /// Ten numbers and a label.
    static func topology(models: String, more: String) throws -> TopologyPlan {
        let features = (0..<10).map { "  x\($0): numeric" }.joined(separator: "\n")
        let text = """
            name: task
            input: {topic: in, format: json}
            features:
            \(features)
            label: {field: y, type: binary, classes: [0, 1]}
            models: {\(models)}
            \(more)
            """
        let (plan, findings) = TopologyFile.check(text: text, file: "task.yaml", environment: [:], overrides: [])
        return try #require(plan, "\(findings)")
    }

    /// Records of about 160 bytes whose label follows two of ten numbers.
    static let records: [[UInt8]] = {
        let random = CounterRandom(seed: 3, component: 1, task: 0)
        return (0..<4000).map { event in
            let values = (0..<10).map {
                Double(Int(random.uniform(event: UInt64(event), draw: UInt64($0)) * 10_000)) / 10_000
            }
            let fields = values.enumerated().map { "\"x\($0)\":\($1)" }.joined(separator: ",")
            return Array("{\(fields),\"y\":\(values[0] + values[1] > 1 ? 1 : 0)}".utf8)
        }
    }()

    static func process(_ rows: Range<Int>, with task: PartitionTask, draft: TransactionDraft) {
        let part = draft.part(for: 0, assignment: 1)
        for row in rows {
            records[row % records.count].withUnsafeBytes { bytes in
                _ = task.process(
                    ConsumedRecord(
                        value: bytes, key: nil, partition: 0, offset: Int64(row), timestamp: 1_700_000_000_000),
                    part: part, draft: draft)
            }
        }
    }

    /// Decode, predict, learn, detect and publish: nothing is allocated once the buffers have their size.
    @Test(arguments: ["logistic_regression", "{hoeffding_tree: {max_depth: 3}}", "gaussian_nb"])
    func allocatesNothing(model: String) throws {
        let task = PartitionTask(partition: 0, topology: try Self.topology(model), cluster: "", now: .now)
        let draft = TransactionDraft()
        // A tree allocates when it grows: it has stopped by then.
        Self.process(0..<60_000, with: task, draft: draft)
        draft.reset()
        Self.process(60_000..<64_000, with: task, draft: draft)
        draft.reset()
        let events = 4000
        let count = allocations { Self.process(64_000..<64_000 + events, with: task, draft: draft) }
        #expect(count <= 4, "\(model): \(count) allocations in \(events) events")
    }

    @Test func writesWhatTheDesignSays() throws {
        let task = PartitionTask(partition: 3, topology: try Self.topology("majority"), cluster: "", now: .now)
        let draft = TransactionDraft()
        let part = draft.part(for: 3, assignment: 1)
        let value = Array("{\"x1\":1,\"y\":1}".utf8)
        let key = Array("card-7".utf8)
        for offset in [10, 11] as [Int64] {
            value.withUnsafeBytes { value in
                key.withUnsafeBytes { key in
                    _ = task.process(
                        ConsumedRecord(value: value, key: key, partition: 3, offset: offset, timestamp: 1000),
                        part: part, draft: draft)
                }
            }
        }
        let slice = part.predictions[1]
        let text = String(
            decoding: draft.arena.bytes[slice.start..<slice.start + Int(slice.keyCount + slice.count)], as: UTF8.self)
        #expect(
            text == "card-7{\"id\":\"card-7\",\"prediction\":1,\"probabilities\":{\"0\":0,\"1\":1},\"model\":\"m\","
                + "\"version\":1,\"event_time\":1000,\"source\":\"in-3-11\"}")
        #expect(task.position == 12 && part.events == 2)
    }

    /// Snapshot in the middle and replay give the state of an undisturbed run.
    @Test(arguments: ["logistic_regression", "hoeffding_tree"]) func comesBackBitForBit(model: String) throws {
        let topology = try Self.topology(model)
        let whole = PartitionTask(partition: 0, topology: topology, cluster: "", now: .now)
        let draft = TransactionDraft()
        Self.process(0..<2500, with: whole, draft: draft)
        let state = whole.stateBytes()
        Self.process(2500..<4000, with: whole, draft: draft)

        let back = PartitionTask(partition: 0, topology: topology, cluster: "", now: .now)
        try back.load(
            .init(
                manifest: Manifest(
                    sequence: 5, inputOffset: 2500, slot: 0, state: state, digest: 0, events: 2500,
                    fingerprint: topology.fingerprint, topology: topology.text, cluster: ""), state: state))
        for row in 2500..<4000 {
            Self.records[row].withUnsafeBytes { bytes in
                back.replay(
                    ConsumedRecord(value: bytes, key: nil, partition: 0, offset: Int64(row), timestamp: 0), skipping: []
                )
            }
        }
        #expect(back.stateBytes() == whole.stateBytes())
        #expect(back.pipeline.rollingDigest == whole.pipeline.rollingDigest)
    }

    @Test func aFutureTimeIsClampedToTheRecords() throws {
        let text = """
            name: clamp
            input: {topic: in, format: json, time: {field: ts, format: unix_ms}}
            features: {a: numeric}
            label: {field: y, type: binary, classes: [0, 1]}
            models: {m: majority}
            """
        let (plan, findings) = TopologyFile.check(text: text, file: "clamp.yaml", environment: [:], overrides: [])
        let task = PartitionTask(partition: 0, topology: try #require(plan, "\(findings)"), cluster: "", now: .now)
        let draft = TransactionDraft()
        let part = draft.part(for: 0, assignment: 1)
        for (offset, time) in [5000, 300_000 + 1000, 300_000 + 1001].enumerated() {
            Array("{\"a\":1,\"ts\":\(time)}".utf8).withUnsafeBytes { value in
                _ = task.process(
                    ConsumedRecord(
                        value: value, key: nil, partition: 0, offset: Int64(offset), timestamp: 1000),
                    part: part, draft: draft)
            }
        }
        let texts = part.predictions.map {
            String(decoding: draft.arena.bytes[$0.start..<$0.start + Int($0.count)], as: UTF8.self)
        }
        #expect(texts[0].contains("\"event_time\":5000") && texts[1].contains("\"event_time\":301000"))
        #expect(texts[2].contains("\"event_time\":1000"))
        #expect(task.counters.clampedTimes == 1)
    }
}
