import OnlineLearning
import Testing

/// An answer is a value: kept, stored and scored when the label comes.
@Suite struct LateLabelTests {
    /// Every policy, the baselines in a model's place, features watched, transforms of a model's own.
    static let plans: [PipelinePlan] =
        PipelineSnapshotTests.plans + [
            toyPlan(
                models: ["gaussian_nb", "majority"], signal: .feature("a"),
                action: component("reset", .action, ["min_train": .integer(0), "cool_down": .integer(0)])),
            toyPlan(
                task: .regression, models: ["linear_regression", "mean"], signal: .loss,
                action: component("alert", .action), select: .always),
        ]

    static func rows(_ plan: PipelinePlan) -> [Row] {
        plan.task == .regression
            ? ToyStream.regression(count: 6000, turn: 3000)
            : ToyStream.binary(count: 6000, turn: 3000, unlabelled: 9)
    }

    @Test(arguments: plans.indices)
    func aLabelWithoutDelayGivesTheSameBits(_ index: Int) throws {
        let plan = Self.plans[index]
        let (together, apart) = (Pipeline(plan: plan), Pipeline(plan: plan))
        for (at, row) in Self.rows(plan).enumerated() {
            let expected = together.take(row.slots, row.label).notices
            var notices: [Notice] = []
            if row.label.isKnown {
                let output = apart.take(row.slots, keeping: true)
                notices = output.notices
                var answer = try #require(output.answer)
                // As it would come back from a store.
                if at % 3 == 0 {
                    var writer = SnapshotWriter()
                    answer.write(to: &writer)
                    var reader = SnapshotReader(writer.bytes)
                    let read = try Answer(from: &reader)
                    #expect(read == answer && reader.remaining == 0)
                    answer = read
                }
                notices += apart.outcome(.label(answer, row.label.value)).notices
            } else {
                notices = apart.take(row.slots).notices
            }
            if "\(notices)" != "\(expected)" { Issue.record("other notices at \(at): \(notices), not \(expected)") }
        }
        #expect(apart.rollingDigest == together.rollingDigest)
        #expect(apart.bytes == together.bytes)
    }

    /// An event whose label does not come next is watched as one without a label.
    @Test(arguments: plans.indices)
    func whatWaitedForItsLabelIsWatched(_ index: Int) {
        let plan = Self.plans[index]
        let (plain, waiting) = (Pipeline(plan: plan), Pipeline(plan: plan))
        var (expected, notices): ([Notice], [Notice]) = ([], [])
        for row in Self.rows(plan) {
            expected += plain.take(row.slots).notices
            notices += waiting.take(row.slots, keeping: true).notices
        }
        notices += waiting.outcome(.tick(.min)).notices
        #expect("\(notices)" == "\(expected)")
        #expect(waiting.bytes == plain.bytes)
    }

    @Test func aLateLabelIsScoredAgainstTheAnswerThatWasGiven() throws {
        let pipeline = Pipeline(plan: toyPlan(models: ["majority", "no_change"]))
        let kept = try #require(pipeline.take([0, 0, 0, 0], keeping: true).answer)
        for _ in 0..<5 { _ = pipeline.take([0, 0, 0, 0], Label(classIndex: 1)) }
        #expect(kept.sequence == 0 && Array(kept.row) == [0, 0, 0, 0] && kept.model == 0 && kept.version == 1)
        // Class 0 was as likely as class 1 then; both models would be sure and wrong today.
        let output = pipeline.outcome(.label(kept, .index(0)))
        #expect(output.refusal == nil && output.prediction == nil)
        #expect(pipeline.labelled == 6 && pipeline.sequence == 6)
        let loss = pipeline.value("log_loss")!
        #expect(loss < 1, "\(loss)")
        #expect(pipeline.report().models.allSatisfy { $0.cumulative.first { $0.name == "log_loss" }!.value! < 1 })
    }

    @Test func anAnswerOfAReplacedModelNeitherWatchesNorComparesTheNewOne() throws {
        let plan = toyPlan(
            action: component("reset", .action, ["min_train": .integer(0), "cool_down": .integer(0)]))
        let pipeline = Pipeline(plan: plan)
        let rows = ToyStream.binary(count: 8000, turn: 3000)
        var old: [(Answer, LabelValue)] = []
        for row in rows.prefix(2000) {
            let output = pipeline.take(row.slots, keeping: true)
            old.append((try #require(output.answer), row.label.value))
            _ = pipeline.step(.label(old.last!.0, row.label.value))
        }
        var resets = 0
        for row in rows.dropFirst(2000) where resets == 0 {
            resets += pipeline.take(row.slots, row.label).notices.decisions.count { $0.action == "reset" }
        }
        try #require(resets == 1)
        // Wrong answers of the model that is gone: no alarm for the fresh one.
        for (answer, _) in old { #expect(pipeline.outcome(.label(answer, .index(0))).notices.isEmpty) }
    }

    @Test func whatDoesNotFitIsRefusedAndChangesNothing() throws {
        let pipeline = Pipeline(plan: toyPlan(models: ["majority", "no_change"]))
        let answer = try #require(pipeline.take([0, 0, 0, 0], keeping: true).answer)
        let bytes = pipeline.bytes
        #expect(pipeline.outcome(.label(answer, .index(5))).refusal == .unknownClass)
        #expect(pipeline.outcome(.label(answer, .number(1))).refusal == .notFinite)
        #expect(pipeline.outcome(.label(answer, .none)).refusal == nil)
        #expect(pipeline.bytes == bytes)
        let other = Pipeline(plan: toyPlan(models: ["majority"], schema: Schema([Feature("a", .numeric)])))
        #expect(other.outcome(.label(answer, .index(0))).refusal == .foreignAnswer)
        var reader = SnapshotReader([UInt8](repeating: 0, count: 20))
        #expect(throws: SnapshotError.self) { try Answer(from: &reader) }
    }
}
