import Foundation
import KafkaClient
import MillraceTestKit
import Testing
import Topology

@testable import Engine

/// What the page knows of other processes and of before: read back from the topology's own topics.
@Suite(.serialized) struct TopicFollowerTests {
    /// Reads until the condition holds, or half a minute has passed.
    private func follow(
        _ world: MemoryWorld, _ status: EngineStatus, until isEnough: @escaping @Sendable (EngineStatus) -> Bool
    ) {
        let stop = StopSignal(workers: 1)
        let settings = EngineSettings(topology: world.topology, instance: "page", on: world.outside.brokers)
        Thread.detachNewThread {
            let end = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < end, !isEnough(status) { Thread.sleep(forTimeInterval: 0.01) }
            stop.request()
        }
        TopicFollower(settings, world.topics, status, stop).run()
    }

    @Test func whatWasPublishedIsToldAgain() throws {
        let world = MemoryWorld(
            try PartitionTaskTests.topology(
                models: "tree: hoeffding_tree", more: "drift: [{detector: adwin, action: reset}]"), partitions: 2)
        for row in 0..<2000 {
            var value = PartitionTaskTests.records[row]
            if row >= 1000 { value[value.count - 2] ^= 1 }
            world.log.append(.init(value: value), to: world.topics.input, Int32(row % 2))
        }
        let life = try world.runToEnd(world.life(7))
        world.run(life, turns: 1200) { false }
        world.log.append(value: Array("{}".utf8), to: world.topics.metrics, 0)
        let status = EngineStatus { 1 }
        #expect(world.log.end(world.topics.drift, 0) > 0)
        follow(world, status) { $0.reading == .following }
        #expect(status.reading == .following && status.partitions == 2)
        let told = status.told
        #expect(told.keys.sorted() == [0, 1])
        #expect(told.values.allSatisfy { $0.instance == "7" && $0.status.events == 1000 && $0.status.offset == 1000 })
    }

    /// Where it may not read, the page says so, and nobody tries again.
    @Test func whatMayNotBeReadIsSaid() throws {
        let world = try WorkerSessionTests.world(2)
        world.outside.failure = KafkaError.of(KafkaError.Code.topicAuthorization, topic: world.topics.metrics)
        let status = EngineStatus()
        follow(world, status) { _ in false }
        guard case .failed(let reason) = status.reading else {
            Issue.record("\(status.reading)")
            return
        }
        #expect(reason.contains("allow READ on task-metrics, task-drift and task-decisions"))
        // A broker that is away is tried again.
        world.outside.failure = KafkaError.of(KafkaError.Code.transport)
        let later = EngineStatus()
        follow(world, later) { if case .failed = $0.reading { true } else { false } }
        #expect(later.reading != .following)
    }
}
