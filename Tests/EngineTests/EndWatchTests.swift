import MillraceTestKit
import Testing

@testable import Engine

@Suite struct EndWatchTests {
    @Test func tellsOnceOfAnInputThatStandsStillBelowItsEnd() {
        var watch = EndWatch()
        let start = ContinuousClock.now
        #expect(watch.standingStill([0: (5, 9), 1: (5, 5), 2: (5, nil)], at: start).isEmpty)
        #expect(watch.standingStill([0: (5, 9), 1: (5, 5), 2: (5, nil)], at: start + .seconds(29)).isEmpty)
        #expect(watch.standingStill([0: (5, 9), 1: (5, 5), 2: (5, nil)], at: start + .seconds(31)) == [0])
        #expect(watch.standingStill([0: (5, 9)], at: start + .seconds(200)).isEmpty)
        #expect(watch.standingStill([0: (6, 9)], at: start + .seconds(201)).isEmpty)
        #expect(watch.standingStill([0: (6, 9)], at: start + .seconds(232)) == [0])
    }

    /// Lag is measured from the committed offset to the broker's end, also where nothing is fetched.
    @Test func lagIsWhatTheBrokerSays() throws {
        let world = try WorkerSessionTests.world(records: 40)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.committed() == 40 }
        life.committer.isHeld = true
        for row in 40..<100 { WorkerSessionTests.append(row, to: world) }
        world.run(life, turns: 600) { false }
        let task = try #require(life.status.read().tasks[0])
        #expect(task.lag == 60 && task.committed == 40)
        #expect(task.end == 100)
    }

    /// What an open transaction hides counts as lag, and is told of.
    @Test func aHangingTransactionIsLagAndIsNamed() throws {
        let world = try WorkerSessionTests.world(records: 40)
        let life = world.life()
        world.giveAll(to: life)
        let producer = world.log.producer("other")
        try producer.begin()
        try producer.produce(.init(value: PartitionTaskTests.records[0]), to: world.topics.input, 0)
        for row in 40..<60 { WorkerSessionTests.append(row, to: world) }
        world.run(life, turns: 600) { false }
        let task = try #require(life.status.read().tasks[0])
        #expect(task.committed == 40 && task.lag == 21)
        let lane = try #require(life.session.tasks[0]).lane
        #expect(EndWatch.reason(lane).contains("a transaction that a producer left open"))
        #expect(EndWatch.reason(lane).contains("kafka-transactions.sh"))
        try producer.abort()
        world.run(life, turns: 600) { false }
        #expect(life.status.read().tasks[0]?.lag == 0 && life.status.read().tasks[0]?.committed == 62)
        var far = InputLane(at: 10)
        far.sawEnd(90, stable: 90)
        #expect(EndWatch.reason(far).contains("leader"))
    }
}
