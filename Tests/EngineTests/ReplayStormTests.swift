import MillraceTestKit
import Testing
import Topology

@testable import Engine
@testable import OnlineLearning

/// `replay` in a worker: killed while a fresh model learns again what came since the change, with labels in their events
/// and labels by themselves.
@Suite(.serialized) struct ReplayStormTests {
    static let drift = "drift: [{detector: adwin, action: {replay: {keep: 900, margin: 700, speed: 4}}}]"

    /// Fed in small portions, and killed after each for as long as the fresh model is not level.
    @Test func killedInTheMiddle() throws {
        func run(kills: Bool) throws -> (decisions: [String], state: [UInt8]?, kills: Int) {
            let topology = try PartitionTaskTests.topology(models: "m: adaptive_random_forest", more: Self.drift)
            let world = MemoryWorld(topology)
            var life = world.life()
            world.giveAll(to: life)
            var killed = 0
            for row in stride(from: 0, to: AdaptationStormTests.rows, by: 50) {
                for row in row..<row + 50 { AdaptationStormTests.append(row, to: world) }
                world.run(life) { world.committed() == Int64(row + 50) }
                #expect(life.error == nil && world.committed() == Int64(row + 50))
                let isReplaying = life.session.tasks[0]?.pipeline.state.pointee.replayed != nil
                guard kills, isReplaying else { continue }
                killed += 1
                life = world.life()
                world.giveAll(to: life)
            }
            #expect(try world.predicted() == (0..<Int64(AdaptationStormTests.rows)).map { $0 })
            return (try AdaptationStormTests.decisions(world), life.session.tasks[0]?.stateBytes(), killed)
        }
        let calm = try run(kills: false)
        let words = Set(calm.decisions.map { $0.split(separator: " ").last.map(String.init) ?? "" })
        #expect(words.isSuperset(of: ["replay_start", "replay_done", "retrain_swap"]), "\(calm.decisions)")
        let wild = try run(kills: true)
        #expect(wild.decisions == calm.decisions && wild.kills >= 3)
        let isSame = wild.state == calm.state
        #expect(isSame)
    }

    /// Events whose concept turns round, and labels that come a while later, in the order in which both are written.
    static let rows: [(topic: Int, text: String)] = {
        let random = CounterRandom(seed: 11, component: 2, task: 0)
        func values(_ number: Int) -> (Double, Double) {
            (random.uniform(event: UInt64(number), draw: 0), random.uniform(event: UInt64(number), draw: 1))
        }
        return (0..<2000).flatMap { number in
            let (a, b) = values(number)
            let event = (0, "{\"id\":\"e\(number)\",\"t\":\(number * 10),\"a\":\(a),\"b\":\(b)}")
            let labels = (max(0, number - 25)..<number).filter { $0 + 5 + $0 * 7 % 17 == number }.map { past in
                let (a, b) = values(past)
                let label = (a + b > 1) == (past < 700) ? "fraud" : "honest"
                return (1, "{\"of\":\"e\(past)\",\"known\":\(number * 10),\"y\":\"\(label)\"}")
            }
            return [event] + labels
        }
    }()

    static func append(_ row: Int, to world: MemoryWorld) {
        let (topic, text) = rows[row]
        world.log.append(
            .init(value: Array(text.utf8), timestamp: 1_700_000_000_000), to: world.topics.inputs[topic], 0)
    }

    /// Live, with everything that can go wrong: the journal alone gives the same state, and nothing was decided twice.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func withLabelsByThemselves(seed: UInt64) throws {
        let topology = try LabelledEvaluationTests.topology(
            LabelledSessionTests.rules, more: Self.drift + "\nselect: never")
        let world = MemoryWorld(topology)
        let group = SimulationTests.Group(world, members: 1 + Int(seed % 3), target: Self.rows.count, seed: seed)
        group.append = { Self.append($0, to: $1) }
        group.silences = seed % 2 == 0
        try LabelledSimulationTests.run(group)
        #expect(LabelledSimulationTests.quiet(group), "seed \(seed) stands still")
        try group.checkOutputs()
        let isSame = try LabelledSimulationTests.state(group, 0) == LabelledSimulationTests.replayed(world, 0)
        #expect(isSame, "seed \(seed)")
        let decisions = try AdaptationStormTests.decisions(world)
        #expect(Set(decisions).count == decisions.count)
        #expect(decisions.contains { $0.hasSuffix("replay_done") }, "\(decisions)")
    }
}
