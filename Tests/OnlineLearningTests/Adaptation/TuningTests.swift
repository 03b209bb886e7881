import Testing

@testable import OnlineLearning

/// Challengers one parameter away from a model learn beside it, and the proven best answers.
@Suite struct TuningTests {
    static func plan(
        _ model: String, _ given: [String: ParameterValue] = [:], action: String = "alert", lease: UInt64 = 200,
        parameters: [String] = []
    ) -> PipelinePlan {
        var plan = toyPlan(models: [model], action: component(action, .action), select: .always)
        plan.models[0].component = component(model, .classifier, given)
        let tuning = TuningPlan(model: model, parameters: parameters, lease: lease)
        plan.models += tuning.models(beside: plan.models[0])
        plan.tune = tuning
        return plan
    }

    static let slow = ["learning_rate": ParameterValue.number(1e-5)]

    /// A step size that is far too small is left, step by step.
    @Test func aBadParameterIsLeft() throws {
        let rows = ToyStream.binary(count: 12_000, turn: .max)
        let plan = Self.plan("logistic_regression", Self.slow, parameters: ["learning_rate"])
        let pipeline = Pipeline(plan: plan)
        let decisions = pipeline.feed(rows).decisions
        let alone = Pipeline(plan: toyPlan(models: ["logistic_regression"]))
        var slow = alone.plan
        slow.models[0].component = plan.models[0].component
        let untuned = Pipeline(plan: slow)
        untuned.feed(rows)
        #expect(pipeline.value("accuracy")! > untuned.value("accuracy")! + 0.05)
        let change = try #require(decisions.first { $0.action == "switch" })
        #expect(change.reason.contains("learning_rate") && change.reason.contains("(1e-05)"), "\(change.reason)")
        #expect(change.lossAfter < change.lossBefore)
        // The one that answers now is further away from the beginning than one move.
        let rate = pipeline.slots[pipeline.state.pointee.champion].component.parameters.number("learning_rate")
        #expect(rate > 8e-5, "\(rate)")
        // What the file says is still there.
        #expect(pipeline.slots[0].component == plan.models[0].component)
    }

    /// A step there and a step back lead to the same number.
    @Test(arguments: [0.05, 0.15, 1e-5, 0.3, 7, 123.456, 3e10, 1e-12]) func stepsLeadBack(_ value: Double) throws {
        let kind = ParameterKind.number(0...1e12, default: 1)
        for factor in [2.0, 3, 10] {
            let steps = ParameterSteps.factor(factor)
            let near = steps.neighbours(of: .number(value), kind)
            #expect(near.count == 2)
            for next in near where value > 1e-9 {
                #expect(steps.neighbours(of: next, kind).contains(.number(value)), "\(value) by \(factor)")
            }
        }
    }

    /// What tuning has found is written down under the challenger's name, and the other way round: the name's model begins anew.
    @Test func aChallengerBecomesAModelAndBack() throws {
        let tuned = Self.plan("logistic_regression", Self.slow, parameters: ["learning_rate"])
        var pinned = tuned
        pinned.tune = nil
        pinned.models = [tuned.models[0], ModelPlan(name: tuned.models[1].name, component: tuned.models[0].component)]
        let rows = ToyStream.binary(count: 3000, turn: .max)
        for (before, after) in [(tuned, pinned), (pinned, tuned)] {
            let former = Pipeline(plan: before)
            former.feed(rows)
            let change = PipelineChange(from: before, to: after)
            #expect(!change.models[1].goesOn && change.models[0].goesOn)
            let next = Pipeline(plan: after)
            try next.adopt(former)
            next.feed(rows)
            #expect(try Pipeline.restored(after, next.bytes).bytes == next.bytes)
        }
    }

    /// Another model beside them moves the challengers: that what was compared begins anew is told.
    @Test func anotherModelIsToldToBeginComparisonsAnew() {
        let plan = Self.plan("logistic_regression")
        var wider = plan
        wider.models.insert(ModelPlan(name: "tree", component: component("hoeffding_tree", .classifier)), at: 1)
        let change = PipelineChange(from: plan, to: wider)
        #expect(!change.comparesOn && change.entries.contains { $0.name == "comparison of models" })
        #expect(PipelineChange(from: plan, to: plan).comparesOn)
    }

    @Test func movesAreOneParameterAwayAndAllDifferent() {
        for name in ["hoeffding_tree", "logistic_regression", "adaptive_random_forest"] {
            let plan = Self.plan(name)
            let pipeline = Pipeline(plan: plan)
            let made = pipeline.slots.dropFirst().map(\.component)
            #expect(made.count == 4)
            for (index, one) in made.enumerated() {
                let moved = one.parameters.names(differingFrom: plan.models[0].component.parameters)
                #expect(moved.count == 1, "\(name): \(moved)")
                #expect(!made[..<index].contains(one), "\(name): \(moved) twice")
            }
            let other = Pipeline(plan: plan, task: 1)
            let again = Pipeline(plan: plan)
            #expect(again.slots.map(\.component) == pipeline.slots.map(\.component))
            #expect(other.slots.map(\.component) != pipeline.slots.map(\.component))
        }
    }

    /// Every lease of a place is twice as long as the one before, so that tries grow with the logarithm of the stream.
    @Test func aSettledStreamIsLeftAlone() {
        var plan = Self.plan("hoeffding_tree")
        plan.drift = []
        let pipeline = Pipeline(plan: plan)
        let decisions = pipeline.feed(ToyStream.binary(count: 25_000, turn: .max)).decisions
        let tries = decisions.filter { $0.action == "tune" }
        #expect((8...28).contains(tries.count), "\(tries.count)")
        #expect(tries.prefix(4).allSatisfy { $0.at == 0 })
        #expect(pipeline.slots.count == 5)
    }

    /// Never below what it started from, on streams that turn.
    @Test(arguments: ["hoeffding_tree", "logistic_regression", "knn"])
    func itIsNotBelowTheDefault(_ model: String) {
        let rows = RecallTests.recurring(5)
        let tuned = Pipeline(plan: Self.plan(model))
        tuned.feed(rows)
        let alone = Pipeline(plan: toyPlan(models: [model]))
        alone.feed(rows)
        let (own, other) = (tuned.value("accuracy")!, alone.value("accuracy")!)
        print("\(model): tuned \(own), alone \(other)")
        #expect(own >= other)
    }

    /// Challengers answer as long as something is left of what they won, and begin when they are ahead by what was lost.
    @Test func onlyWhatWasWonIsSpent() throws {
        let plan = Self.plan("logistic_regression", Self.slow, parameters: ["learning_rate"])
        /// Who answers wins so often, then loses so often.
        func spends(_ tuning: Tuning, won: Int, lost: Int) -> Bool {
            tuning.championChanged(tuning.places[0])
            for _ in 0..<won { tuning.keepAccount(0, 1) }
            for _ in 0..<lost { tuning.keepAccount(1, 0) }
            let losses = tuning.spent
            return losses.map { $0.own >= $0.other || won > 0 } ?? false
        }
        func make() throws -> Tuning { try #require(Tuning(plan.tune!, pipeline: plan, task: 0)) }
        #expect(try make().spent == nil)
        // A quarter of much is kept, and of little all but nothing; eight may be lost first.
        #expect(try !spends(make(), won: 40, lost: 29) && spends(make(), won: 40, lost: 30))
        #expect(try !spends(make(), won: 1, lost: 0) && spends(make(), won: 1, lost: 1))
        #expect(try !spends(make(), won: 0, lost: 7) && spends(make(), won: 0, lost: 8))
        let tuning = try make()
        func isAllowed(ahead: Int) -> Bool {
            for _ in 0..<400 { tuning.keepLead(0, 1, 0) }
            for _ in 0..<ahead { tuning.keepLead(0, 0, 1) }
            #expect(tuning.allows(tuning.places[0], champion: tuning.places[1]))
            return tuning.allows(tuning.places[0], champion: tuning.base)
        }
        #expect(isAllowed(ahead: 0))
        #expect(spends(tuning, won: 0, lost: 8))
        #expect(!isAllowed(ahead: 8) && isAllowed(ahead: 9))
    }

    /// A challenger that was made after an event was scored is not judged by it.
    @Test func lateLabelsJudgeWhoAnswered() throws {
        let pipeline = Pipeline(plan: Self.plan("logistic_regression", Self.slow, action: "background"))
        var waiting: [(Answer, LabelValue)] = []
        var notices: [Notice] = []
        for (index, row) in ToyStream.binary(count: 6000, turn: 3000).enumerated() {
            if let answer = pipeline.take(row.slots, keeping: true).answer { waiting.append((answer, row.label.value)) }
            guard waiting.count > 300 else { continue }
            let (answer, label) = waiting.removeFirst()
            notices += pipeline.outcome(.label(answer, label)).notices
            guard index % 1000 == 999 else { continue }
            let copy = try Pipeline.restored(pipeline.plan, pipeline.bytes)
            #expect(copy.bytes == pipeline.bytes)
        }
        #expect(notices.decisions.contains { $0.action == "switch" })
        #expect(notices.decisions.count { $0.action == "tune" } > 4)
    }

    @Test func aNewTopologyGoesOn() throws {
        let rows = ToyStream.binary(count: 3000, turn: .max)
        let former = Pipeline(plan: Self.plan("logistic_regression", Self.slow))
        former.feed(rows)
        // With another policy everything goes on; with `tune` taken away the model itself does.
        let same = Pipeline(plan: Self.plan("logistic_regression", Self.slow, action: "background"))
        try same.adopt(former)
        #expect(same.slots.map(\.component) == former.slots.map(\.component))
        #expect(same.tuning?.moves == former.tuning?.moves)
        #expect(same.report().champion == former.report().champion)
        var plain = toyPlan(models: ["logistic_regression"])
        plain.models[0].component = former.plan.models[0].component
        let alone = Pipeline(plan: plain)
        try alone.adopt(former)
        #expect(alone.report().champion == "logistic_regression")
        // And taken up again: challengers are new, the model is not.
        let again = Pipeline(plan: former.plan)
        try again.adopt(alone)
        #expect(again.slots[0].current.learned == former.slots[0].current.learned)
        #expect(again.slots[1].current.learned == 0)
        again.feed(rows)
        #expect(try Pipeline.restored(again.plan, again.bytes).bytes == again.bytes)
    }
}
