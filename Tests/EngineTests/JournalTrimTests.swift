import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing

@testable import Engine

/// What a journal holds about rows that are gone goes too, and what a restore needs never does; and a restore that lacks a part
/// of the newest snapshot takes the one before.
@Suite struct JournalTrimTests {
    /// Half the rows, then the rest in slow stretches: many snapshots.
    private static func run(_ seed: UInt64) throws -> (MemoryWorld, MemoryWorld.Life) {
        let stream = LabelledSessionTests.Stream(seed: seed, count: 2000)
        let world = try LabelledSessionTests.world(1, ticks: false)
        let life = world.life()
        world.giveAll(to: life)
        for row in stream.rows.indices {
            stream.append(row, to: world)
            if row % 10 == 9 { world.run(life, turns: 3) { false } }
        }
        world.run(life) { LabelledSessionTests.isAtEnd(world) }
        #expect(life.error == nil && LabelledSessionTests.isAtEnd(world))
        return (world, life)
    }

    private static func isSameAfterRestart(_ world: MemoryWorld, _ life: MemoryWorld.Life) -> Bool {
        let bytes = life.session.tasks[0]?.stateBytes()
        let next = world.life()
        world.giveAll(to: next)
        world.run(next) { next.session.tasks[0]?.isReady ?? false }
        return next.error == nil && next.session.tasks[0]?.stateBytes() == bytes
    }

    @Test func itBeginsWhereTheInputsBegin() throws {
        let (world, life) = try Self.run(51)
        let journal = world.topics.journal
        let half = TrimWatch.period / .milliseconds(20)
        // Nothing is gone: an evaluation could follow it all.
        world.run(life, turns: Int(half) + 100) { false }
        #expect(world.log.start(journal, 0) == 0)
        let marks = try #require(life.session.tasks[0]?.journalMarks)
        #expect(marks.count > 10)
        let mark = marks[marks.count / 2]
        world.log.trim("in", 0, before: mark.events)
        world.log.trim("labels", 0, before: mark.labels - 1)
        world.run(life, turns: Int(half) + 100) { false }
        let start = world.log.start(journal, 0)
        #expect(start > 0 && start <= mark.journal)
        #expect(life.session.tasks[0]?.journalMarks.allSatisfy { $0.journal > start } ?? false)
        let isSame = Self.isSameAfterRestart(world, life)
        #expect(isSame)
    }

    @Test func aMissingSegmentIsNotTheEnd() throws {
        let (world, life) = try Self.run(52)
        let records = try world.log.read(world.topics.state, 0, from: 0).records
        let last = records.last { String(decoding: $0.record.key ?? [], as: UTF8.self).hasPrefix("0/w/") }
        let lost = try #require(last?.offset)
        world.hidden = [lost]
        let isSame = Self.isSameAfterRestart(world, life)
        #expect(isSame)
        // Both snapshots.
        world.hidden = Set(
            records.filter { String(decoding: $0.record.key ?? [], as: UTF8.self).hasPrefix("0/w/") }.map(\.offset))
        let next = world.life()
        world.giveAll(to: next)
        world.run(next, turns: 2000) { false }
        #expect(next.error?.message.contains("of waiting events is missing in late-state") ?? false)
    }
}
