import Foundation
import KafkaClient
import MillraceTestKit
import Testing
import Topology

@testable import Engine

/// `plan`, asked of a cluster: what a start would do with what is stored there.
@Suite(.serialized) struct RestartForecastTests {
    private func forecast(_ topology: TopologyPlan, _ world: MemoryWorld) throws(EngineError) -> RestartForecast {
        try RestartForecast(topology, patience: .seconds(1), on: world.outside.brokers)
    }

    private static let more = "a: logistic_regression, b: gaussian_nb, c: hoeffding_tree"

    @Test func beforeAFirstStart() throws {
        let world = try WorkerSessionTests.world(2)
        for topic in world.topics.made { world.log.deleteTopic(topic) }
        let found = try forecast(world.topology, world)
        #expect(found.topicsToMake == world.topics.made && found.parts.isEmpty && !found.isRefused)
        #expect(found.replayedEvents == nil && found.stateBytesPerDay == 0)
        world.log.deleteTopic("in")
        let missing = try forecast(world.topology, world)
        #expect(missing.isRefused && missing.faults.contains { $0.contains("the input topic in does not exist") })
        world.outside.failure = KafkaError.of(KafkaError.Code.transport)
        #expect { try forecast(world.topology, world) } throws: { "\($0)".contains("no broker answers at") }
    }

    /// Half the tasks have taken a change over already; the rest would.
    @Test func aChangeIsFound() throws {
        let (old, new) = (try TopologyChangeTests.topology(), try TopologyChangeTests.topology(Self.more))
        let world = MemoryWorld(old, partitions: 2)
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        for row in 0..<1000 {
            world.log.append(
                .init(value: PartitionTaskTests.records[row], timestamp: now - 1_800_000), to: "in", Int32(row % 2))
        }
        try world.runToEnd()
        let same = try forecast(old, world)
        #expect(same.parts.count == 1 && same.parts[0].partitions == [0, 1] && same.parts[0].revision == 1)
        #expect(!same.isRefused && same.topicsToMake.isEmpty && same.stateBytesPerDay > 0)
        #expect(same.replayedEvents ?? 0 > 0)
        let changed = try forecast(new, world)
        #expect(changed.parts.count == 1 && changed.parts[0].change != same.parts[0].change)
        #expect(!changed.parts[0].isEarlier && !changed.isRefused)
        let refused = try forecast(try TopologyChangeTests.topology(more: "seed: 9"), world)
        #expect(refused.isRefused && refused.faults.isEmpty)

        // One partition goes on under the new file, and what it stored since is lost: the journal tells of it.
        let state = world.topics.state
        let before = world.log.end(state, 0)
        let life = world.life(topology: new)
        world.log.rebalance(world.topics.group)
        life.group.tell(.assigned([0]))
        for row in 0..<100 {
            world.log.append(.init(value: PartitionTaskTests.records[row], timestamp: now), to: "in", 0)
        }
        world.run(life) { world.committed(0) == 600 }
        #expect(life.error == nil)
        let split = try forecast(new, world)
        #expect(split.parts.map(\.revision).sorted() == [1, 2] && split.parts.map(\.partitions.count) == [1, 1])
        let back = try forecast(old, world)
        #expect(back.parts.first { $0.partitions == [0] }?.isEarlier == true && !back.isRefused)
        world.outside.hides = { topic, partition, offset in topic == state && partition == 0 && offset >= before }
        #expect(try forecast(new, world).parts.map(\.revision).sorted() == [1, 2])
    }

    /// What waits holds the features and the answers of then: neither models nor waiting times can change.
    @Test func whatWaitsKeepsItsModels() throws {
        let world = try LabelledSessionTests.world(1, LabelledSessionTests.Stream(seed: 5, count: 300))
        try world.runToEnd()
        #expect(try !forecast(world.topology, world).isRefused)
        var longer = LabelledSessionTests.rules
        longer.within += 100
        let refused = try forecast(try LabelledEvaluationTests.topology(longer), world)
        #expect(refused.isRefused && refused.parts[0].change.refusals.contains { "\($0)".contains("waits") })
    }

    // MARK: reset

    @Test(arguments: [false, true]) func resetForgets(keepsModel: Bool) throws {
        let world = try WorkerSessionTests.world(records: 50)
        try world.runToEnd()
        let reset = TopologyReset(world.topology, keepsModel: keepsModel, on: world.outside.brokers)
        #expect(reset.deletions.count == (keepsModel ? 1 : 3))
        world.outside.busyGroups = ["task"]
        #expect { try reset.perform() } throws: { "\($0)".contains("has members") }
        #expect(world.committed() == 50)
        world.outside.busyGroups = []
        try reset.perform()
        #expect(world.committed() == -1)
        #expect(world.log.partitionCount(world.topics.state) == (keepsModel ? 1 : 0))
        #expect(world.log.partitionCount(world.topics.journal) == (keepsModel ? 1 : 0))
        #expect(world.log.partitionCount(world.topics.output) == 1)
        // Once more: there is nothing, and that is no fault.
        try reset.perform()
        world.outside.failure = KafkaError.of(KafkaError.Code.transport)
        #expect { try reset.perform() } throws: { "\($0)".contains("no broker answers at") }
        world.outside.failure = KafkaError.of(KafkaError.Code.groupAuthorization)
        #expect(throws: EngineError.self) { try reset.perform() }
    }
}
