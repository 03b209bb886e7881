import MillraceTestKit
import OnlineLearning
import Testing
import Text
import Topology

@testable import Engine

/// `label.examples`: what came of every event and label, once each, with what was said and seen then.
@Suite struct ExampleTests {
    private static func world(_ stream: LabelledSessionTests.Stream, duplicate: String) throws -> MemoryWorld {
        var rules = LabelledEvaluationTests.Rules(timeout: "negative", duplicate: duplicate)
        rules.idle = "24h"
        rules.room = "examples: written"
        let world = MemoryWorld(try LabelledEvaluationTests.topology(rules), partitions: 1)
        for row in stream.rows.indices { stream.append(row, to: world) }
        return world
    }

    private static func values(_ world: MemoryWorld, _ topic: String) throws -> [String] {
        try world.log.read(topic, 0, from: 0).records.map { String(decoding: $0.record.value ?? [], as: UTF8.self) }
    }

    private static func bySource(_ records: [String]) throws -> [String: JSON] {
        var found: [String: JSON] = [:]
        for record in records {
            let json = try JSON(reading: record)
            if let source = json["source"]?.string { found[source] = json }
        }
        return found
    }

    @Test(arguments: ["first", "last"]) func everyOutcomeIsTold(duplicate: String) throws {
        let stream = LabelledSessionTests.Stream(seed: 41, count: 1500)
        let world = try Self.world(stream, duplicate: duplicate)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { LabelledSessionTests.isAtEnd(world) }
        let counts = try #require(life.session.tasks[0]?.labels?.learner.counts)
        let topic = try #require(world.topics.examples)
        let told = try Self.values(world, topic).map { try JSON(reading: $0) }
        func count(_ outcome: String) -> UInt64 { UInt64(told.count { $0["outcome"]?.string == outcome }) }
        #expect(count("matched") == counts.matched && counts.matched > 500)
        #expect(count("timeout") == counts.timedOut && counts.timedOut > 50)
        #expect(count("orphan") == counts.orphan && counts.orphan > 50)
        #expect(count("conflict") == counts.conflict && count("correction") <= counts.corrected)
        #expect(duplicate == "first" ? counts.conflict > 20 : count("correction") > 20)
        #expect(count("late") > 10 && count("late") <= counts.late)
        let predictions = try Self.bySource(Self.values(world, world.topics.output))
        let events = try Self.values(world, world.topics.input).map { try JSON(reading: $0) }
        for example in told {
            let source = try #require(example["source"]?.string)
            guard let outcome = example["outcome"]?.string, outcome != "orphan", outcome != "conflict" else {
                #expect(source.hasPrefix("labels-0-") && example["features"] == nil)
                continue
            }
            let prediction = try #require(predictions[source])
            for name in ["id", "prediction", "model", "version"] { #expect(example[name] == prediction[name]) }
            let event = events[try #require(source.split(separator: "-").last.flatMap { Int($0) })]
            #expect(example["event_time"] == event["t"])
            for name in ["a", "b"] { #expect(example["features"]?[name]?.double == event[name]?.double) }
            #expect(outcome == "timeout" ? example["label_time"] == nil : example["delay_ms"] != nil)
            #expect(example["loss"]?.double ?? -1 >= 0 && example["weight"] == 1)
        }
    }

    /// The same records, once each, whatever was killed when.
    @Test(arguments: [3, 8, 15]) func eachIsToldOnce(turns: Int) throws {
        let stream = LabelledSessionTests.Stream(seed: 42, count: 2500)
        let calm = try Self.world(stream, duplicate: "first")
        let undisturbed = calm.life()
        calm.giveAll(to: undisturbed)
        calm.run(undisturbed) { LabelledSessionTests.isAtEnd(calm) }
        let world = try Self.world(stream, duplicate: "first")
        for life in 0..<4 {
            let life = world.life(interval: .milliseconds(20 + 30 * life))
            world.giveAll(to: life)
            world.run(life, turns: turns) { false }
            #expect(life.error == nil, "\(String(describing: life.error))")
        }
        let last = world.life()
        world.giveAll(to: last)
        world.run(last) { LabelledSessionTests.isAtEnd(world) && last.session.tasks[0]?.isReady ?? false }
        let topic = try #require(world.topics.examples)
        let isSame = try Self.values(world, topic) == Self.values(calm, topic)
        #expect(isSame && last.error == nil)
        // An evaluation of the same rows has the same state.
        let result = try LabelledEvaluationTests.evaluate(world.topology, stream.events, stream.labels)
        #expect(SHA256.hex(last.session.tasks[0]?.stateBytes() ?? []) == result.digest)
    }
}
