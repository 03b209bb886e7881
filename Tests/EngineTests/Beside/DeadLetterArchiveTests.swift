import EventFormats
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Text
import Topology

@testable import Engine

/// What a topology has published, read from beside: dead letters, decisions, metrics.
@Suite(.serialized) struct DeadLetterArchiveTests {
    /// Two partitions, with a broken record in each.
    private func world() throws -> MemoryWorld {
        let world = try WorkerSessionTests.world(2, records: 100)
        for (partition, value) in [(Int32(0), "{"), (1, "[1]")] {
            world.log.append(
                .init(
                    key: Array("k\(partition)".utf8), value: Array(value.utf8), headers: [("h", [7]), ("none", nil)],
                    timestamp: 1_700_000_000_000 - Int64(partition)), to: world.topics.input, partition)
        }
        try world.runToEnd()
        return world
    }

    private func letters(
        _ world: MemoryWorld, of partition: Int32? = nil, most: Int = .max
    ) throws -> [DeadLetterArchive.Letter] {
        var letters: [DeadLetterArchive.Letter] = []
        try DeadLetterArchive(world.topology, on: world.outside.brokers).read(of: partition) {
            letters.append($0)
            return letters.count < most
        }
        return letters
    }

    @Test func eachSaysWhereItCameFrom() throws {
        let world = try world()
        let all = try letters(world)
        #expect(all.count == 2)
        let letter = try #require(all.first { $0.partition == 0 })
        #expect(letter.code == "broken_json" && !letter.message.isEmpty && !letter.isCut)
        #expect(letter.source == ("in", 0, 50) && letter.key == Array("k0".utf8) && letter.value == Array("{".utf8))
        #expect(letter.headers.first { $0.0 == "h" }?.1 == [7])
        #expect(try letters(world, of: 1).map(\.source.partition) == [1])
        #expect(try letters(world, most: 1).count == 1)
    }

    @Test func theyAreSentAgainAsTheyCame() throws {
        let world = try world()
        let archive = DeadLetterArchive(world.topology, on: world.outside.brokers)
        #expect(try archive.send(try letters(world)) == 2)
        let sent = try world.log.read("in", 0, from: 51).records
        #expect(sent.count == 1 && sent[0].record.value == Array("{".utf8) && sent[0].record.key == Array("k0".utf8))
        world.outside.writeFailure = KafkaError.of(KafkaError.Code.timedOut)
        #expect { try archive.send(try letters(world), after: 5) } throws: {
            "\($0)".contains("5 were sent, and of the next 2 some may have been")
        }
    }

    @Test func aTopologyThatNeverRanHasNone() throws {
        let world = try WorkerSessionTests.world(records: 3)
        world.log.deleteTopic(world.topics.deadLetters)
        #expect { try letters(world) } throws: { "\($0)".contains("there is no topic task-dead-letters") }
    }

    @Test func decisionsAndMetricsAreReadBack() throws {
        let world = try WorkerSessionTests.world(2, records: 300)
        let life = try world.runToEnd()
        world.tell(.pipeline(.freeze()), 1)
        world.run(life) { (try? world.answers(1).count) == 1 }
        world.run(life, turns: 1200) { false }
        let decisions = try TopicRecords.decisions(of: world.topology, on: world.outside.brokers)
        var commands: [String] = []
        while let record = try decisions.next() {
            let json = try JSON(reading: try #require(record.value))
            if let command = json["command"]?.string { commands.append(command) }
            #expect(decisions.place(at: nil) == "partition 1 offset 0")
        }
        #expect(commands == ["freeze"])
        let metrics = try TopicRecords.newestMetrics(of: world.topology, on: world.outside.brokers)
        var partitions: Set<Int64> = []
        while let record = try metrics.next() {
            partitions.insert(try JSON(reading: try #require(record.value))["partition"]?.whole ?? -1)
        }
        #expect(partitions == [0, 1] && metrics.fraction ?? 0 > 0)
    }
}
