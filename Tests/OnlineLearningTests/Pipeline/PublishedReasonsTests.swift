import Testing

@testable import OnlineLearning

/// Answers that are published with their reasons.
@Suite struct PublishedReasonsTests {
    /// Every kind of champion, and pipelines that change it or let events wait.
    static let plans: [PipelinePlan] = [
        toyPlan(models: ["logistic_regression", "hoeffding_tree"], select: .always),
        toyPlan(models: ["hoeffding_tree"], action: component("background", .action)),
        toyPlan(models: ["gaussian_nb"], action: component("reset", .action, ["fallback": .choice("prior")])),
        toyPlan(models: ["hoeffding_adaptive_tree"]), toyPlan(models: ["adaptive_random_forest"]),
        toyPlan(models: ["knn"]), toyPlan(models: ["majority"]),
        toyPlan(task: .regression, models: ["linear_regression"]),
        QuarantineTests.plan(
            QuarantinePlan(window: 40, limit: 6, patience: 700, watchesError: true, features: ["a", "c", "d"])),
    ]

    private func rows(_ plan: PipelinePlan) -> [Row] {
        plan.task == .regression
            ? ToyStream.regression(count: 2400, turn: 1200)
            : ToyStream.binary(count: 2400, turn: 1200, unlabelled: 7)
    }

    private func predict(_ pipeline: Pipeline, _ row: Row) -> Prediction? {
        let event = Event(width: 4)
        event.fill(row.slots, row.label)
        return pipeline.step(.event(event)).prediction
    }

    @Test(arguments: plans.indices)
    func nothingElseChanges(_ index: Int) {
        var plan = Self.plans[index]
        let plain = Pipeline(plan: plan)
        plan.reasons = 3
        let explained = Pipeline(plan: plan)
        for row in rows(plan) { #expect("\(plain.feed([row]))" == "\(explained.feed([row]))") }
        #expect(plain.rollingDigest == explained.rollingDigest)
    }

    /// They add up to what was published, and are those that weigh most.
    @Test(arguments: plans.indices)
    func theyAddUp(_ index: Int) throws {
        var plan = Self.plans[index]
        plan.reasons = 4
        let pipeline = Pipeline(plan: plan)
        var seen = 0
        for (at, row) in rows(plan).enumerated() {
            let prediction = try #require(predict(pipeline, row))
            let reasons = Array(prediction.reasons)
            guard at > 0 else {
                #expect(reasons.isEmpty, "nothing is usual yet")
                continue
            }
            let answer = plan.task == .regression ? prediction.value : prediction.probabilities[1]
            guard prediction.base.isFinite else { continue }
            let sum = reasons.reduce(prediction.base) { $0 + $1.contribution }
            if abs(sum - answer) > 1e-9 * max(1, abs(answer)) { Issue.record("row \(at): \(sum), not \(answer)") }
            let sizes = reasons.map { abs($0.contribution) }
            #expect(sizes == sizes.sorted(by: >) && Set(reasons.map(\.feature)).count == reasons.count)
            for reason in reasons { #expect(reason.value == row.slots[reason.feature]) }
            seen += reasons.count
        }
        // A majority class has no reasons.
        #expect((seen == 0) == (plan.models[0].name == "majority"))
    }

    @Test(arguments: plans.indices)
    func theyComeBackBitForBit(_ index: Int) throws {
        var plan = Self.plans[index]
        plan.reasons = 2
        let rows = rows(plan)
        let pipeline = Pipeline(plan: plan)
        pipeline.feed(rows.prefix(1300))
        let copy = try Pipeline.restored(plan, pipeline.bytes)
        for row in rows.dropFirst(1300) {
            let (one, other) = (predict(pipeline, row), predict(copy, row))
            #expect("\(one.map { Array($0.reasons) } ?? [])" == "\(other.map { Array($0.reasons) } ?? [])")
        }
        #expect(pipeline.bytes == copy.bytes)
    }

    /// They are no part of what is learned: they may be switched on and off.
    @Test func stateGoesOnWithAndWithoutThem() throws {
        var plan = Self.plans[1]
        let plain = Pipeline(plan: plan)
        plain.feed(rows(plan))
        plan.reasons = 3
        let explained = try Pipeline.restored(plan, plain.bytes)
        explained.feed(rows(plan))
        plain.feed(rows(plan))
        #expect(plain.rollingDigest == explained.rollingDigest)
        let back = try Pipeline.restored(Self.plans[1], explained.bytes)
        #expect(back.bytes == plain.bytes)
    }
}
