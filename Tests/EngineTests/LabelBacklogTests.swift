import MillraceTestKit
import OnlineLearning
import Testing

@testable import Engine

/// The labels' leader is away for up to seventy seconds, ten times as long as an event waits; then producers come back one
/// after the other and bring what they kept in batches with pauses between them, and live labels behind it.
@Suite struct LabelBacklogTests {
    private static let within = 6000
    private static let turn = 20

    /// One that keeps its labels while it cannot deliver them.
    private struct Producer {
        var rows: [(time: Int, id: Int, line: String)] = []
        /// When it delivers next.
        var next = 0
        var batch = 1000
        var pause = 0

        /// What it delivers now.
        mutating func deliver(at now: Int) -> [(id: Int, line: String)] {
            guard now >= next else { return [] }
            let due = rows.prefix { $0.time <= now }.prefix(batch)
            rows.removeFirst(due.count)
            if rows.first.map({ $0.time <= now }) ?? false { next = now + pause }
            return due.map { ($0.id, $0.line) }
        }

        mutating func add(_ id: Int, _ time: Int, _ value: String, of name: String? = nil) {
            let line = "{\"of\":\"\(name ?? "e\(id)")\",\"known\":\(time),\"y\":\"\(value)\"}"
            let place = rows.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
            rows.insert((time, id, line), at: place)
        }
    }

    private final class Stage {
        let world: MemoryWorld
        private var life: MemoryWorld.Life
        private let random: CounterRandom
        private var producers = [Producer(), Producer()]
        private var now = 0
        private var events = 0
        private(set) var expected = LabelCounts()
        private var seen: [Int32: (events: Int, at: Int)] = [:]
        private(set) var longestPause = 0
        private var isAway = false

        init(_ seed: UInt64) throws {
            var rules = LabelledEvaluationTests.Rules(timeout: "negative", within: LabelBacklogTests.within)
            rules.lateWithin = LabelBacklogTests.within
            world = MemoryWorld(try LabelledEvaluationTests.topology(rules), partitions: 1 + Int(seed % 2))
            random = CounterRandom(seed: seed, component: 3, task: 0)
            life = world.life()
            world.giveAll(to: life)
        }

        func draw(_ place: UInt64, _ below: Int) -> Int {
            Int(random.bits(event: UInt64(events), draw: place) % UInt64(below))
        }

        private func append(_ line: String, to topic: String, _ id: Int) {
            world.log.append(
                .init(value: Array(line.utf8), timestamp: 1_700_000_000_000), to: topic, Int32(id % world.partitions))
        }

        private func label(_ id: Int) {
            let known = now + draw(1, 2500), producer = draw(2, 2)
            func add(_ time: Int, _ value: String, of name: String? = nil) {
                producers[producer].add(id, time, value, of: name)
            }
            switch id % 10 {
            case 0: return expected.timedOut += 1
            case 1:
                add(known + 200, "fraud")
                expected.duplicate += 1
            case 2:
                add(known + 200, "honest")
                expected.conflict += 1
            case 3:
                add(known, "fraud", of: "nobody \(id)")
                expected.early += 1
                expected.orphan += 1
            default: break
            }
            add(known, "fraud")
            expected.matched += 1
        }

        /// So many milliseconds.
        func goOn(_ span: Int, scores: Bool = true) {
            for _ in 0..<span / LabelBacklogTests.turn {
                now += LabelBacklogTests.turn
                if scores {
                    append("{\"id\":\"e\(events)\",\"t\":\(now),\"a\":1,\"b\":2}", to: "in", events)
                    label(events)
                    events += 1
                }
                for index in producers.indices where !isAway {
                    for row in producers[index].deliver(at: now) { append(row.line, to: "labels", row.id) }
                }
                world.run(life, turns: 1) { false }
                look()
            }
        }

        private func look() {
            for partition in world.all {
                let count = Int(life.session.tasks[partition]?.position ?? 0)
                if count > seen[partition]?.events ?? -1 || count == world.log.end("in", partition) {
                    seen[partition] = (count, now)
                }
                longestPause = max(longestPause, now - (seen[partition]?.at ?? now))
            }
        }

        func leave() {
            isAway = true
            world.unreachable = ["labels"]
            life.group.silent = ["labels"]
        }

        func comeBack() {
            isAway = false
            world.unreachable = []
            life.group.silent = []
            for index in producers.indices {
                producers[index].next = now + draw(UInt64(10 + index), 10_000)
                producers[index].batch = 40 + draw(UInt64(20 + index), 200)
                producers[index].pause = 100 + draw(UInt64(30 + index), 400)
            }
        }

        /// Killed and started again at once.
        func restart() {
            life = world.life()
            life.group.silent = isAway ? ["labels"] : []
            world.giveAll(to: life)
            // What it has learned is learned again first.
            for partition in world.all { seen[partition] = (-1, now + 2000) }
        }

        /// Everything is due, but for one event in each partition.
        func finish() {
            goOn(2 * LabelBacklogTests.within, scores: false)
            for _ in 0..<2 {
                now += 3_600_000
                for partition in 0..<world.partitions {
                    append("{\"id\":\"last \(now)\",\"t\":\(now),\"a\":1,\"b\":2}", to: "in", partition)
                }
                goOn(1000, scores: false)
            }
            expected.timedOut += UInt64(world.partitions)
        }

        var learners: [LabelledPipeline] { world.all.compactMap { life.session.tasks[$0]?.labels?.learner } }

        var isLikeARestart: Bool {
            let bytes = world.all.map { life.session.tasks[$0]?.stateBytes() }
            restart()
            world.run(life) { world.all.allSatisfy { life.session.tasks[$0]?.isReady ?? false } }
            return life.error == nil && bytes == world.all.map { life.session.tasks[$0]?.stateBytes() }
        }
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>) func everyCountIsWhatItMustBe(seed: UInt64) throws {
        let stage = try Stage(seed)
        stage.goOn(8000)
        stage.leave()
        let outage = 10_000 + stage.draw(50, 60_000)
        if seed % 3 == 0 {
            stage.goOn(outage / 2)
            stage.restart()
            stage.goOn(outage / 2)
        } else {
            stage.goOn(outage)
        }
        stage.comeBack()
        if seed % 4 == 0 {
            stage.goOn(stage.draw(51, 14_000))
            stage.restart()
        }
        stage.goOn(60_000)
        #expect(stage.learners.allSatisfy { $0.hold == .none })
        stage.finish()
        var counts = LabelCounts()
        for learner in stage.learners {
            counts.matched += learner.counts.matched
            counts.early += learner.counts.early
            counts.orphan += learner.counts.orphan
            counts.duplicate += learner.counts.duplicate
            counts.conflict += learner.counts.conflict
            counts.timedOut += learner.counts.timedOut
            counts.late += learner.counts.late
        }
        #expect(counts == stage.expected)
        #expect(stage.longestPause <= 1000)
        let isSame = stage.isLikeARestart
        #expect(isSame)
    }
}
