import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// A worker's session on a log in memory, turn by turn.
@Suite(.serialized) struct WorkerSessionTests {
    static func world(_ partitions: Int = 1, records: Int = 0, model: String = "logistic_regression") throws
        -> MemoryWorld
    {
        let world = MemoryWorld(try PartitionTaskTests.topology(model), partitions: partitions)
        for row in 0..<records { append(row, to: world) }
        return world
    }

    static func append(_ row: Int, to world: MemoryWorld) {
        let record = PartitionTaskTests.records[row % PartitionTaskTests.records.count]
        world.log.append(
            .init(value: record, timestamp: 1_700_000_000_000), to: world.topics.input,
            Int32(row % world.partitions))
    }

    @Test func genesisCommitsBeforeAnyEvent() throws {
        let world = try Self.world(records: 50)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() >= 0 }
        #expect(world.committed() == 0)
        #expect(try world.metadata()?.metadata.sequence == 1)
        world.run(life) { world.committed() == 50 }
        #expect(try world.predicted() == (0..<50).map(Int64.init))
        #expect(life.error == nil)
    }

    @Test func aStartOnStateWithoutAnOffsetIsRefused() throws {
        let world = try Self.world()
        world.log.append(value: [1], to: world.topics.state, 0)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { false }
        #expect(life.error?.message.contains("holds state") == true, "\(String(describing: life.error))")
    }

    /// Killed and started again: the replayed state is that of an undisturbed run.
    @Test(arguments: ["logistic_regression", "hoeffding_tree"]) func comesBackAfterAKill(model: String) throws {
        try comesBackAfterAKill { try Self.world(records: $0, model: model) }
    }

    /// A world that is left alone and one that is killed after 1,700 of 3,000 records, which `make` fills: both as they are
    /// at the end.
    @discardableResult
    private func comesBackAfterAKill(
        _ make: (Int) throws -> MemoryWorld
    ) throws -> (calm: MemoryWorld, killed: MemoryWorld) {
        let calm = try make(3000)
        let undisturbed = calm.life()
        calm.giveAll(to: undisturbed)
        calm.run(undisturbed) { calm.committed() == 3000 }

        let world = try make(1700)
        let first = world.life(interval: .milliseconds(40))
        world.giveAll(to: first)
        world.run(first, turns: 12) { world.committed() == 1700 }
        for row in 1700..<3000 { Self.append(row, to: world) }
        let second = world.life()
        world.giveAll(to: second)
        world.run(second) { world.committed() == 3000 }
        #expect(second.error == nil)
        #expect(try world.predicted() == (0..<3000).map(Int64.init))
        #expect(second.session.tasks[0]?.stateBytes() == undisturbed.session.tasks[0]?.stateBytes())
        return (calm, world)
    }

    /// Killed and started again: the reasons are published once, and are those of an undisturbed run.
    @Test func reasonsComeBackAfterAKill() throws {
        let topology = try PartitionTaskTests.topology(models: "m: hoeffding_tree", more: "output: {explain: 3}")
        let worlds = try comesBackAfterAKill { records in
            let world = MemoryWorld(topology, partitions: 1)
            for row in 0..<records { Self.append(row, to: world) }
            return world
        }
        func outputs(_ world: MemoryWorld) throws -> [[UInt8]?] {
            try world.log.read(world.topics.output, 0, from: 0).records.map(\.record.value)
        }
        let expected = try outputs(worlds.calm)
        #expect(try outputs(worlds.killed) == expected)
        #expect(expected.count == 3000)
        let last = String(decoding: expected.last.flatMap { $0 } ?? [], as: UTF8.self)
        #expect(last.contains("explanation"))
    }

    @Test func whatIsRevokedCleanlyIsParkedAndGoesOn() throws {
        let world = try Self.world(2, records: 200)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed(0) == 100 && world.committed(1) == 100 }
        let task = life.session.tasks[0]
        life.group.tell(.revoked(world.all))
        world.run(life) { !life.group.owesAnswer }
        #expect(life.session.tasks.isEmpty && life.session.parked.count == 2)
        world.giveAll(to: life)
        world.run(life) { life.session.tasks.count == 2 }
        #expect(life.session.tasks[0] === task && life.session.parked.isEmpty)
        #expect(life.session.restorations.isEmpty)
    }

    /// A drain that cannot end gives the partitions up all the same, and keeps nothing.
    @Test func aRevocationEndsWithinItsTime() throws {
        let world = try Self.world(records: 100)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() == 0 }
        life.committer.isHeld = true
        world.run(life, turns: 20) { false }
        life.group.tell(.revoked([0]))
        world.run(life, turns: 300) { false }
        #expect(life.group.owesAnswer)
        world.run(life, turns: 300) { !life.group.owesAnswer }
        #expect(!life.group.owesAnswer && life.session.parked.isEmpty && life.session.tasks.isEmpty)
    }

    /// Nobody answers: the session ends, to begin again, instead of waiting for ever.
    @Test func aQuestionWithoutAnAnswerEndsTheSession() throws {
        let world = try Self.world()
        let life = world.life()
        life.inquirer.isHeld = true
        world.giveAll(to: life)
        world.run(life, turns: 2400) { false }
        #expect(life.error?.isTransient == true && life.error?.kind == .unavailable)
        #expect(life.error?.message.contains("where the partitions") == true)
    }

    @Test func markersAndAbortedRecordsAtTheEndAreCommitted() throws {
        let world = try Self.world(records: 10)
        let producer = world.log.producer("other")
        for commits in [true, false] {
            try producer.begin()
            try producer.produce(.init(value: PartitionTaskTests.records[10]), to: world.topics.input, 0)
            if commits { try producer.commit() } else { try producer.abort() }
        }
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() == 14 }
        #expect(world.committed() == 14)
        #expect(try world.predicted() == (0..<11).map(Int64.init))
        // A hanging transaction: nothing behind its first record comes, and the end is there.
        try producer.begin()
        try producer.produce(.init(value: PartitionTaskTests.records[11]), to: world.topics.input, 0)
        Self.append(12, to: world)
        world.run(life, turns: 50) { false }
        #expect(world.committed() == 14)
    }

    @Test func anEndCommitsEverythingAndTheNextStartReplaysNothing() throws {
        let world = try Self.world(records: 500)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() == 0 }
        world.run(life, turns: 3) { false }
        life.stop.request()
        world.run(life) { false }
        #expect(life.isOver && life.error == nil)
        life.session.close()
        let next = world.life()
        world.giveAll(to: next)
        world.run(next) { next.session.tasks[0]?.isReady ?? false }
        #expect(world.committed() == 500)
        #expect(next.session.tasks[0]?.counters.replayed == 0)
    }

    @Test func stopsAtTheEnd() throws {
        let world = try Self.world(3, records: 90)
        let life = world.life(ends: EndOffsets([0: 30, 1: 30, 2: 30]))
        world.giveAll(to: life)
        world.run(life) { false }
        #expect(life.isOver && life.error == nil)
        for partition in world.all { #expect(world.committed(partition) == 30) }
    }

    @Test func anAbortProducesTheSameOutputsAgain() throws {
        let world = try Self.world(records: 300)
        let life = world.life()
        life.transactions.faults = [.commit: [.retriable, .abortable, .abortable], .produce: [.abortable]]
        world.giveAll(to: life)
        world.run(life) { world.committed() == 300 }
        #expect(try world.predicted() == (0..<300).map(Int64.init))
        #expect(life.error == nil)
    }

    @Test func tooManyAbortsEndTheSession() throws {
        let world = try Self.world(records: 300)
        let life = world.life()
        life.transactions.faults = [.produce: .init(repeating: .abortable, count: 50)]
        world.giveAll(to: life)
        world.run(life) { false }
        #expect(life.error?.isTransient == true && life.error?.message.contains("6 times") == true)
    }

    /// A member that was away too long commits nothing any more.
    @Test func aZombieCommitsNothing() throws {
        let world = try Self.world(records: 300)
        let zombie = world.life(0)
        world.giveAll(to: zombie)
        world.run(zombie) { world.committed() == 0 }
        zombie.committer.isHeld = true
        world.run(zombie, turns: 10) { false }
        let owner = world.life(1)
        world.giveAll(to: owner)
        world.run(owner) { world.committed() == 300 }
        zombie.committer.isHeld = false
        world.run(zombie, turns: 20) { false }
        #expect(try world.predicted() == (0..<300).map(Int64.init))
        zombie.group.tell(.lost([0]))
        world.run(zombie, turns: 5) { false }
        #expect(zombie.session.tasks.isEmpty && zombie.session.parked.isEmpty)
    }
}
