import Foundation
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// Operators' commands: taken between transactions, journaled, replayed, answered.
@Suite(.serialized) struct TaskCommandTests {
    /// Without a command the metadata are those of before; the first one begins the journal.
    @Test func aTaskThatNobodyCommandsWritesWhatItWroteBefore() throws {
        let world = try WorkerSessionTests.world(records: 300)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() == 300 }
        func version() -> UInt8? {
            let text = world.log.committed(world.topics.group, world.topics.input, 0)?.metadata
            return text.flatMap { Data(base64Encoded: Data($0))?.first }
        }
        #expect(version() == 2)
        #expect(world.log.end(world.topics.journal, 0) == 0)
        world.tell(.pipeline(.freeze()))
        world.run(life) { (try? world.answers().count) == 1 }
        #expect(version() == 5)
        #expect(try world.answers() == ["1 freeze done"])
        #expect(try world.log.read(world.topics.journal, 0, from: 0).records.count == 1)
    }

    @Test func aPausedTaskReadsNothingAlsoAfterARestart() throws {
        let world = try WorkerSessionTests.world(2, records: 200)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed(0) == 100 && world.committed(1) == 100 }
        world.tell(.pause, 0)
        world.run(life) { (try? world.answers().count) == 1 }
        for row in 200..<400 { WorkerSessionTests.append(row, to: world) }
        world.run(life, turns: 60) { false }
        #expect(world.committed(0) == 100 && world.committed(1) == 200)
        #expect(life.session.tasks[0]?.isSettled == true)

        let second = world.life()
        world.giveAll(to: second)
        world.run(second, turns: 60) { false }
        #expect(world.committed(0) == 100, "a restart ended the pause")
        world.tell(.resume, 0)
        world.run(second) { world.committed(0) == 200 }
        #expect(second.error == nil)
        #expect(try world.predicted(0) == (0..<200).map(Int64.init))
        #expect(try world.answers(0) == ["1 pause done", "2 resume done"])
    }

    /// In the middle of a batch: what was fetched waits, and other tasks read on.
    @Test func aBatchIsSetAside() throws {
        let world = try WorkerSessionTests.world(2, records: 20_000)
        let life = world.life(interval: .milliseconds(1))
        world.giveAll(to: life)
        world.run(life) { world.committed(0) > 1000 }
        world.tell(.pause, 0)
        world.run(life) { (try? world.answers().count) == 1 && world.committed(1) == 10_000 }
        let rest = world.committed(0)
        #expect(rest < 10_000)
        world.tell(.resume, 0)
        world.run(life) { world.committed(0) == 10_000 }
        #expect(try world.predicted(0) == (0..<10_000).map(Int64.init))
    }

    @Test func whatCannotBeObeyedIsRefusedAndCounted() throws {
        let world = try WorkerSessionTests.world(records: 10)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() == 10 }
        world.log.append(value: Array("pause".utf8), to: world.topics.control, 0)
        world.tell(.pipeline(.promote("nobody")))
        world.tell(.pipeline(.freeze(model: "m")))
        world.run(life) { (try? world.answers().count) == 2 }
        #expect(try world.answers() == ["1 promote refused", "2 freeze done"])
        #expect(life.session.tasks[0]?.pipeline.report().frozen == ["m"])
        #expect(try world.metadata()?.metadata.control == 3)
    }

    /// A drain ends the session; one from before the process does not.
    @Test func aDrainEndsTheProcessesThatRan() throws {
        let world = try WorkerSessionTests.world(2, records: 200)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed(0) == 100 && world.committed(1) == 100 }
        world.tell(.drain, 0)
        world.tell(.drain, 1)
        world.run(life) { false }
        #expect(life.isOver && life.error == nil)
        for partition in world.all {
            let metadata = try #require(try world.metadata(partition)).metadata
            #expect(metadata.snapshot + 1 >= metadata.sequence && metadata.attempt == 0)
        }
        world.tell(.drain, 0)
        let second = world.life(started: 1_800_000_000_000)
        world.giveAll(to: second)
        world.run(second, turns: 200) { false }
        #expect(!second.isOver)
        #expect(try world.answers(0) == ["1 drain done", "2 drain refused"])
    }

    /// Kills, losses, rebalances and aborts while operators command: the journal and the input alone give the same state.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func everyEventOnceAndEveryCommandWhereItWasTaken(seed: UInt64) throws {
        let world = try WorkerSessionTests.world(
            1 + Int(seed % 3), model: seed % 3 == 0 ? "hoeffding_tree" : "logistic_regression")
        let group = SimulationTests.Group(world, members: 1 + Int(seed % 3), target: 600, seed: seed)
        group.commands = true
        group.isRebalancing = true
        try SimulationTests.storm(group, resumes: true)
        for partition in world.all {
            let state = group.members.compactMap { $0?.session.tasks[partition]?.stateBytes() }.first
            #expect(try state == Self.replayed(world, partition), "seed \(seed), partition \(partition)")
            let sent = world.log.end(world.topics.control, partition)
            #expect(try world.answers(partition).count == Int(sent), "each is answered once")
        }
    }

    /// A fresh pipeline that is told what the journal says between the rows.
    static func replayed(_ world: MemoryWorld, _ partition: Int32) throws -> [UInt8] {
        let task = PartitionTask(
            partition: partition, topology: world.topology, cluster: world.cluster, now: world.clock.now)
        let metadata = try #require(try world.metadata(partition)).metadata
        var replay = CommandReplay(after: 0, to: metadata.journal)
        for record in try world.log.read(world.topics.journal, partition, from: 0).records {
            try replay.add(record.record.value ?? [])
        }
        let isWhole = replay.resolve()
        #expect(isWhole)
        func obey(before offset: Int64) {
            while let entry = replay.next(before: offset) {
                if case .control(let command) = entry { task.replay(command) }
            }
        }
        let batch = RecordBatch(capacity: 1000)
        let lane = MemoryLane(world.log, world.topics.input, partition)
        lane.start(at: 0)
        while lane.read(into: batch) > 0 {
            for place in 0..<batch.count where batch[place].error == 0 {
                obey(before: batch[place].offset)
                task.replay(batch[place], skipping: metadata.crashed)
            }
            batch.release()
        }
        obey(before: .max)
        return task.stateBytes()
    }
}
