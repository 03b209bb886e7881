import OnlineLearning
import Testing

/// Scoring on request, time and commands.
@Suite struct CommandTests {
    /// Between any two events, and for events with words that nobody has met.
    @Test(arguments: LateLabelTests.plans.indices)
    func aPeekChangesNoBit(_ index: Int) {
        let plan = LateLabelTests.plans[index]
        let (plain, peeked) = (Pipeline(plan: plan), Pipeline(plan: plan))
        let event = Event(width: plan.schema.width)
        let word = Array("never met".utf8)
        for (at, row) in LateLabelTests.rows(plan).enumerated() {
            event.fill(row.slots, .none)
            word.withUnsafeBytes { event.words[3] = $0 }
            _ = peeked.peek(event)
            event.words[3] = nil
            event.fill(row.slots, row.label)
            let seen = peeked.peek(event)
            let (before, value) = (seen.probabilities.map(\.bitPattern), seen.value.bitPattern)
            let output = peeked.outcome(.event(event))
            #expect(output.prediction!.probabilities.map(\.bitPattern) == before, "\(at)")
            #expect(output.prediction!.value.bitPattern == value && output.prediction!.classIndex == seen.classIndex)
            let expected = plain.take(row.slots, row.label).notices
            #expect("\(output.notices)" == "\(expected)")
        }
        #expect(peeked.bytes == plain.bytes)
    }

    @Test func aTickMovesTimeAndNothingElse() {
        let (plain, ticked) = (Pipeline(plan: toyPlan()), Pipeline(plan: toyPlan()))
        for (at, row) in ToyStream.binary(count: 500, turn: .max).enumerated() {
            _ = plain.take(row.slots, row.label)
            #expect(ticked.outcome(.tick(Int64(at * 7 % 100))).notices.isEmpty)
            _ = ticked.take(row.slots, row.label)
        }
        #expect(ticked.time == 99 && plain.time == .min)
        #expect(ticked.rollingDigest == plain.rollingDigest)
        _ = plain.step(.tick(99))
        #expect(ticked.bytes == plain.bytes)
    }

    @Test func aFrozenPipelineScoresAndDoesNotLearn() throws {
        let rows = ToyStream.binary(count: 6000, turn: 3000)
        let pipeline = Pipeline(plan: toyPlan(action: component("background", .action)))
        pipeline.feed(rows.prefix(2000))
        let frozen = try #require(pipeline.outcome(.control(.freeze())).notices.decisions.first)
        #expect(frozen.action == "freeze" && frozen.at == 2000 && frozen.modelAfter == "gaussian_nb")
        let event = Event(width: 4)
        event.fill([0.5, 0.2, 1, 2], .none)
        let before = Array(pipeline.peek(event).probabilities)
        let notices = pipeline.feed(rows.dropFirst(2000))
        #expect(Array(pipeline.peek(event).probabilities) == before)
        // The change is seen and measured; nothing is done about it.
        #expect(notices.drifts.contains { $0.level == .drift && $0.at > 3000 } && notices.decisions.isEmpty)
        #expect(pipeline.labelled == 6000 && pipeline.report().windowed[0].value! < 0.3)
        let copy = try Pipeline.restored(pipeline.plan, pipeline.bytes)
        #expect(copy.isFrozen)
        for each in [pipeline, copy] {
            #expect(each.outcome(.control(.unfreeze())).notices.decisions.map(\.action) == ["unfreeze"])
            each.feed(ToyStream.binary(count: 3000, turn: 0))
        }
        #expect(copy.bytes == pipeline.bytes && pipeline.report().windowed[0].value! > 0.8)
    }

    @Test(arguments: ["reset", "background"])
    func aPromotedModelAnswersAndEndsWhatAPolicyHadBegun(_ policy: String) throws {
        let plan = toyPlan(models: ["gaussian_nb", "logistic_regression"], action: component(policy, .action))
        let pipeline = Pipeline(plan: plan)
        var begun = false
        for row in ToyStream.binary(count: 8000, turn: 3000) where !begun {
            begun = pipeline.take(row.slots, row.label).notices.decisions.contains { $0.action != "keep" }
        }
        try #require(begun)
        let decision = try #require(
            pipeline.outcome(.control(.promote("logistic_regression"))).notices.decisions.first)
        #expect(decision.action == "promote" && decision.modelAfter == "logistic_regression" && decision.detector == "")
        #expect(pipeline.report().champion == "logistic_regression")
        let bytes = pipeline.bytes
        #expect(pipeline.outcome(.control(.promote("nobody"))).refusal == .unknownModel("nobody"))
        #expect(pipeline.bytes == bytes)
        let copy = try Pipeline.restored(plan, bytes)
        let next = ToyStream.binary(count: 900, turn: 0)
        #expect("\(pipeline.feed(next))" == "\(copy.feed(next))" && copy.bytes == pipeline.bytes)
        // The champion was just changed: it is left to settle.
        #expect(pipeline.report().champion == "logistic_regression")
    }
}
