import EventFormats
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// A worker whose labels come in a topic of their own, on a log in memory.
@Suite(.serialized) struct LabelledSessionTests {
    /// Rows of both topics in the order in which they were written.
    struct Stream {
        var rows: [(topic: Int, key: String, value: [UInt8])] = []
        var events: [String] = []
        var labels: [String] = []

        init(seed: UInt64, count: Int) {
            let (events, labels) = LabelledEvaluationTests.stream(seed, count: count)
            self.events = LabelledEvaluationTests.lines(events: events)
            self.labels = LabelledEvaluationTests.lines(labels: labels)
            var next = 0
            for (row, line) in zip(events, self.events) {
                while next < labels.count, labels[next].time <= row.time { addLabel(labels[next].id, next, &next) }
                rows.append((0, row.id, Array(line.utf8)))
            }
            while next < labels.count { addLabel(labels[next].id, next, &next) }
        }

        private mutating func addLabel(_ id: String, _ index: Int, _ next: inout Int) {
            rows.append((1, id, Array(labels[index].utf8)))
            next = index + 1
        }

        func append(_ row: Int, to world: MemoryWorld) {
            let row = rows[row]
            let partition = Int32(StableHash.of(row.key) % UInt64(world.partitions))
            world.log.append(
                .init(key: Array(row.key.utf8), value: row.value, timestamp: 1_700_000_000_000),
                to: world.topics.inputs[row.topic], partition)
        }
    }

    static let rules = LabelledEvaluationTests.Rules(timeout: "negative", duplicate: "last")

    /// - Parameters:
    ///   - ticks: a silence of half a minute lets the event time go on.
    ///   - remembers: for how many milliseconds closed events are remembered.
    static func world(
        _ partitions: Int = 1, _ stream: Stream? = nil, ticks: Bool = true, remembers: Int = 300
    ) throws -> MemoryWorld {
        var rules = Self.rules
        rules.lateWithin = remembers
        if !ticks { rules.idle = "24h" }
        let world = MemoryWorld(try LabelledEvaluationTests.topology(rules), partitions: partitions)
        if let stream { for row in stream.rows.indices { stream.append(row, to: world) } }
        return world
    }

    static func committed(_ world: MemoryWorld, _ topic: Int, _ partition: Int32 = 0) -> Int64 {
        world.log.committed(world.topics.group, world.topics.inputs[topic], partition)?.offset ?? -1
    }

    static func isAtEnd(_ world: MemoryWorld) -> Bool {
        world.all.allSatisfy { partition in
            [0, 1].allSatisfy {
                committed(world, $0, partition) == world.log.end(world.topics.inputs[$0], partition)
            }
        }
    }

    static func events(_ world: MemoryWorld, _ partition: Int32 = 0) throws -> [Int64] {
        try world.log.read(world.topics.input, partition, from: 0).records.map(\.offset)
    }

    /// The same rows from files: the same bytes.
    @Test func filledBeforehandItGivesTheBitsOfAnEvaluation() throws {
        let stream = Stream(seed: 4, count: 1500)
        let world = try Self.world(1, stream)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { Self.isAtEnd(world) }
        #expect(life.error == nil && Self.isAtEnd(world))
        #expect(try world.predicted() == Self.events(world))
        let result = try LabelledEvaluationTests.evaluate(world.topology, stream.events, stream.labels)
        let task = try #require(life.session.tasks[0])
        #expect(SHA256.hex(task.stateBytes()) == result.digest)
        let figures = try #require(result.labels)
        #expect(task.labels?.learner.counts == figures.counts && task.labels?.learner.waiting == figures.waiting)
        #expect(task.labels?.learner.counts.matched ?? 0 > 500)
    }

    /// Killed after any number of turns and started again: the predictions and the state of an undisturbed run.
    @Test(arguments: [1, 2, 4, 7, 12, 20, 33]) func comesBackAfterAKill(turns: Int) throws {
        let stream = Stream(seed: 5, count: 3000)
        let calm = try Self.world(1, stream)
        let undisturbed = calm.life()
        calm.giveAll(to: undisturbed)
        calm.run(undisturbed) { Self.isAtEnd(calm) }
        let world = try Self.world(1, stream)
        var replayed: UInt64 = 0
        for life in 0..<4 {
            let life = world.life(interval: .milliseconds(20 + 30 * life))
            world.giveAll(to: life)
            world.run(life, turns: turns) { false }
            #expect(life.error == nil, "\(String(describing: life.error))")
            replayed += life.session.tasks[0]?.counters.replayed ?? 0
        }
        let last = world.life()
        world.giveAll(to: last)
        world.run(last) { Self.isAtEnd(world) && last.session.tasks[0]?.isReady ?? false }
        #expect(last.error == nil)
        #expect(try world.predicted() == Self.events(world))
        let isSame = last.session.tasks[0]?.stateBytes() == undisturbed.session.tasks[0]?.stateBytes()
        #expect(isSame)
        print("replayed \(replayed) rows with \(turns) turns a life")
    }

    /// Labels that do not come stop neither scoring nor the commits; no time runs out meanwhile; then nothing is lost.
    @Test func cutLabelsStopLearningAndNotScoring() throws {
        let world = try Self.world(1)
        let stream = Stream(seed: 6, count: 800)
        let life = world.life()
        life.group.silent = ["labels"]
        world.giveAll(to: life)
        for row in stream.rows.indices { stream.append(row, to: world) }
        // The wait is over after half a second.
        world.run(life, turns: 20) { false }
        #expect(Self.committed(world, 0) < 800)
        world.run(life, turns: 60) { false }
        #expect(try world.predicted() == Self.events(world))
        let labels = try #require(life.session.tasks[0]?.labels)
        #expect(Self.committed(world, 1) == 0 && labels.learner.labels == 0)
        #expect(labels.learner.hold == .all && labels.learner.counts.timedOut == 0)
        life.group.silent = []
        world.run(life) { Self.isAtEnd(world) }
        #expect(Self.isAtEnd(world) && labels.learner.hold == .none)
        #expect(labels.learner.labels == UInt64(stream.labels.count))
        #expect(labels.learner.counts.matched > 500)
        // A later life learns it all again in the same order.
        let bytes = life.session.tasks[0]?.stateBytes()
        let next = world.life()
        world.giveAll(to: next)
        world.run(next) { next.session.tasks[0]?.isReady ?? false }
        let isSame = next.session.tasks[0]?.stateBytes() == bytes
        #expect(isSame && next.error == nil)
    }

    /// After so long without a row the event time goes on with the clock; a later life takes it from the journal.
    @Test func silenceLetsTimeGoOn() throws {
        let world = try Self.world(1)
        for row in 0..<20 {
            let line = "{\"id\":\"e\(row)\",\"t\":\(row),\"a\":1,\"b\":2}"
            world.log.append(
                .init(value: Array(line.utf8), timestamp: 1_700_000_000_000), to: world.topics.input, 0)
        }
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { Self.isAtEnd(world) }
        let labels = try #require(life.session.tasks[0]?.labels)
        world.run(life, turns: 25 * 50) { false }
        #expect(labels.learner.counts.timedOut == 0 && labels.learner.clock == 19)
        world.run(life, turns: 7 * 50) { labels.learner.counts.timedOut > 0 }
        #expect(labels.learner.counts.timedOut == 20)
        let ticked = labels.learner.clock
        #expect(ticked >= 30_000 && ticked < 31_100)
        world.run(life, turns: 20) { false }
        let next = world.life()
        world.giveAll(to: next)
        world.run(next) { next.session.tasks[0]?.isReady ?? false }
        #expect(next.session.tasks[0]?.labels?.learner.clock == ticked)
        let isSame = next.session.tasks[0]?.stateBytes() == life.session.tasks[0]?.stateBytes()
        #expect(isSame && next.error == nil)
    }

    /// Also in a life that has read nothing yet.
    @Test func silenceLetsTimeGoOnAfterARestart() throws {
        let world = try Self.world(1)
        let line = "{\"id\":\"e\",\"t\":1,\"a\":1,\"b\":2}"
        world.log.append(.init(value: Array(line.utf8), timestamp: 1_700_000_000_000), to: world.topics.input, 0)
        let first = world.life()
        world.giveAll(to: first)
        world.run(first) { Self.isAtEnd(world) }
        let next = world.life()
        world.giveAll(to: next)
        world.run(next, turns: 29 * 50) { false }
        #expect(next.session.tasks[0]?.labels?.learner.counts.timedOut == 0)
        world.run(next, turns: 3 * 50) { false }
        #expect(next.session.tasks[0]?.labels?.learner.counts.timedOut == 1 && next.error == nil)
    }

    /// At the end of both inputs it stops, and when it is started again there at once.
    @Test func stopsAtTheEndOfBothInputs() throws {
        let stream = Stream(seed: 7, count: 400)
        let world = try Self.world(2, stream)
        func ends() -> EndOffsets {
            func of(_ topic: Int) -> [Int32: Int64] {
                Dictionary(
                    uniqueKeysWithValues: world.all.map { ($0, world.log.end(world.topics.inputs[topic], $0)) })
            }
            return EndOffsets(of(0), labels: of(1))
        }
        for _ in 0..<2 {
            let life = world.life(ends: ends())
            world.giveAll(to: life)
            world.run(life) { false }
            #expect(life.isOver && life.error == nil && Self.isAtEnd(world))
        }
    }

    /// What waits and is remembered takes several transactions to store: an end takes its time for that.
    @Test func anEndStoresALargeState() throws {
        let stream = Stream(seed: 8, count: 25_000)
        let world = try Self.world(1, stream, remembers: 3_600_000)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { Self.isAtEnd(world) }
        let bytes = try #require(life.session.tasks[0]?.stateBytes())
        let stored = { try world.log.read(world.topics.state, 0, from: 0).records.compactMap(\.record.value) }
        life.stop.request()
        world.run(life) { false }
        #expect(life.isOver && life.error == nil)
        #expect(try stored().reduce(0) { $0 + $1.count } > SnapshotSchedule.fits)
        let next = world.life()
        world.giveAll(to: next)
        world.run(next) { next.session.tasks[0]?.isReady ?? false }
        #expect(next.session.tasks[0]?.counters.replayed == 0 && next.error == nil)
        let isSame = next.session.tasks[0]?.stateBytes() == bytes
        #expect(isSame)
    }

    @Test func badLabelsAreDeadLettersOfTheirTopic() throws {
        let world = try Self.world(1)
        for value in ["{\"of\":\"a\",\"known\":1,\"y\":\"theft\"}", "{\"known\":1}", "no"] {
            world.log.append(.init(value: Array(value.utf8), timestamp: 5), to: "labels", 0)
        }
        world.log.append(.init(value: Array("{\"t\":1}".utf8), timestamp: 5), to: world.topics.input, 0)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { Self.isAtEnd(world) }
        let letters = try world.log.read(world.topics.deadLetters, 0, from: 0).records
        let codes = letters.map { letter in
            [("topic"), ("code")].map { name in
                letter.record.headers.first { $0.0 == "millrace.error.\(name)" }?.1.map {
                    String(decoding: $0, as: UTF8.self)
                } ?? ""
            }.joined(separator: " ")
        }
        #expect(
            codes.sorted() == ["in missing_id", "labels broken_json", "labels missing_id", "labels unknown_class"])
        #expect(life.error == nil)
    }

    /// Every label in another partition than its event, or ids that are nobody's: named within a thousand labels.
    @Test(arguments: [true, false]) func labelsThatFindNoEventAreNamed(areElsewhere: Bool) throws {
        let world = try Self.world(2)
        for row in 0..<2100 {
            let partition = Int32(row % 2)
            let event = "{\"id\":\"e\(row)\",\"t\":\(row),\"a\":1,\"b\":2}"
            let label = "{\"of\":\"\(areElsewhere ? "e" : "x")\(row)\",\"known\":\(row),\"y\":\"fraud\"}"
            let time: Int64 = 1_700_000_000_000
            world.log.append(.init(value: Array(event.utf8), timestamp: time), to: world.topics.input, partition)
            world.log.append(.init(value: Array(label.utf8), timestamp: time), to: "labels", 1 - partition)
        }
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { Self.isAtEnd(world) }
        let faults = world.all.compactMap { life.session.tasks[$0]?.labels?.joins.fault }
        #expect(faults.count == 2)
        let words = areElsewhere ? "have their event in another partition" : "almost no label finds its event"
        #expect(faults.contains { $0.contains(words) } && faults.allSatisfy { $0.contains("one partitioner") })
    }

    @Test func aGateWaitsOnceAndNotAtTheEnd() {
        let clock = ManualClock()
        var gate = LaneGate()
        func isAwaited() -> Bool { gate.isAwaited(at: clock.now, patience: .milliseconds(500)) }
        #expect(isAwaited() && !gate.isCut)
        clock.advance(by: .milliseconds(499))
        #expect(isAwaited())
        gate.sawRecord()
        #expect(isAwaited())
        clock.advance(by: .milliseconds(500))
        #expect(!isAwaited() && gate.isCut)
        // Cut, it is not waited for again, and a record alone does not make it level.
        gate.sawRecord()
        #expect(!isAwaited() && gate.isCut)
        gate.sawEnd(at: clock.now)
        #expect(!isAwaited() && !gate.isCut && gate.isAtEnd)
    }

    /// What producers kept while a leader was away comes some seconds after it is back.
    @Test func anEndTellsNothingWhileProducersComeBack() {
        let clock = ManualClock()
        var gate = LaneGate()
        gate.lostLeader()
        gate.sawEnd(at: clock.now)
        clock.advance(by: LaneGate.silence - .milliseconds(1))
        gate.sawEnd(at: clock.now)
        #expect(!gate.isAtEnd)
        // An end between two batches.
        gate.sawRecord()
        gate.sawEnd(at: clock.now)
        clock.advance(by: .milliseconds(1))
        gate.sawEnd(at: clock.now)
        #expect(!gate.isAtEnd)
        clock.advance(by: LaneGate.silence)
        gate.sawEnd(at: clock.now)
        #expect(gate.isAtEnd)
    }

    /// Being level counts once the other producers are back too.
    @Test func levelWithinTheGraceIsNotTheEndOfAnOutage() {
        let clock = ManualClock()
        var gate = LaneGate.held()
        #expect(gate.isCut && gate.hold(at: clock.now) == .all)
        gate.sawRecord()
        gate.look(at: clock.now)
        gate.isLevel(at: clock.now)
        clock.advance(by: LaneGate.grace - .milliseconds(1))
        #expect(gate.hold(at: clock.now) == .all)
        clock.advance(by: .milliseconds(1))
        #expect(gate.hold(at: clock.now) == .byLabels)
        // Another producer is back, and not level yet.
        gate.sawStraggler(at: clock.now)
        gate.isLevel(at: clock.now)
        #expect(gate.hold(at: clock.now) == .all)
        clock.advance(by: LaneGate.calm)
        #expect(gate.hold(at: clock.now) == .byLabels)
        gate.isLevel(at: clock.now)
        #expect(!gate.isCut && gate.hold(at: clock.now) == .none)
    }

    @Test func aSplitTaskIsRefused() throws {
        let world = try Self.world(2)
        let life = world.life()
        life.group.tell(.split([1]))
        world.run(life, turns: 3) { false }
        #expect(life.error?.isTransient == true)
        #expect(life.error?.message.contains("partitions 1 of in and labels") == true)
    }

    /// Offsets of one input that somebody set, or metadata that do not belong together.
    @Test(arguments: [0, 1]) func offsetsThatDoNotBelongTogetherAreRefused(topic: Int) throws {
        let stream = Stream(seed: 4, count: 200)
        let world = try Self.world(1, stream)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { Self.isAtEnd(world) }
        let name = world.topics.inputs[topic]
        var found = try #require(world.log.committed(world.topics.group, name, 0))
        found.offset -= 3
        world.log.setCommitted(found, world.topics.group, name, 0)
        let next = world.life()
        world.giveAll(to: next)
        world.run(next, turns: 20) { false }
        #expect(next.error?.message.contains("were offsets copied here") == true, "\(String(describing: next.error))")
    }

    @Test func theJournalReadsBackAndRefusesDamage() throws {
        var journal = Journal(last: 4)
        for row in 0..<300 { journal.took(row % 7 < 3 ? .events : .labels, Int64(row)) }
        journal.note(.hold(.all))
        journal.note(.hold(.byLabels))
        journal.crashed(.labels, 400)
        journal.note(.tick(-77))
        journal.note(.hold(.none))
        let entries = journal.entries
        let sealed = journal.seal(sequence: 9, events: 300, labels: 401)
        let bytes = try #require(sealed)
        let nothing = journal.seal(sequence: 10, events: 0, labels: 0)
        #expect(journal.isEmpty && journal.last == 9 && nothing == nil)
        let record = try JournalRecord(decoding: bytes)
        #expect(record.sequence == 9 && record.previous == 4 && record.events == 300 && record.labels == 401)
        #expect(record.entries == entries && record.encoded == bytes)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            #expect(throws: SnapshotError.self) { try JournalRecord(decoding: damaged) }
        }
        for count in 0..<bytes.count {
            #expect(throws: SnapshotError.self) { try JournalRecord(decoding: Array(bytes.prefix(count))) }
        }
    }

    @Test func metadataOfTwoInputsBelongToBothOffsets() throws {
        var metadata = OffsetMetadata()
        (metadata.sequence, metadata.events, metadata.journal, metadata.journalLowerBound) = (9, 70, 8, 123)
        metadata.carried = 3
        var place = OffsetMetadata.Place(
            cluster: "c", topic: "in", partition: 1, offset: 100, labels: .init(topic: "labels", offset: 40))
        let bytes = metadata.encoded(for: place)
        #expect(bytes.count <= 256)
        #expect(try OffsetMetadata(encoded: bytes, for: place) == metadata)
        place.labels?.offset = 41
        #expect(throws: OffsetMetadata.Refusal.otherPlace) { try OffsetMetadata(encoded: bytes, for: place) }
        place.labels = nil
        #expect(throws: OffsetMetadata.Refusal.otherInputs(true)) { try OffsetMetadata(encoded: bytes, for: place) }
    }
}
