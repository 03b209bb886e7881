import Foundation
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Text
import Topology

@testable import Engine

/// `explain` and `replay` over a log in memory: what ran comes back bit for bit, and what would have been stands beside it.
@Suite(.serialized) struct PastTests {
    /// So many records a quarter of an hour apart, each with a key, learned by several lives.
    private static func world(
        _ topology: TopologyPlan, rows: Int, lives: Int = 3, broken: Set<Int> = []
    ) throws -> MemoryWorld {
        let world = MemoryWorld(topology)
        var done = 0
        for number in 1...lives {
            while done < rows * number / lives {
                let value = broken.contains(done) ? Array("{".utf8) : PartitionTaskTests.records[done % 4000]
                world.log.append(
                    .init(key: Array("k\(done)".utf8), value: value, timestamp: 1_700_000_000_000 + Int64(done) * 1000),
                    to: world.topics.input, 0)
                done += 1
            }
            try world.runToEnd()
            world.clock.advance(by: .seconds(60))
        }
        return world
    }

    private static func topology(_ more: String = "") throws -> TopologyPlan {
        try PartitionTaskTests.topology(models: "tree: hoeffding_tree, linear: logistic_regression", more: more)
    }

    private func explain(
        _ world: MemoryWorld, _ ask: (inout ExplainRequest) -> Void
    ) throws(EngineError) -> PastPrediction {
        var request = ExplainRequest(world.topology, on: world.outside.brokers)
        ask(&request)
        return try request.run()
    }

    private func replay(
        _ world: MemoryWorld, _ ask: (inout ReplayRequest) -> Void = { _ in }
    ) throws -> [ReplayResult] {
        var request = ReplayRequest(world.topology, on: world.outside.brokers)
        ask(&request)
        var results: [ReplayResult] = []
        try request.run { results.append($0) }
        return results
    }

    // MARK: explain

    /// By its place, by the id that says it, and by the record's key; more of them than are read one after the other.
    @Test func anyPredictionIsMadeAgain() throws {
        let world = try Self.world(try Self.topology(), rows: 9000, broken: [4000])
        for offset in [Int64(0), 17, 4500, 8999] {
            let found = try explain(world) { $0.offset = offset }
            #expect(found.isSame == true, "\(offset): \(found.made) \(found.published ?? "-")")
            #expect(found.id == "k\(offset)" && found.offset == offset)
            #expect(found.events == UInt64(offset > 4000 ? offset - 1 : offset))
            #expect(found.models.map(\.name) == ["tree", "linear"] && found.inputs.count == 10)
            #expect(["0", "1"].contains(found.truth?.text) && found.truth?.time == nil)
            #expect(found.today != nil && (found.snapshot == nil) == (offset < 3000))
            if offset > 1000 { #expect(found.answer?.reasons.count == 3) }
        }
        var told: [String] = []
        let byKey = try explain(world) {
            $0.id = "k1717"
            $0.reasons = 1
            $0.progress = { text, _ in told.append(text) }
        }
        #expect(byKey.offset == 1717 && byKey.isSame == true && byKey.answer?.reasons.count == 1)
        #expect(told.contains("learning again"))
        #expect(try explain(world) { $0.id = "in-0-8000" }.offset == 8000)
        try refuses(world, "offset 4000 has no prediction: it was answered with a dead letter") { $0.offset = 4000 }
        try refuses(world, "offset 9000 has not been answered yet") { $0.offset = 9000 }
        try refuses(world, "no prediction with the id 'nobody' is among the") { $0.id = "nobody" }
        try refuses(world, "partition 3 of in has no committed offset") {
            $0.offset = 1
            $0.partition = 3
        }
    }

    private func refuses(
        _ world: MemoryWorld, _ words: String, _ ask: (inout ExplainRequest) -> Void
    ) throws {
        #expect { try explain(world, ask) } throws: { "\($0)".contains(words) }
    }

    /// Retention took the beginning, and the kept snapshots still lead to what follows.
    @Test func whatIsKeptReachesBack() throws {
        var topology = try Self.topology()
        topology.history = 3_600_000
        let world = try Self.world(topology, rows: 3000)
        world.log.trim(world.topics.input, 0, before: 1500)
        let oldest = try #require(TaskState.list(topology, on: world.outside.brokers)[0].history?.offset)
        #expect(oldest < 3000)
        let found = try explain(world) { $0.offset = 2500 }
        #expect(found.isSame == true && found.snapshot != nil)
        try refuses(world, "nothing is kept that reaches back to offset 3") { $0.offset = 3 }
    }

    /// A topology that was reset and began anew has answered twice: the later answer is the one that is explained.
    @Test func afterAResetTheLaterAnswerCounts() throws {
        let first = try Self.world(try PartitionTaskTests.topology("gaussian_nb"), rows: 500, lives: 1)
        try TopologyReset(first.topology, keepsModel: false, on: first.outside.brokers).perform()
        let world = MemoryWorld(try PartitionTaskTests.topology("hoeffding_tree"), on: first.log)
        let settings = EngineSettings(topology: world.topology, instance: "a", on: world.outside.brokers)
        _ = try TopicPreparation(settings: settings, topics: world.topics).run()
        try world.runToEnd()
        let found = try explain(world) { $0.offset = 400 }
        #expect(found.isSame == true && found.made.contains("k400"), "\(found.made) \(found.published ?? "-")")
        let answers = try world.log.read(world.topics.output, 0, from: 0).records.map(\.record.value)
        #expect(answers.count == 1000 && answers.contains(Array(found.made.utf8)))
    }

    /// What retention took cannot be learned again.
    @Test func whatIsGoneIsTold() throws {
        let world = try Self.world(try Self.topology(), rows: 600, lives: 2)
        world.log.trim("in", 0, before: 600)
        #expect { try replay(world) { $0.from = .offset(10) } } throws: {
            "\($0)".contains("nothing is kept that reaches back to offset 10")
        }
        world.log.append(.init(value: PartitionTaskTests.records[0]), to: "in", 0)
        world.log.trim("in", 0, before: 601)
        #expect { try replay(world) } throws: { "\($0)".contains("the committed offset 600 is not in in any more") }
    }

    /// Labels that come by themselves: the truth stands in its own topic, behind the event or before it.
    @Test func theTruthIsFound() throws {
        let stream = LabelledSessionTests.Stream(seed: 72, count: 900)
        let world = try LabelledSessionTests.world(1, ticks: false)
        for half in [0..<stream.rows.count / 2, stream.rows.count / 2..<stream.rows.count] {
            for row in half { stream.append(row, to: world) }
            try world.runToEnd()
            world.clock.advance(by: .seconds(60))
        }
        var truths: [String: Int] = [:]
        for offset in stride(from: Int64(5), to: 800, by: 50) {
            let found = try explain(world) { $0.offset = offset }
            #expect(found.isSame == true, "\(offset): \(found.made) \(found.published ?? "-")")
            truths[found.truth?.text ?? "none", default: 0] += 1
            #expect(try explain(world) { $0.id = found.id }.id == found.id)
        }
        #expect(truths["fraud"] ?? 0 > 1 && truths["honest"] ?? 0 > 1, "\(truths)")
    }

    // MARK: replay

    @Test func whatRanComesBack() throws {
        let world = try Self.world(
            try Self.topology("drift: [{detector: adwin, action: background}]"), rows: 4000, broken: [10, 3000])
        let state = try TaskState.list(world.topology, on: world.outside.brokers)[0]
        let whole = try #require(replay(world).first)
        #expect(whole.isAsCommitted == true && (whole.from, whole.to) == (0, 4000))
        #expect(whole.ran.evaluation.digest == state.digest && whole.ran.events == 3998)
        #expect(whole.ran.evaluation.rejected.total == 2)
        // From a snapshot on, and up to a place where nothing is committed.
        var steps: [Int] = []
        let part = try replay(world) {
            $0.from = .offset(3500)
            $0.progress = { _, done, _ in steps.append(done) }
        }[0]
        #expect(part.isAsCommitted == true && part.snapshot?.offset ?? 0 > 0 && part.ran.events == 500)
        #expect(steps == steps.sorted() && steps.last == 500)
        let early = try replay(world) { $0.to = .time(1_700_000_000_000 + 2000 * 1000) }[0]
        #expect(early.isAsCommitted == nil && early.to == 2000 && early.ran.events == 1999)
        let timed = try replay(world) { $0.from = .time(.max) }[0]
        #expect(timed.from == 4000 && timed.ran.events == 0)
        #expect(early.json["ran"]?["events"]?.whole == 1999 && early.json["otherwise"] == nil)
        #expect { try replay(world) { ($0.from, $0.to) = (.offset(7), .offset(3)) } } throws: {
            "\($0)".contains("nothing to replay from offset 7 to 3")
        }
        #expect { try replay(world) { $0.partition = 2 } } throws: {
            "\($0)".contains("partition 2 of in has no committed offset")
        }
    }

    /// Labels turn round in the middle: drifts and decisions of a replay are those that were published.
    @Test func driftsAreFoundAgainWhereTheyWere() throws {
        let world = MemoryWorld(
            try Self.topology("drift: [{detector: adwin, action: background}, {detector: ddm, action: alert}]"))
        for row in 0..<4000 {
            var value = PartitionTaskTests.records[row]
            if row >= 2000 { value[value.count - 2] ^= 1 }
            world.log.append(.init(value: value, timestamp: 1_700_000_000_000), to: "in", 0)
            if row % 1000 == 999 { try world.runToEnd() }
        }
        func count(_ topic: String) throws -> Int { try world.log.read(topic, 0, from: 0).records.count }
        let ran = try replay(world)[0].ran.evaluation
        #expect(!ran.drifts.isEmpty && ran.drifts.allSatisfy { $0.row >= $0.changePoint })
        let told = ran.drifts.count + ran.warnings.count + ran.improvements.count
        #expect(try told == count(world.topics.drift) && ran.decisions.count == count(world.topics.decisions))
        // A part tells of its own alone.
        let part = try replay(world) { $0.from = .offset(2000) }[0].ran.evaluation
        #expect(part.drifts.map(\.row) == ran.drifts.map(\.row).filter { $0 >= 2000 } && part.digest == ran.digest)
    }

    @Test func whatWouldHaveBeenStandsBesideIt() throws {
        let world = try Self.world(try Self.topology(), rows: 2000, lives: 2)
        let other = try PartitionTaskTests.topology(models: "bayes: gaussian_nb", more: "")
        let both = try replay(world) { $0.other = other }[0]
        let otherwise = try #require(both.other)
        #expect(both.isAsCommitted == true && otherwise.events == both.ran.events)
        #expect(otherwise.evaluation.report.champion == "bayes" && otherwise.learned != both.ran.learned)
        // A replay of its own with that topology: the same.
        let alone = try Self.world(other, rows: 2000, lives: 1)
        #expect(try otherwise.evaluation.digest == TaskState.list(other, on: alone.outside.brokers)[0].digest)
        #expect(both.json["learned_the_same"] == .bool(false))
        // Some events are never learned.
        let without = try replay(world) { $0.without = [100...199] }[0]
        #expect(without.isAsCommitted == true && without.other?.learned != without.ran.learned)
        let nothing = try replay(world) { $0.without = [1_000_000...1_000_001] }[0]
        #expect(nothing.other?.learned == nothing.ran.learned && nothing.json["learned_the_same"] == .bool(true))
        // Other inputs are another question.
        var elsewhere = other
        elsewhere.inputTopic = "elsewhere"
        #expect { try replay(world) { $0.other = elsewhere } } throws: { "\($0)".contains("reads other topics than") }
    }

    /// In the order of the journal, with what ran out and what came too late.
    @Test func labelsComeAgainInTheirOrder() throws {
        let stream = LabelledSessionTests.Stream(seed: 73, count: 1200)
        let world = try LabelledSessionTests.world(1)
        for part in 0..<3 {
            for row in stream.rows.count * part / 3..<stream.rows.count * (part + 1) / 3 {
                stream.append(row, to: world)
            }
            try world.runToEnd()
            world.clock.advance(by: .seconds(60))
        }
        let state = try TaskState.list(world.topology, on: world.outside.brokers)[0]
        let whole = try replay(world)[0]
        #expect(whole.isAsCommitted == true && whole.ran.evaluation.digest == state.digest)
        #expect(whole.ran.evaluation.labels?.counts.matched ?? 0 > 300)
        let part = try replay(world) { $0.from = .offset(1000) }[0]
        #expect(part.isAsCommitted == true && part.ran.evaluation.digest == state.digest && part.snapshot != nil)
        let other = try LabelledEvaluationTests.topology(.init(timeout: "fraud", duplicate: "last"))
        #expect(try replay(world) { $0.other = other }[0].other?.learned != whole.ran.learned)
        #expect { try replay(world) { ($0.from, $0.without) = (.offset(1000), [2...3]) } } throws: {
            "\($0)".contains("nobody has counted places among events and labels")
        }
        #expect(try replay(world) { $0.without = [2...300] }[0].other?.learned != whole.ran.learned)
        // The same from the topics themselves, by `evaluate --topic --order journal`.
        let order = try JournalOrder(world.topology, partition: 0, on: world.outside.brokers)
        var evaluation = Evaluation(world.topology)
        evaluation.order = order
        let result = try evaluation.run(TopicRecords(world.topology, on: world.outside.brokers))
        #expect(result.digest == state.digest)
    }

    /// A journal that does not tell all from the beginning on is not followed.
    @Test func aJournalThatLacksSomethingIsRefused() throws {
        let plain = try WorkerSessionTests.world()
        #expect { try JournalOrder(plain.topology, partition: 0, on: plain.outside.brokers) } throws: {
            "\($0)".contains("only a topology with a label topic has a journal")
        }
        let stream = LabelledSessionTests.Stream(seed: 74, count: 900)
        let world = try LabelledSessionTests.world(1)
        func order() throws(EngineError) -> JournalOrder {
            try JournalOrder(world.topology, partition: 0, on: world.outside.brokers)
        }
        #expect { try order() } throws: { "\($0)".contains("`run` has learned nothing there") }
        for part in 0..<3 {
            for row in stream.rows.count * part / 3..<stream.rows.count * (part + 1) / 3 {
                stream.append(row, to: world)
            }
            try world.runToEnd()
        }
        let journal = world.topics.journal
        func evaluate() throws {
            var evaluation = Evaluation(world.topology)
            evaluation.order = try order()
            _ = try evaluation.run(TopicRecords(world.topology, on: world.outside.brokers))
        }
        try evaluate()
        let records = try world.log.read(journal, 0, from: 0).records
        world.outside.hides = { topic, _, offset in topic == journal && offset == records[1].offset }
        #expect { try evaluate() } throws: { "\($0)".contains("what stood before transaction") }
        // Other rows than those that were learned, or too few.
        world.outside.hides = { topic, _, offset in topic == "in" && offset == 7 }
        #expect { try evaluate() } throws: { "\($0)".contains("do not hold the records that transaction") }
        world.outside.hides = { topic, _, _ in topic == "labels" }
        #expect { try evaluate() } throws: { "\($0)".contains("labels ends before what it names") }
    }

    /// A topology that was changed on the way: under each what was learned under it.
    @Test func aChangeOnTheWayComesAgain() throws {
        let first = try TopologyChangeTests.topology()
        let second = try TopologyChangeTests.topology("a: logistic_regression, b: gaussian_nb, c: hoeffding_tree")
        let world = MemoryWorld(first)
        for row in 0..<800 { WorkerSessionTests.append(row, to: world) }
        try world.runToEnd()
        for row in 800..<1500 { WorkerSessionTests.append(row, to: world) }
        try world.runToEnd(world.life(topology: second))
        var request = ReplayRequest(second, on: world.outside.brokers)
        request.from = .offset(0)
        var results: [ReplayResult] = []
        // What was learned before the change cannot be had without its snapshot.
        do { try request.run { results.append($0) } } catch {
            #expect("\(error)".contains("nothing is kept that reaches back"))
        }
        request.from = nil
        try request.run { results.append($0) }
        #expect(results.last?.isAsCommitted == true)
    }
}
