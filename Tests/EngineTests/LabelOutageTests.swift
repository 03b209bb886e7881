import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing

@testable import Engine

/// Labels that cannot come while their lane stands at its end: no event's time runs out, and scoring goes on.
@Suite struct LabelOutageTests {
    private final class Stage {
        let world: MemoryWorld
        let life: MemoryWorld.Life

        /// Ten events whose labels have not come, and both inputs at their end.
        init() throws {
            world = try LabelledSessionTests.world(1)
            life = world.life()
            world.giveAll(to: life)
            for row in 0..<10 { event(row, time: row) }
            label(0, time: 20)
            settle()
            #expect(labels.learner.counts.matched == 1 && labels.labels.gate.isAtEnd)
            let events = life.session.tasks[0]!.counters.events
            #expect(events == 10, "a label is no event")
        }

        var labels: TaskLabels { life.session.tasks[0]!.labels! }

        func event(_ id: Int, time: Int) {
            append("{\"id\":\"e\(id)\",\"t\":\(time),\"a\":1,\"b\":2}", to: world.topics.input)
        }

        func label(_ id: Int, time: Int) { append(Self.label(id, time), to: "labels") }

        static func label(_ id: Int, _ time: Int) -> String { "{\"of\":\"e\(id)\",\"known\":\(time),\"y\":\"fraud\"}" }

        private func append(_ line: String, to topic: String) {
            world.log.append(.init(value: Array(line.utf8), timestamp: 1_700_000_000_000), to: topic, 0)
        }

        func settle() { world.run(life) { LabelledSessionTests.isAtEnd(world) } }

        /// An event far behind the others' due times; how long it waited for its score, in milliseconds.
        func scoreLater(_ id: Int) throws -> Int {
            event(id, time: 100_000 + id)
            let before = try world.predicted().count
            var turns = 0
            for _ in 0..<200 where try world.predicted().count == before {
                world.run(life, turns: 1) { false }
                turns += 1
            }
            return turns * 20
        }
    }

    @Test func anUnreachableLeaderHoldsTimeouts() throws {
        let stage = try Stage()
        stage.world.unreachable = ["labels"]
        stage.life.group.silent = ["labels"]
        // Until the next answer.
        stage.world.run(stage.life, turns: 100) { false }
        #expect(!stage.labels.labels.gate.isAtEnd)
        #expect(try stage.scoreLater(10) <= 1000)
        #expect(try stage.scoreLater(11) <= 500)
        #expect(stage.labels.learner.hold == .all && stage.labels.learner.counts.timedOut == 0)
        // The input's end is still known.
        #expect(stage.life.session.tasks[0]?.lane.end == 12)
        for row in 1..<10 { stage.label(row, time: 30 + row) }
        stage.world.unreachable = []
        stage.life.group.silent = []
        stage.settle()
        stage.world.run(stage.life, turns: 50 * 33) { false }
        // Then it has been silent for long enough that the time goes on, and the two that have no label run out of it.
        #expect(stage.labels.learner.counts.matched == 10 && stage.labels.learner.counts.timedOut == 2)
        #expect(stage.labels.learner.hold == .none)
        let next = stage.world.life()
        stage.world.giveAll(to: next)
        stage.world.run(next) { next.session.tasks[0]?.isReady ?? false }
        let isSame = next.session.tasks[0]?.stateBytes() == stage.life.session.tasks[0]?.stateBytes()
        #expect(isSame && next.error == nil)
    }

    /// Nothing was missed: no mark of the end comes a second time.
    @Test func aLeaderThatIsBackWithoutNewsEndsTheHold() throws {
        let stage = try Stage()
        stage.world.unreachable = ["labels"]
        stage.world.run(stage.life, turns: 100) { false }
        _ = try stage.scoreLater(10)
        #expect(stage.labels.learner.hold == .all)
        stage.world.unreachable = []
        stage.world.run(stage.life, turns: 100) { false }
        #expect(stage.labels.learner.hold == .all, "producers may not be back yet")
        stage.world.run(stage.life, turns: 50 * 32) { false }
        #expect(stage.labels.learner.hold == .none && stage.labels.labels.gate.isAtEnd)
        _ = try stage.scoreLater(11)
        #expect(stage.labels.learner.counts.timedOut == 10)
    }

    /// A producer's transaction stays open over labels.
    @Test func whatATransactionHidesHoldsTimeouts() throws {
        let stage = try Stage()
        let producer = stage.world.log.producer("labels")
        try producer.begin()
        for row in 1..<10 {
            try producer.produce(.init(value: Array(Stage.label(row, 30 + row).utf8)), to: "labels", 0)
        }
        stage.world.run(stage.life, turns: 200) { false }
        #expect(try stage.scoreLater(10) <= 1000)
        #expect(stage.labels.learner.hold == .all && stage.labels.learner.counts.timedOut == 0)
        try producer.commit()
        stage.settle()
        stage.world.run(stage.life, turns: 100) { false }
        #expect(stage.labels.learner.counts.matched == 10 && stage.labels.learner.counts.timedOut == 0)
        #expect(stage.labels.learner.hold == .none)
    }

    /// Silence is no silence while an input cannot be seen.
    @Test(arguments: [0, 1]) func noTickWhileALeaderIsAway(input: Int) throws {
        let stage = try Stage()
        stage.world.unreachable = [stage.world.topics.inputs[input]]
        stage.world.run(stage.life, turns: 50 * 40) { false }
        #expect(stage.labels.learner.counts.timedOut == 0)
        stage.world.unreachable = []
        stage.world.run(stage.life, turns: 50 * 33) { false }
        #expect(stage.labels.learner.counts.timedOut == 9)
    }
}
