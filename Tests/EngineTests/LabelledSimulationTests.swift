import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// Two inputs while everything goes wrong: kills, losses, rebalances, aborts, lost answers, other people's markers, and
/// inputs that fall silent.
@Suite struct LabelledSimulationTests {
    static func quiet(_ group: SimulationTests.Group) -> Bool {
        LabelledSessionTests.isAtEnd(group.world)
            && group.world.all.allSatisfy { partition in
                group.members.contains { life in
                    guard let task = life?.session.tasks[partition], task.isSettled else { return false }
                    return task.control.next == group.world.log.end(group.world.topics.control, partition)
                }
            }
    }

    static func run(_ group: SimulationTests.Group) throws {
        group.isRebalancing = true
        for round in 0..<2500 {
            group.step()
            if round % 500 == 499 { try group.checkOutputs() }
        }
        group.produce(group.target)
        if group.commands {
            for partition in group.world.all { group.tell("resume", nil, partition) }
            group.commands = false
        }
        group.world.unreachable = []
        for _ in 0..<8000 where !quiet(group) {
            group.world.clock.advance(by: .milliseconds(10))
            for case let life? in group.members {
                life.committer.isHeld = false
                life.transactions.faults = [:]
                life.group.silent = []
                group.turn(life)
            }
            group.finishRebalance()
            group.check()
        }
    }

    static func state(_ group: SimulationTests.Group, _ partition: Int32) -> [UInt8]? {
        group.members.compactMap { $0?.session.tasks[partition]?.stateBytes() }.first
    }

    /// Topics filled beforehand: the predictions and the states of an undisturbed run.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyEventOnceAndTheStateOfAnUndisturbedRun(seed: UInt64) throws {
        let partitions = 1 + Int(seed % 4)
        let stream = LabelledSessionTests.Stream(seed: seed, count: 500)
        let world = try LabelledSessionTests.world(partitions, stream, ticks: false)
        let group = SimulationTests.Group(world, members: 1 + Int(seed % 3), target: 0, seed: seed)
        try Self.run(group)
        #expect(Self.quiet(group), "seed \(seed) stands still")
        try group.checkOutputs()
        let calm = try LabelledSessionTests.world(partitions, stream, ticks: false)
        let life = calm.life()
        calm.giveAll(to: life)
        calm.run(life, turns: 4000) { LabelledSessionTests.isAtEnd(calm) }
        for partition in world.all {
            let isSame = Self.state(group, partition) == life.session.tasks[partition]?.stateBytes()
            #expect(isSame, "seed \(seed), partition \(partition)")
        }
    }

    /// Live, with inputs that fall silent: whatever order came about, the journal alone gives the same state from nothing.
    @Test(arguments: 101...120 as ClosedRange<UInt64>)
    func theJournalTellsTheWholeStory(seed: UInt64) throws {
        let partitions = 1 + Int(seed % 3)
        let stream = LabelledSessionTests.Stream(seed: seed, count: 500)
        let world = try LabelledSessionTests.world(partitions)
        let group = SimulationTests.Group(
            world, members: 1 + Int(seed % 3), target: stream.rows.count, seed: seed)
        group.append = { stream.append($0, to: $1) }
        group.silences = true
        group.commands = seed % 2 == 0
        try Self.run(group)
        #expect(Self.quiet(group), "seed \(seed) stands still")
        try group.checkOutputs()
        for partition in world.all {
            let isSame = try Self.state(group, partition) == Self.replayed(world, partition)
            #expect(isSame, "seed \(seed), partition \(partition)")
        }
    }

    /// A fresh task that learns what the journal says, from its first record on.
    static func replayed(_ world: MemoryWorld, _ partition: Int32) throws -> [UInt8] {
        let task = PartitionTask(
            partition: partition, topology: world.topology, cluster: world.cluster, now: world.clock.now)
        let labels = try #require(task.labels)
        task.begin(at: 0, stateEnd: 0, labels: LabelStart(offset: 0, journalEnd: 0), now: world.clock.now)
        let records = try world.log.read(world.topics.journal, partition, from: 0).records
        guard let last = try records.last.map({ try JournalRecord(decoding: $0.record.value ?? []) }) else {
            return task.stateBytes()
        }
        let replay = JournalReplay(
            task: task, labels: labels, after: 0, to: last.sequence, topics: world.topics,
            events: MemoryReader(world.log), labelReader: MemoryReader(world.log)
        ) { _ throws(EngineError) in task }
        for record in records { _ = try replay.add(record.record.value ?? []) }
        while true {
            switch try replay.step() {
            case .moved: continue
            case .done: return task.stateBytes()
            case let other:
                Issue.record("the replay ended with \(other)")
                return []
            }
        }
    }
}
