import Foundation
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// A task that goes on under a changed topology: at its own commit boundary, journaled, and replayed where it is lost.
@Suite(.serialized) struct TopologyChangeTests {
    static func topology(
        _ models: String = "a: logistic_regression, b: gaussian_nb", delta: String = "0.01", more: String = ""
    ) throws -> TopologyPlan {
        try PartitionTaskTests.topology(
            models: models, more: "drift: [{detector: {adwin: {delta: \(delta)}}, action: switch}]\n\(more)")
    }

    private static let more = "a: logistic_regression, b: gaussian_nb, c: hoeffding_tree"

    /// A world in which the first topology has learned that many rows and was killed.
    private func begun(_ rows: Int) throws -> MemoryWorld {
        let world = MemoryWorld(try Self.topology())
        for row in 0..<rows { WorkerSessionTests.append(row, to: world) }
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() == rows }
        return world
    }

    /// A pipeline that learned under one plan up to an offset, and then under others.
    private func oracle(_ world: MemoryWorld, _ plans: [(from: Int64, TopologyPlan)]) throws -> [UInt8] {
        var task = PartitionTask(partition: 0, topology: plans[0].1, cluster: "memory", now: .now)
        var rest = plans.dropFirst()
        let batch = RecordBatch(capacity: 10_000)
        let lane = MemoryLane(world.log, world.topics.input, 0)
        lane.start(at: 0)
        _ = lane.read(into: batch)
        for place in 0..<batch.count where batch[place].error == 0 {
            while let next = rest.first, next.from <= batch[place].offset {
                task = try task.reconfigured(next.1, now: .now)
                rest.removeFirst()
            }
            task.replay(batch[place], skipping: [])
        }
        return task.stateBytes()
    }

    private func goOn(_ world: MemoryWorld, _ topology: TopologyPlan, to rows: Int) -> MemoryWorld.Life {
        for row in Int(world.log.end(world.topics.input, 0))..<rows { WorkerSessionTests.append(row, to: world) }
        let life = world.life(topology: topology)
        world.giveAll(to: life)
        world.run(life) { world.committed() == rows }
        return life
    }

    @Test func aChallengerLearnsFromWhereItCameIn() throws {
        let world = try begun(1000)
        let wider = try Self.topology(Self.more)
        let life = goOn(world, wider, to: 2000)
        #expect(life.error == nil)
        #expect(try world.predicted() == (0..<2000).map(Int64.init))
        let state = try #require(life.session.tasks[0]).stateBytes()
        #expect(try state == oracle(world, [(0, Self.topology()), (1000, wider)]))
        // And once more, from what is stored.
        let again = goOn(world, wider, to: 2100)
        let later = try #require(again.session.tasks[0]).stateBytes()
        #expect(try later == oracle(world, [(0, Self.topology()), (1000, wider)]))
        #expect(try world.log.read(world.topics.journal, 0, from: 0).records.count == 1)
    }

    /// The snapshot that follows a change is lost: the journal brings it about again, and the digests agree.
    @Test func aLostChangeIsReplayed() throws {
        let world = try begun(1000)
        let old = world.log.end(world.topics.state, 0)
        let changed = try Self.topology(Self.more, delta: "0.2")
        _ = goOn(world, changed, to: 1500)
        world.hidden = Set(old..<world.log.end(world.topics.state, 0))
        world.clock.advance(by: .seconds(60))
        for row in 1500..<1600 { WorkerSessionTests.append(row, to: world) }
        let life = world.life(topology: changed)
        world.giveAll(to: life)
        world.run(life, turns: 3000) { world.committed() == 1600 }
        #expect(life.error == nil && world.committed() == 1600)
        let state = try #require(life.session.tasks[0]).stateBytes()
        #expect(try state == oracle(world, [(0, Self.topology()), (1000, changed)]))
        #expect(try world.predicted() == (0..<1600).map(Int64.init))
    }

    /// One process has the new file and one the old: whoever has the partition goes on under the new one.
    @Test func aRollingRestartDoesNotFlap() throws {
        let world = try begun(500)
        let (old, new) = (try Self.topology(), try Self.topology(delta: "0.3"))
        _ = goOn(world, new, to: 700)
        let life = goOn(world, old, to: 900)
        #expect(life.error == nil)
        #expect(life.session.tasks[0]?.topology.fingerprint == new.fingerprint)
        #expect(try #require(life.session.tasks[0]).stateBytes() == oracle(world, [(0, old), (500, new)]))
        #expect(try world.log.read(world.topics.journal, 0, from: 0).records.count == 1)
        // Unless it is meant.
        let back = world.life(topology: old, goesBack: true)
        world.giveAll(to: back)
        world.run(back, turns: 100) { false }
        #expect(back.error == nil && back.session.tasks[0]?.topology.fingerprint == old.fingerprint)
        #expect(back.session.tasks[0]?.lineage == [old.fingerprint, new.fingerprint])
    }

    @Test func whatCannotBeIsRefusedAndSaysWhy() throws {
        let world = try begun(300)
        let life = world.life(topology: try Self.topology(more: "seed: 9"))
        world.giveAll(to: life)
        world.run(life, turns: 100) { false }
        let message = try #require(life.error?.message)
        #expect(message.contains("seed: was 1") && message.contains("millrace reset task.yaml"), "\(message)")
        #expect(life.error?.isTransient == false)
    }

    /// What is stored is read again as it was meant.
    @Test func theStoredTextIsTheTopology() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("topologies")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(files.count > 2)
        for file in files {
            let plan = try TopologyFile.load(
                path: folder.appendingPathComponent(file).path, environment: ["KAFKA_BOOTSTRAP": "b:1"])
            let stored = try StoredTopology.plan(plan.text, as: plan, fingerprint: nil, partition: 0)
            #expect(stored.fingerprint == plan.fingerprint, "\(file)")
        }
    }

    /// Kills, losses, rebalances and aborts, while every process starts with one of two files.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyEventOnceWhileTheTopologyChanges(seed: UInt64) throws {
        let world = MemoryWorld(try Self.topology(), partitions: 1 + Int(seed % 3))
        let group = SimulationTests.Group(world, members: 1 + Int(seed % 3), target: 600, seed: seed)
        group.commands = seed % 2 == 0
        group.later = try Self.topology(Self.more, delta: "0.1")
        group.isRebalancing = true
        try SimulationTests.storm(group, resumes: true)
        for partition in world.all {
            let tasks = group.members.compactMap { $0?.session.tasks[partition] }
            #expect(tasks.first.map { $0.lineage.count <= 1 } == true, "it went back and forth")
        }
    }
}
