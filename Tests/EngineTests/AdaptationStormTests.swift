import MillraceTestKit
import OnlineLearning
import Testing
import Text
import Topology

@testable import Engine

/// Kills, losses, rebalances and aborts in the middle of stops, probations, recalls, replays and proposals: the same decisions, once
/// each, and the same state.
@Suite(.serialized) struct AdaptationStormTests {
    static let rows = 3000

    static func world(_ action: String) throws -> MemoryWorld {
        let more = """
            breaker: {window: 40, patience: 400}
            guards: [x0, x1]
            drift: [{detector: adwin, \(action)}]
            """
        return MemoryWorld(
            try PartitionTaskTests.topology(models: "m: gaussian_nb", more: more), partitions: 1)
    }

    /// Labels the wrong way round for 300 events, then a unit changed for 200, and from 1800 on the world turns round.
    static func append(_ row: Int, to world: MemoryWorld) {
        var text = String(decoding: PartitionTaskTests.records[row], as: UTF8.self)
        if (900..<1200).contains(row) || row >= 1800 {
            text = text.hasSuffix("1}") ? String(text.dropLast(2)) + "0}" : String(text.dropLast(2)) + "1}"
        }
        if (1400..<1600).contains(row) { text = text.replacing("\"x0\":0.", with: "\"x0\":9000.") }
        world.log.append(
            .init(value: Array(text.utf8), timestamp: 1_700_000_000_000), to: world.topics.input, 0)
    }

    /// What was decided, command answers left out: each with its event.
    static func decisions(_ world: MemoryWorld) throws -> [String] {
        try world.log.read(world.topics.decisions, 0, from: 0).records.compactMap { record in
            let json = try JSON(reading: String(decoding: record.record.value ?? [], as: UTF8.self))
            guard json["command"] == nil, let at = json["at"]?.count, let action = json["action"]?.string else {
                return nil
            }
            return "\(at) \(action)"
        }
    }

    static func storm(_ world: MemoryWorld, seed: UInt64, words: [String] = []) throws -> SimulationTests.Group {
        let group = SimulationTests.Group(world, members: 1 + Int(seed % 3), target: rows, seed: seed)
        group.append = { append($0, to: $1) }
        group.commands = !words.isEmpty
        group.words = words
        group.isRebalancing = true
        try SimulationTests.storm(group)
        return group
    }

    /// The life of a world that nothing disturbs, at its end, and its decisions.
    static func undisturbed(_ world: MemoryWorld) throws -> (life: MemoryWorld.Life, decisions: [String]) {
        for row in 0..<rows { append(row, to: world) }
        let life = world.life()
        world.giveAll(to: life)
        world.run(life, turns: 4000) { world.committed() == Int64(rows) }
        return (life, try decisions(world))
    }

    /// Kills and faults change neither decisions nor state.
    static func expectTheSame(
        _ world: MemoryWorld, as life: MemoryWorld.Life, _ expected: [String], seed: UInt64
    ) throws {
        let group = try storm(world, seed: seed)
        #expect(try decisions(world) == expected, "seed \(seed)")
        let state = group.members.compactMap { $0?.session.tasks[0]?.stateBytes() }.first
        let isSame = state == life.session.tasks[0]?.stateBytes()
        #expect(isSame, "seed \(seed)")
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func theSameDecisionsOnceEach(seed: UInt64) throws {
        let action = [
            "action: background", "action: recall", "action: background, approval: manual, approval_wait: 150",
            "action: {replay: {keep: 500, margin: 400, speed: 4}}",
        ][Int(seed % 4)]
        let calm = try Self.world(action)
        let (life, expected) = try Self.undisturbed(calm)
        let words = Set(expected.map { $0.split(separator: " ").last.map(String.init) ?? "" })
        #expect(words.isSuperset(of: ["learning_stopped", "learning_resumed"]), "\(expected)")
        #expect(!words.isDisjoint(with: ["retrain_swap", "denied"]), "\(expected)")

        let world = try Self.world(action)
        try Self.expectTheSame(world, as: life, expected, seed: seed)
    }

    /// Challengers of `tune` that come, go and answer, the same in every life.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func tuningIsTheSame(seed: UInt64) throws {
        func world() throws -> MemoryWorld {
            MemoryWorld(
                try PartitionTaskTests.topology(
                    models: "m: {logistic_regression: {learning_rate: 0.0001}}",
                    more: "tune: {lease: 60}\ndrift: [{detector: adwin, action: background}]"), partitions: 1)
        }
        let calm = try world()
        let (life, expected) = try Self.undisturbed(calm)
        #expect(expected.contains { $0.hasSuffix("switch") }, "\(expected)")
        #expect(expected.count { $0.hasSuffix("tune") } > 8, "\(expected)")

        let stormy = try world()
        try Self.expectTheSame(stormy, as: life, expected, seed: seed)
    }

    /// With operators who roll back, where something is kept and where nothing is: each command one answer.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func everyRollbackWhereItWasTaken(seed: UInt64) throws {
        let world = try Self.world(seed % 2 == 0 ? "action: background" : "action: recall")
        let group = try Self.storm(world, seed: seed, words: ["rollback", "unfreeze"])
        let state = group.members.compactMap { $0?.session.tasks[0]?.stateBytes() }.first
        let isSame = try state == TaskCommandTests.replayed(world, 0)
        #expect(isSame, "seed \(seed)")
        #expect(try world.answers(0).count == Int(world.log.end(world.topics.control, 0)))
    }

    /// With operators who approve and deny: the journal and the input give the same state, and each command one answer.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func everyVerdictWhereItWasTaken(seed: UInt64) throws {
        let world = try Self.world("action: background, approval: manual, approval_wait: 400")
        let group = try Self.storm(world, seed: seed, words: ["approve", "deny", "unfreeze"])
        let state = group.members.compactMap { $0?.session.tasks[0]?.stateBytes() }.first
        let isSame = try state == TaskCommandTests.replayed(world, 0)
        #expect(isSame, "seed \(seed)")
        #expect(try world.answers(0).count == Int(world.log.end(world.topics.control, 0)))
    }
}
