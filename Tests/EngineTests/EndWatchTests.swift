import MillraceTestKit
import Testing

@testable import Engine

@Suite struct EndWatchTests {
    @Test func tellsOnceOfAnInputThatStandsStillBelowItsEnd() {
        var watch = EndWatch()
        let start = ContinuousClock.now
        #expect(watch.standingStill([0: (5, 9), 1: (5, 5), 2: (5, nil)], at: start).isEmpty)
        #expect(watch.standingStill([0: (5, 9), 1: (5, 5), 2: (5, nil)], at: start + .seconds(59)).isEmpty)
        #expect(watch.standingStill([0: (5, 9), 1: (5, 5), 2: (5, nil)], at: start + .seconds(61)) == [0])
        #expect(watch.standingStill([0: (5, 9)], at: start + .seconds(200)).isEmpty)
        #expect(watch.standingStill([0: (6, 9)], at: start + .seconds(201)).isEmpty)
        #expect(watch.standingStill([0: (6, 9)], at: start + .seconds(262)) == [0])
    }

    /// Lag is measured from the committed offset to the broker's end, also where nothing is fetched.
    @Test func lagIsWhatTheBrokerSays() throws {
        let world = try WorkerSessionTests.world(records: 40)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.log.committed(world.topics.group, world.topics.input, 0)?.offset == 40 }
        life.committer.isHeld = true
        for row in 40..<100 { WorkerSessionTests.append(row, to: world) }
        world.run(life, turns: 600) { false }
        let task = try #require(life.status.read().tasks[0])
        #expect(task.lag == 60 && task.committed == 40)
        #expect(task.end == 100)
    }
}
