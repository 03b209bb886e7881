import Foundation
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// What a topology has stored, looked at beside the running engine: `state ls`, `state verify`, `models`.
@Suite(.serialized) struct StoredTasksTests {
    private static func digest(_ life: MemoryWorld.Life, _ partition: Int32) -> String {
        SHA256.hex(life.session.tasks[partition]?.stateBytes() ?? [])
    }

    @Test func everyCommittedTaskIsListed() throws {
        let world = try WorkerSessionTests.world(2, records: 601, model: "hoeffding_tree")
        let life = try world.runToEnd()
        let states = try TaskState.list(world.topology, on: world.outside.brokers)
        #expect(states.map(\.partition) == [0, 1] && states.map(\.offset) == [301, 300])
        #expect(states.map(\.digest) == [0, 1].map { Self.digest(life, $0) })
        #expect(states.map(\.events) == [301, 300] && states.map(\.lag) == [0, 0])
        let tells = states.allSatisfy {
            $0.champion == "m" && !$0.isPaused && !$0.isChanged && $0.revision == 1 && $0.history == nil && $0.bytes > 0
        }
        #expect(tells)
        // More came, and an operator stopped one of them.
        WorkerSessionTests.append(601, to: world)
        world.tell(.pause, 1)
        world.run(life) { (try? world.answers(1).count) == 1 }
        WorkerSessionTests.append(603, to: world)
        let later = try TaskState.list(world.topology, on: world.outside.brokers)
        #expect(later.map(\.isPaused) == [false, true])
        #expect(later[1].lag ?? 0 > 0 && later[1].offset < 302)
    }

    @Test func nothingIsListedWhereNothingRan() throws {
        let world = try WorkerSessionTests.world(2, records: 10)
        #expect(try TaskState.list(world.topology, on: world.outside.brokers).isEmpty)
        #expect {
            try StateArchive.export(world.topology, on: world.outside.brokers, write: { _ in }, progress: { _ in })
        } throws: { "\($0)".contains("has committed nothing") }
    }

    /// How far back it reaches, where that is kept.
    @Test func theKeptPastIsListed() throws {
        var topology = try PartitionTaskTests.topology("logistic_regression")
        topology.history = 30 * 3_600_000
        let world = MemoryWorld(topology)
        let life = world.life()
        world.giveAll(to: life)
        for row in 0..<800 {
            world.log.append(
                .init(value: PartitionTaskTests.records[row], timestamp: 1_700_000_000_000 + Int64(row) * 900_000),
                to: world.topics.input, 0)
            if row % 10 == 9 { world.run(life, turns: 3) { false } }
        }
        try world.runToEnd(life)
        let history = try #require(TaskState.list(topology, on: world.outside.brokers)[0].history)
        #expect(history.snapshots > 10 && history.events > 100 && history.events < 800)
        #expect(history.offset == 800 - Int64(history.events) && history.time ?? 0 > 1_700_000_000_000)
    }

    @Test func aFileThatSaysSomethingElseIsTold() throws {
        let world = MemoryWorld(try TopologyChangeTests.topology())
        for row in 0..<300 { WorkerSessionTests.append(row, to: world) }
        try world.runToEnd()
        let changed = try TopologyChangeTests.topology(delta: "0.2")
        let state = try TaskState.list(changed, on: world.outside.brokers)[0]
        #expect(state.isChanged && state.refusal == nil)
        let refused = try TaskState.list(TopologyChangeTests.topology(more: "seed: 9"), on: world.outside.brokers)[0]
        #expect(refused.isChanged && refused.refusal?.contains("seed: was 1") == true)
    }

    @Test func whatIsDamagedIsFound() throws {
        let world = try WorkerSessionTests.world(2, records: 1200, model: "hoeffding_tree")
        try world.runToEnd()
        world.clock.advance(by: .seconds(60))
        for row in 1200..<1300 { WorkerSessionTests.append(row, to: world) }
        try world.runToEnd()
        func found() throws -> [Int32: Result<TaskState, EngineError>] {
            var found: [Int32: Result<TaskState, EngineError>] = [:]
            try TaskState.verify(world.topology, on: world.outside.brokers) { found[$0] = $1 }
            return found
        }
        let whole = try found()
        #expect(whole.count == 2)
        for result in whole.values { #expect(try result.get().events == 650) }

        // The newest snapshot of one is damaged.
        let records = try world.log.read(world.topics.state, 0, from: 0).records
        let chunks = records.filter {
            !String(decoding: $0.record.key ?? [], as: UTF8.self).hasPrefix("0/manifest/")
        }
        let newest = try #require(chunks.last?.offset)
        let state = world.topics.state
        world.outside.damages = { topic, partition, offset in (topic, partition, offset) == (state, 0, newest) }
        let hurt = try found()
        #expect(throws: Never.self) { try hurt[1]?.get() }
        #expect { try hurt[0]?.get() } throws: { "\($0)".contains("is not whole") }
    }

    @Test func modelsAreShownFromTheClusterAndFromAFile() throws {
        let models = "tree: hoeffding_tree, linear: logistic_regression"
        let world = MemoryWorld(try PartitionTaskTests.topology(models: models, more: ""), partitions: 2)
        for row in 0..<500 { WorkerSessionTests.append(row, to: world) }
        try world.runToEnd()
        let stored = try ModelGallery.stored(world.topology, on: world.outside.brokers)
        #expect(stored.map(\.partition) == [0, 1])
        #expect(stored.allSatisfy { $0.models.map(\.name) == ["tree", "linear"] })
        #expect(try ModelGallery.stored(world.topology, partition: 1, on: world.outside.brokers).count == 1)
        let path = NSTemporaryDirectory() + "millrace-\(getpid())-gallery"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = Data()
        try StateArchive.export(world.topology, on: world.outside.brokers, write: { file += $0 }, progress: { _ in })
        try file.write(to: URL(fileURLWithPath: path))
        let archived = try ModelGallery.archived(path, world.topology)
        #expect(archived.map(\.partition) == [0, 1])
        #expect(archived.map { $0.models.map(\.name) } == stored.map { $0.models.map(\.name) })
    }

    /// A cluster that does not answer, or is not the right one.
    @Test func whoeverDoesNotAnswerIsNamed() throws {
        let world = try WorkerSessionTests.world(records: 10)
        world.outside.failure = KafkaError.of(KafkaError.Code.transport)
        #expect { try TaskState.list(world.topology, on: world.outside.brokers) } throws: {
            ($0 as? EngineError)?.kind == .unavailable && "\($0)".contains("no broker answers at")
        }
        world.outside.failure = KafkaError.of(KafkaError.Code.topicAuthorization, topic: world.topics.input)
        #expect { try TaskState.list(world.topology, on: world.outside.brokers) } throws: {
            "\($0)".contains("kafka-acls.sh")
        }
        world.outside.failure = nil
        world.log.deleteTopic(world.topics.input)
        #expect { try TaskState.list(world.topology, on: world.outside.brokers) } throws: {
            "\($0)".contains("the input topic in does not exist")
        }
    }
}
