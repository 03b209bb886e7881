import MillraceTestKit
import Testing

@testable import OnlineLearning

/// Labels by themselves through the join and the pipeline: the bits of labels in their events, corrections, snapshots.
@Suite struct LabelledPipelineTests {
    static let plan = PipelinePlan(
        schema: Schema([Feature("a", .numeric), Feature("b", .numeric)]), task: .binary, classes: ["no", "yes"],
        models: [
            ModelPlan(name: "linear", component: component("logistic_regression", .classifier)),
            ModelPlan(name: "bayes", component: component("gaussian_nb", .classifier)),
        ],
        drift: [
            DriftPlan(
                detector: component("adwin", .detector), signal: .error, action: component("background", .action))
        ])

    static func key(_ row: Int) -> EventKey { EventKey(high: 7, low: UInt64(row)) }

    /// A concept that turns in the middle.
    static func fill(_ event: Event, _ row: Int) -> Int32 {
        let random = CounterRandom(seed: 3, component: 1, task: 0)
        let a = random.uniform(event: UInt64(row), draw: 0), b = random.uniform(event: UInt64(row), draw: 1)
        event.slots[0] = a
        event.slots[1] = b
        return (a + b > 1 ? 1 : 0) ^ (row > 1500 ? 1 : 0)
    }

    static func bytes(_ part: some Snapshottable) -> [UInt8] {
        var writer = SnapshotWriter()
        part.write(to: &writer)
        return writer.bytes
    }

    /// Under every policy, with baselines in a model's place, for classes and numbers.
    @Test(arguments: LateLabelTests.plans.indices)
    func aLabelWithoutDelayGivesTheBitsOfALabelInItsEvent(_ index: Int) {
        let plan = LateLabelTests.plans[index]
        let plain = Pipeline(plan: plan)
        let learner = LabelledPipeline(plan: plan, rules: LabelRules(within: 1000), memory: 64 << 20)
        let event = Event(width: plan.schema.width)
        var labels = 0
        for (at, row) in LateLabelTests.rows(plan).enumerated() where row.label.isKnown {
            for (slot, value) in row.slots.enumerated() { event.slots[slot] = value }
            event.label = row.label.value
            let expected = plain.step(.event(event)).notices
            let time = Int64(at) * 10
            while learner.nextTimeout(before: time) != nil {}
            for (slot, value) in row.slots.enumerated() { event.slots[slot] = value }
            let notices =
                learner.score(event, Self.key(at), time: time).notices
                + learner.learn(Self.key(at), row.label.value, time: time).notices
            if "\(notices)" != "\(expected)" { Issue.record("other notices at \(at): \(notices), not \(expected)") }
            labels += 1
        }
        #expect(plain.rollingDigest == learner.pipeline.rollingDigest)
        let isSame = Self.bytes(plain) == Self.bytes(learner.pipeline)
        #expect(isSame)
        #expect(learner.counts.matched == UInt64(labels) && learner.waiting == 0 && learner.joinRatio == 1)
        // Both metrics say the same of the same outcomes.
        let values = learner.byEventTime.values(of: learner.byEventTime.total)
        for (name, value) in values {
            guard let value else { continue }
            let arrival = plain.report().cumulative.first { $0.name == name }!.value!
            #expect(abs(arrival - value) < 1e-9, "\(name)")
        }
        #expect(learner.byEventTime.total.labelled == UInt64(labels))
    }

    /// Segments, and their rows one by one.
    final class Disk: RowStore {
        var segments: [UInt32: LabelSegment] = [:]
        private(set) var reads = 0
        private(set) var written = 0

        func read(segment: UInt32, item: UInt16, into row: UnsafeMutableRawBufferPointer) -> Bool {
            var isFound = false
            segments[segment]?.forEachRows(1) { number, bytes in
                guard number == item else { return }
                row.copyMemory(from: bytes)
                isFound = true
            }
            reads += 1
            return isFound
        }

        /// What comes back after what was new is stored: from the disk with rows on it, or with all of them in memory.
        func restored(
            _ learner: LabelledPipeline, hasDisk: Bool, _ make: () -> LabelledPipeline
        ) throws -> LabelledPipeline {
            let (sealed, deleted) = learner.seal(at: 7)
            written += sealed.count
            for segment in sealed { segments[segment.number] = segment }
            var writer = SnapshotWriter()
            learner.write(to: &writer)
            learner.writeStorage(to: &writer)
            for number in deleted { segments[number] = nil }
            let fresh = make()
            if hasDisk { fresh.keepRows(in: self) }
            var reader = SnapshotReader(writer.bytes)
            try fresh.read(from: &reader)
            try fresh.readStorage(from: &reader)
            #expect(reader.remaining == 0)
            for wanted in fresh.segments {
                let segment = try #require(segments[wanted.number])
                #expect(segment.hash == wanted.hash && wanted.place == 7 && segment.bytes.count <= 512 << 10)
                if hasDisk { try fresh.takeIndex(segment.index, of: wanted.number) } else { try fresh.take(segment) }
            }
            try fresh.checkSegments()
            #expect(fresh.newBytes == 0 && (hasDisk || fresh.onDisk == 0))
            return fresh
        }
    }

    /// Events and labels of every kind in a random order of times; after each stretch the state is stored and taken back.
    @Test(arguments: 0..<12) func comesBackFromItsBytesAndGoesOnTheSame(seed: UInt64) throws {
        let rules = LabelRules(
            within: 300, lateWithin: 200, onTimeout: seed % 2 == 0 ? .drop : .learn(Label(classIndex: 0)),
            onLate: seed % 3 == 0 ? .ignore : .correct, onDuplicate: seed % 5 < 3 ? .first : .last)
        func make() -> LabelledPipeline {
            LabelledPipeline(plan: Self.plan, rules: rules, memory: seed == 11 ? 1 << 14 : 64 << 20, period: 1000)
        }
        let calm = make()
        var broken = make()
        let disk = Disk()
        let event = Event(width: 2)
        let random = CounterRandom(seed: seed, component: 4, task: 0)
        var clock: Int64 = 0
        var row = 0
        for step in 0..<UInt64(2500) {
            func draw(_ place: UInt64, _ below: UInt64) -> Int { Int(random.bits(event: step, draw: place) % below) }
            clock += Int64(draw(0, 8))
            let isEvent = draw(1, 2) == 0
            let id = max(0, row - draw(2, 60))
            for learner in [calm, broken] {
                while learner.nextTimeout(before: clock) != nil {}
                if isEvent {
                    _ = Self.fill(event, row)
                    _ = learner.score(event, Self.key(draw(3, 20) == 0 ? id : row), time: clock - Int64(draw(4, 30)))
                    _ = learner.matchEarly()
                } else {
                    let label: LabelValue = draw(5, 12) == 0 ? .none : .index(Int32(draw(6, 2)))
                    _ = learner.learn(Self.key(draw(7, 15) == 0 ? row + 5 : id), label, time: clock)
                }
                if step % 401 == 400 { learner.hold(step % 802 == 400 ? .all : step % 1203 == 400 ? .byLabels : .none) }
                if step % 777 == 0 { learner.tick(clock + 50) }
            }
            if isEvent { row += 1 }
            if step % 97 == 0 {
                let bytes = Self.bytes(broken)
                // Not the bytes themselves: a failure would print them.
                let isSame = bytes == Self.bytes(calm)
                #expect(isSame, "step \(step)")
                #expect(broken.digest == calm.digest)
                broken = try disk.restored(broken, hasDisk: seed % 2 == 1, make)
                let isBack = Self.bytes(broken) == bytes
                #expect(isBack, "step \(step)")
            }
        }
        let isSame = Self.bytes(broken) == Self.bytes(calm)
        #expect(isSame)
        #expect(calm.counts.matched > 100)
        #expect(seed % 2 == 0 || seed == 11 || disk.reads > 100, "\(disk.reads) rows were read back")
        print("segments: \(disk.segments.count) kept, \(disk.written) written, \(disk.reads) rows read back")
        #expect(seed == 11 ? calm.counts.dropped > 0 : calm.counts.timedOut > 10)
    }

    /// What is held longer than periods stay open is taken back where it was counted.
    @Test func aCorrectionDuringALongHoldIsCountedOnce() {
        let rules = LabelRules(within: 10, lateWithin: 10, onDuplicate: .last)
        let learner = LabelledPipeline(plan: Self.plan, rules: rules, memory: 1 << 20, period: 5)
        let event = Event(width: 2)
        func learnAll(_ label: Int32) {
            for row in 0..<20 { _ = learner.learn(Self.key(row), .index(label), time: Int64(row)) }
        }
        for row in 0..<20 {
            _ = Self.fill(event, row)
            _ = learner.score(event, Self.key(row), time: Int64(row % 5))
        }
        learnAll(1)
        learner.hold(.all)
        while learner.nextTimeout(before: 1000) != nil {}
        learnAll(0)
        learner.hold(.none)
        while learner.nextTimeout(before: 1000) != nil {}
        let total = learner.byEventTime.total
        #expect(total.events == 20 && total.labelled == 20 && total.right <= 20 && learner.counts.corrected == 20)
    }

    /// A correction reaches the models, and neither metrics nor detectors.
    @Test func aCorrectionIsLearnedAndNotScored() {
        let rules = LabelRules(within: 10, onTimeout: .learn(Label(classIndex: 0)))
        let learner = LabelledPipeline(plan: Self.plan, rules: rules, memory: 1 << 20)
        let event = Event(width: 2)
        for row in 0..<50 {
            _ = Self.fill(event, row)
            _ = learner.score(event, Self.key(row), time: 0)
        }
        while learner.nextTimeout(before: 11) != nil {}
        #expect(learner.pipeline.labelled == 50 && learner.byEventTime.total.labelled == 50)
        let before = learner.pipeline.report(), state = Self.bytes(learner.pipeline)
        let wrong = learner.byEventTime.total.labelled - learner.byEventTime.total.right
        for row in 0..<50 { _ = learner.learn(Self.key(row), .index(1), time: 12) }
        let after = learner.pipeline.report()
        #expect(after.labelled == 50 && after.cumulative.map(\.value) == before.cumulative.map(\.value))
        let hasLearned = Self.bytes(learner.pipeline) != state
        #expect(hasLearned && learner.counts.late == 50)
        // By event time the guess is taken back: what was right is wrong, and the reverse.
        #expect(learner.byEventTime.total.labelled == 50 && learner.byEventTime.total.right == wrong)
        // The timeout's own guess counts as no delay; late labels do.
        #expect(learner.delays.count == 50 && learner.delays.quantile(0.5) >= 12)
    }

    @Test func whatDoesNotFitIsDroppedLoudly() {
        let learner = LabelledPipeline(plan: Self.plan, rules: LabelRules(within: 1_000_000), memory: 100_000)
        let event = Event(width: 2)
        for row in 0..<5000 {
            _ = Self.fill(event, row)
            _ = learner.score(event, Self.key(row), time: Int64(row))
        }
        #expect(learner.counts.dropped > 4000)
        #expect(learner.waiting + Int(learner.counts.dropped) == 5000)
        // The latest are those that wait.
        _ = learner.learn(Self.key(4999), .index(1), time: 5000)
        #expect(learner.counts.matched == 1)
    }

    @Test func delaysAreQuantilesUpToAnEighth() {
        var delays = LabelDelays()
        for delay in 1...1000 { delays.add(Int64(delay) * 1000) }
        for share in [0.1, 0.5, 0.9, 0.99] {
            let found = delays.quantile(share), exact = share * 1_000_000
            #expect(found >= exact && found <= exact * 1.126, "\(share): \(found)")
        }
        #expect(LabelDelays().quantile(0.5).isNaN)
        delays.add(.max)
        delays.add(-5)
        #expect(delays.count == 1002 && delays.count(upTo: .max) == 1002)
    }
}
