import KafkaClient
import MillraceTestKit
import Testing
import Topology

@testable import Engine

/// Topics that a start makes, extends, or misses.
@Suite(.serialized) struct TopicPreparationTests {
    private func settings(_ world: MemoryWorld) -> EngineSettings {
        EngineSettings(topology: world.topology, instance: "a", on: world.outside.brokers)
    }

    private func prepare(
        _ world: MemoryWorld, _ change: (inout EngineSettings) -> Void = { _ in }
    ) throws(EngineError) -> TopicPreparation.Result {
        var settings = settings(world)
        change(&settings)
        return try TopicPreparation(settings: settings, topics: world.topics).run()
    }

    @Test func whatIsMissingIsMade() throws {
        let world = try WorkerSessionTests.world(3, records: 30)
        for topic in world.topics.made { world.log.deleteTopic(topic) }
        world.outside.properties["in"] = ["max.message.bytes": "2000000"]
        let found = try prepare(world) { $0.stopsAtEnd = true }
        #expect(world.topics.made.allSatisfy { world.log.partitionCount($0) == 3 })
        #expect(world.outside.properties["task-state"]?["cleanup.policy"] == "compact")
        #expect(found.clusterID == MemoryBrokers.clusterID && found.limits.inputRecordBytes == 2_000_000)
        #expect(found.endOffsets == [0: 10, 1: 10, 2: 10] && found.labelEnds.isEmpty && found.coveredPartitions == 3)
        // The input got partitions.
        world.log.createTopic("in", partitions: 5)
        #expect(try prepare(world).coveredPartitions == 3)
        #expect(world.topics.made.allSatisfy { world.log.partitionCount($0) == 5 })
    }

    @Test func labelsHaveEndsToo() throws {
        let world = try LabelledSessionTests.world(1, LabelledSessionTests.Stream(seed: 3, count: 50))
        let found = try prepare(world) { $0.stopsAtEnd = true }
        #expect(found.labelEnds[0] == world.log.end("labels", 0) && found.endOffsets[0] == 50)
    }

    @Test func whatIsWrongIsSaid() throws {
        let world = try WorkerSessionTests.world(1)
        func refusal(_ change: (inout EngineSettings) -> Void = { _ in }) -> String {
            do throws(EngineError) {
                _ = try prepare(world, change)
                return ""
            } catch { return error.message }
        }
        #expect(
            refusal { $0.topology.kafkaProperties = [("ssl.ca.location", "/nowhere/ca.pem")] }.contains(
                "/nowhere/ca.pem does not exist"))
        world.log.deleteTopic("task-state")
        #expect(refusal { $0.createsTopics = false }.contains("task-state"))
        world.outside.adminFailure = KafkaError.of(KafkaError.Code.topicAuthorization, topic: "task-state")
        #expect(refusal().contains("task-state cannot be made or extended"))
        world.outside.failure = KafkaError.of(KafkaError.Code.transport)
        #expect(refusal().contains("no broker answers at"))
        world.outside.failure = nil
        world.log.deleteTopic("in")
        #expect(refusal().contains("the input topic in does not exist"))
    }

    /// librdkafka's mock cluster has no admin API: the input alone is looked at.
    @Test func aMockIsNotPrepared() throws {
        let world = try WorkerSessionTests.world(2)
        world.log.deleteTopic("task-state")
        #expect(try prepare(world) { $0.isMock = true }.clusterID == "")
        #expect(world.log.partitionCount("task-state") == 0)
    }
}

/// Where partitions stand, as a worker asks it.
@Suite(.serialized) struct StandingDeskTests {
    private func desk(
        _ world: MemoryWorld, _ change: (inout EngineSettings) -> Void = { _ in }
    ) throws -> StandingDesk {
        var settings = EngineSettings(topology: world.topology, instance: "a", on: world.outside.brokers)
        change(&settings)
        return try StandingDesk(settings: settings, topics: world.topics)
    }

    /// What the log holds, the labels' topic and the journal too.
    @Test func standingsAreThoseOfTheLog() throws {
        let world = try LabelledSessionTests.world(2, LabelledSessionTests.Stream(seed: 8, count: 400))
        try world.runToEnd()
        let desk = try desk(world)
        defer { desk.close() }
        let found = try desk.standings([0, 1])
        for (standing, partition) in zip(found, [Int32(0), 1]) {
            let expected = world.standing(partition)
            #expect(standing.committed == expected.committed && standing.metadata == expected.metadata)
            #expect((standing.inputStart, standing.inputEnd) == (expected.inputStart, expected.inputEnd))
            #expect((standing.begin, standing.stateEnd) == (expected.begin, expected.stateEnd))
            #expect(standing.controlEnd == expected.controlEnd)
            #expect(standing.labels?.committed == expected.labels?.committed)
            #expect(standing.labels?.end == expected.labels?.end)
            #expect(standing.labels?.journalEnd == expected.labels?.journalEnd)
        }
        #expect(try desk.standings([]).isEmpty)
        let ends = try desk.ends([0, 1])
        #expect(ends.map(\.end?.stable) == [0, 1].map { world.log.stableEnd("in", $0) })
        #expect(ends.map(\.labelEnd?.open) == [0, 1].map { world.log.end("labels", $0) })
        #expect(ends.map(\.journalEnd) == [0, 1].map { world.log.end(world.topics.journal, $0) })
    }

    /// State without a committed offset is not begun over; a deleted one is none.
    @Test func stateThatNobodyCommittedIsSeen() throws {
        let world = try WorkerSessionTests.world(2, records: 10)
        world.log.append(value: [1], to: world.topics.state, 1)
        #expect(try desk(world).standings([0, 1]).map(\.holdsState) == [false, true])
    }

    @Test(
        arguments: [(.earliest, 0), (.latest, 40), (.time(1_700_000_000_010), 10), (.time(.max), 40)]
            as [(TopologyPlan.Start, Int64)])
    func itBeginsWhereItIsTold(start: TopologyPlan.Start, offset: Int64) throws {
        var topology = try PartitionTaskTests.topology("majority")
        topology.start = start
        let world = MemoryWorld(topology)
        for row in 0..<40 {
            world.log.append(
                .init(value: PartitionTaskTests.records[row], timestamp: 1_700_000_000_000 + Int64(row)), to: "in", 0)
        }
        #expect(try desk(world).standings([0])[0].begin == offset)
        // What came with a later partition is all to be read.
        #expect(try desk(world) { $0.coveredPartitions = 0 }.standings([0])[0].begin == 0)
    }

    /// An open transaction hides what it wrote, and a leader that is away hides its own partitions alone.
    @Test func endsAreWhatCanBeRead() throws {
        let world = try WorkerSessionTests.world(2, records: 20)
        let producer = world.log.producer("p")
        try producer.begin()
        try producer.produce(.init(value: [1]), to: "in", 0)
        let desk = try desk(world)
        let ends = try desk.ends([0, 1]).map(\.end)
        #expect(ends[0]?.stable == 10 && ends[0]?.open == 11 && ends[1]?.stable == 10)
        world.outside.away = ["in": [1]]
        let some = try desk.ends([0, 1]).map(\.end)
        #expect(some[0]?.stable == 10 && some[1] == nil)
    }

    /// The input got partitions while it ran: its topics get as many, or it is told who must do it.
    @Test func laterPartitionsAreCovered() throws {
        let world = try WorkerSessionTests.world(2, records: 20)
        world.log.createTopic("in", partitions: 4)
        let waiting = try desk(world) {
            $0.coveredPartitions = 2
            $0.createsTopics = false
        }
        #expect(try waiting.covered([0, 1, 2, 3]).map(\.partition) == [0, 1])
        #expect(try waiting.lacking([3])[3]?.contains("task-state") == true)
        let desk = try desk(world) { $0.coveredPartitions = 2 }
        #expect(try desk.covered([0, 1, 2, 3]).map(\.partition) == [0, 1, 2, 3])
        #expect(world.topics.made.allSatisfy { world.log.partitionCount($0) == 4 })
        #expect(try desk.standings([3])[0].lacking.isEmpty)
    }

    /// What of a journal is about rows that are gone is deleted.
    @Test func journalsAreTrimmed() throws {
        let world = try LabelledSessionTests.world(1, LabelledSessionTests.Stream(seed: 9, count: 400))
        try world.runToEnd()
        let marks = [Int32(0): [JournalMark(journal: 1, events: 200, labels: 100)]]
        let desk = try desk(world)
        #expect(try desk.trim(marks).isEmpty)
        world.log.trim("in", 0, before: 300)
        world.log.trim("labels", 0, before: 300)
        let found = try desk.trim(marks)
        #expect(found.map(\.journalStart) == [1] && world.log.start(world.topics.journal, 0) == 1)
        #expect(try self.desk(try WorkerSessionTests.world()).trim(marks).isEmpty)
    }

    @Test func whatCannotBeAskedIsSaid() throws {
        let world = try WorkerSessionTests.world(1)
        world.outside.failure = KafkaError.of(KafkaError.Code.transport)
        #expect { try desk(world).standings([0]) } throws: {
            ($0 as? EngineError)?.isTransient == true && "\($0)".contains("reading the committed offsets of group task")
        }
        world.outside.failure = KafkaError.of(KafkaError.Code.groupAuthorization)
        #expect { try desk(world).standings([0]) } throws: { "\($0)".contains("kafka-acls.sh") }
    }
}
