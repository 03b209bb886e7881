import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// From every snapshot that `history` keeps, the log leads to the committed state, in a topic from which everything that was
/// overwritten or deleted is gone.
@Suite(.serialized) struct KeptSnapshotTests {
    private static let hour: Int64 = 3_600_000

    /// Rows a quarter of an hour apart, and a process that ends now and then.
    private func run(_ world: MemoryWorld, _ rows: Int, append: (Int, Int64) -> Void) throws -> MemoryWorld.Life {
        var life = world.life()
        world.giveAll(to: life)
        for row in 0..<rows {
            append(row, 1_700_000_000_000 + Int64(row) * Self.hour / 40)
            if row % 10 == 9 { world.run(life, turns: 3) { false } }
            guard row % 500 == 499 else { continue }
            #expect(life.error == nil)
            life = world.life()
            world.giveAll(to: life)
        }
        world.run(life, turns: 3000) { isAtEnd(world) }
        #expect(life.error == nil && isAtEnd(world))
        return life
    }

    private func isAtEnd(_ world: MemoryWorld) -> Bool {
        world.topics.inputs.allSatisfy {
            world.log.committed(world.topics.group, $0, 0)?.offset == world.log.end($0, 0)
        }
    }

    /// Everything that compaction would take.
    private func compact(_ world: MemoryWorld) throws {
        var last: [[UInt8]: Int64] = [:]
        let records = try world.log.read(world.topics.state, 0, from: 0).records
        for record in records {
            if let former = last.updateValue(record.offset, forKey: record.record.key ?? []) {
                world.hidden.insert(former)
            }
            if record.record.value == nil { world.hidden.insert(record.offset) }
        }
    }

    private func restore(_ world: MemoryWorld, from kept: PastSnapshot) throws -> [UInt8] {
        let beginning = try world.standing(0).beginning(world.topics, cluster: world.cluster)
        guard case .from(var place) = beginning else { return [] }
        place.metadata.snapshot = kept.sequence
        place.metadata.stateLowerBound = kept.stateLowerBound
        place.metadata.journalLowerBound = kept.journalLowerBound
        let (log, hidden, topics) = (world.log, world.hidden, world.topics)
        let restoration = Restoration(
            task: PartitionTask(partition: 0, topology: world.topology, cluster: world.cluster, now: world.clock.now),
            place: place, survived: true,
            reader: MemoryReader(log) { topic, _, offset in topic == topics.state && hidden.contains(offset) },
            labelReader: topics.labels == nil ? nil : MemoryReader(log), topics: topics, cluster: world.cluster,
            clock: EngineClock { [clock = world.clock] in clock.now },
            patience: .init(marker: .seconds(1), replay: .seconds(1)), following: .stored)
        var steps = 0
        while steps < 5000, !(try restoration.step(.zero)) {
            world.clock.advance(by: .milliseconds(1))
            steps += 1
        }
        #expect(restoration.loaded?.sequence == kept.sequence)
        return restoration.task.stateBytes()
    }

    private func check(_ world: MemoryWorld, _ life: MemoryWorld.Life, atLeast count: Int) throws {
        let task = try #require(life.session.tasks[0])
        let kept = task.schedule.kept
        #expect(kept.count >= count, "\(kept.count) are kept")
        #expect(kept.map(\.past.inputOffset) == kept.map(\.past.inputOffset).sorted())
        try compact(world)
        for snapshot in kept {
            let isSame = try restore(world, from: snapshot.past) == task.stateBytes()
            #expect(isSame, "from \(snapshot.past)")
        }
    }

    @Test(arguments: [Int64(0), 24]) func anyOfThemLeadsToTheCommittedState(gone: Int64) throws {
        var topology = try PartitionTaskTests.topology(
            models: "tree: hoeffding_tree, linear: logistic_regression",
            more: "drift: [{detector: adwin, action: background}]")
        // Forty rows an hour: all of it, or the last day.
        topology.history = (gone == 0 ? 90 : gone) * Self.hour
        let world = MemoryWorld(topology)
        let life = try run(world, 3000) { row, time in
            world.log.append(.init(value: PartitionTaskTests.records[row], timestamp: time), to: world.topics.input, 0)
        }
        try check(world, life, atLeast: gone == 0 ? 30 : 25)
        let first = try #require(life.session.tasks[0]?.schedule.kept.first?.past.inputOffset)
        #expect(gone == 0 ? first == 0 : first > 0)
    }

    /// Waiting events lie in segments that later snapshots do not list any more.
    @Test func withLabelsThatComeLaterToo() throws {
        let stream = LabelledSessionTests.Stream(seed: 61, count: 2000)
        var rules = LabelledSessionTests.rules
        rules.lateWithin = 300
        rules.idle = "24h"
        var topology = try LabelledEvaluationTests.topology(rules)
        topology.history = 40 * Self.hour
        let world = MemoryWorld(topology)
        let life = try run(world, stream.rows.count) { index, time in
            let row = stream.rows[index]
            world.log.append(
                .init(key: Array(row.key.utf8), value: row.value, timestamp: time), to: world.topics.inputs[row.topic],
                0)
        }
        try check(world, life, atLeast: 30)
        // And what no kept snapshot lists is gone from the topic.
        let records = try world.log.read(world.topics.state, 0, from: 0).records
        let deleted = records.count { $0.record.value == nil && Self.isSegment($0.record.key) }
        #expect(deleted > 0)
    }

    private static func isSegment(_ key: [UInt8]?) -> Bool {
        String(decoding: key ?? [], as: UTF8.self).hasPrefix("0/w/")
    }
}
