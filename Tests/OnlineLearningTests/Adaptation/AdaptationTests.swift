import OnlineLearning
import Testing

/// What each policy does to a running pipeline when the concept turns round at 3000.
@Suite struct AdaptationTests {
    static let turn = 3000

    func run(
        _ action: ComponentPlan, models: [String] = ["gaussian_nb"],
        detector: ComponentPlan = component("adwin", .detector),
        rows: [Row] = ToyStream.binary(count: 8000, turn: turn)
    ) -> (notices: [Notice], pipeline: Pipeline) {
        let pipeline = Pipeline(plan: toyPlan(models: models, detector: detector, action: action))
        return (pipeline.feed(rows), pipeline)
    }

    func windowed(_ pipeline: Pipeline) -> Double { pipeline.report().windowed[0].value! }

    @Test func alertReportsAndChangesNothing() {
        let (notices, pipeline) = run(component("alert", .action))
        let plain = Pipeline(plan: toyPlan())
        plain.feed(ToyStream.binary(count: 8000, turn: Self.turn))
        #expect(pipeline.rollingDigest == plain.rollingDigest)
        let worse = notices.drifts.filter { $0.level == .drift }
        let drift = worse[0]
        #expect(drift.at > 3000 && drift.at < 3100 && drift.change.direction == .up)
        #expect(drift.detector == "adwin" && drift.signal == "error" && drift.model == "gaussian_nb")
        #expect(drift.changePoint > 2950 && drift.changePoint < 3050)
        #expect(notices.decisions.allSatisfy { $0.action == "alert" && $0.versionAfter == 1 })
        #expect(notices.decisions.count == worse.count)
    }

    @Test(arguments: ["previous", "prior"])
    func resetAnswersFromTheFallbackUntilTrained(_ fallback: String) throws {
        let action = component("reset", .action, ["fallback": .choice(fallback), "min_train": .integer(200)])
        let (notices, pipeline) = run(action)
        let decisions = notices.decisions
        try #require(decisions.prefix(2).map(\.action) == ["reset", "reset_done"])
        // The fresh model first learns at the event after the drift.
        #expect(decisions[1].at == decisions[0].at + 200)
        #expect(decisions[0].versionAfter == 1 && decisions[1].versionAfter == 2)
        let (_, ignored) = run(component("alert", .action))
        #expect(windowed(pipeline) > 0.85 && windowed(pipeline) > windowed(ignored) + 0.02)
    }

    @Test func resetAtOnce() throws {
        let (notices, pipeline) = run(component("reset", .action, ["min_train": .integer(0)]))
        let first = try #require(notices.decisions.first)
        #expect(first.action == "reset" && first.versionAfter == 2)
        #expect(pipeline.report().version >= 2 && windowed(pipeline) > 0.85)
    }

    /// The answer to an event whose detectors replace the model twice is still that of the first model.
    @Test func twoResetsAtOneEventLeaveItsAnswer() {
        let atOnce: [String: ParameterValue] = ["min_train": .integer(0), "cool_down": .integer(0)]
        func plan(_ action: ComponentPlan) -> PipelinePlan {
            var plan = toyPlan(signal: .feature("a"), action: action)
            plan.drift.append(plan.drift[0])
            return plan
        }
        let resetting = Pipeline(plan: plan(component("reset", .action, atOnce)))
        let alerting = Pipeline(plan: plan(component("alert", .action)))
        for (index, row) in ToyStream.binary(count: 1000, turn: .max).enumerated() {
            var slots = row.slots
            if index > 500 { slots[0] += 5 }
            let output = resetting.take(slots, row.label)
            let answer = output.prediction!
            let expected = alerting.process(slots: slots, label: row.label)
            #expect((0..<2).allSatisfy { answer.probabilities[$0] == expected.probabilities[$0] })
            let resets = output.notices.decisions.count { $0.action == "reset" }
            if resets > 0 { return #expect(resets == 2) }
        }
        Issue.record("no reset in 1000 events")
    }

    @Test func priorAnswersWhileTheFreshModelTrains() {
        let action = component("reset", .action, ["fallback": .choice("prior"), "min_train": .integer(200)])
        let pipeline = Pipeline(plan: toyPlan(action: action))
        var answers: Set<Double> = []
        var isTraining = false
        for row in ToyStream.binary(count: 3400, turn: Self.turn) {
            let output = pipeline.take(row.slots, row.label)
            let answer = output.prediction!
            if isTraining { answers.insert((answer.probabilities[1] * 10).rounded() / 10) }
            for decision in output.notices.decisions { isTraining = decision.action == "reset" }
        }
        #expect(answers == [0.5])
    }

    @Test func backgroundSwapsOnlyATrainedAndBetterModel() throws {
        for detector in ["adwin", "ddm"] {
            let (notices, pipeline) = run(
                component("background", .action), detector: component(detector, .detector))
            let decisions = notices.decisions.filter { $0.action != "keep" }
            let swap = try #require(decisions.firstIndex { $0.action == "retrain_swap" })
            #expect(decisions[swap - 1].action == "retrain_start")
            #expect(decisions[swap].at >= decisions[swap - 1].at + 50)
            #expect(decisions[swap].lossAfter < decisions[swap].lossBefore)
            #expect(decisions[swap].versionAfter == decisions[swap].versionBefore + 1)
            #expect(windowed(pipeline) > 0.85)
        }
    }

    /// The concept turns round for a while only: the fresh model is better, then the one before is, and comes back.
    @Test func theModelBeforeComesBackFromItsProbation() throws {
        var rows = ToyStream.binary(count: 8000, turn: .max)
        for index in 3000..<3300 { rows[index].label = Label(classIndex: 1 - rows[index].label.classIndex) }
        let (notices, _) = run(component("background", .action), rows: rows)
        let decisions = notices.decisions
        let swap = try #require(decisions.firstIndex { $0.action == "retrain_swap" })
        let back = try #require(decisions[swap...].first { $0.action == "switch_back" })
        #expect(back.lossAfter < back.lossBefore && back.versionAfter == back.versionBefore + 1)
        #expect(back.detector == "" && back.modelAfter == "gaussian_nb")
    }

    @Test func aProbationEnds() throws {
        let (notices, _) = run(component("background", .action, ["probation": .integer(2000)]))
        let decisions = notices.decisions
        let swap = try #require(decisions.firstIndex { $0.action == "retrain_swap" })
        let confirmed = try #require(
            decisions.first { $0.action == "switch_confirm" }, "\(decisions.map { "\($0.at) \($0.action)" })")
        #expect(confirmed.at == decisions[swap].at + 2000 && confirmed.versionAfter == 2)
        let hasty = component("background", .action, ["probation": .integer(0)])
        #expect(!run(hasty).notices.decisions.contains { $0.action == "switch_confirm" })
    }

    /// A second policy that would act is told once to wait, not at every drift.
    @Test func waitingIsToldOnce() {
        var plan = toyPlan(action: component("reset", .action, ["min_train": .integer(2000)]))
        plan.drift.append(
            DriftPlan(
                detector: component("stepd", .detector), signal: .error,
                action: component("reset", .action, ["min_train": .integer(2000)])))
        let decisions = Pipeline(plan: plan).feed(ToyStream.binary(count: 8000, turn: 3000)).decisions
        let resets = decisions.count { $0.action == "reset" }
        #expect(resets > 0 && decisions.count { $0.reason.contains("under way") } <= resets)
    }

    /// A young model's falling error is no news.
    @Test func noImprovementIsToldOfAYoungModel() {
        for rows in [ToyStream.binary(count: 8000, turn: 3000), ToyStream.binary(count: 8000, turn: 6000)] {
            let pipeline = Pipeline(plan: toyPlan(models: ["logistic_regression"], action: component("reset", .action)))
            var born: UInt64 = 0
            for notice in pipeline.feed(rows) {
                switch notice {
                case .drift(let drift): #expect(drift.level != .improvement || drift.changePoint >= born + 1000)
                case .decision(let decision): if decision.action == "reset" { born = decision.at }
                }
            }
        }
    }

    /// The candidate begins with ADWIN's warning, not with its alarm, where the change is slow enough to be doubted.
    @Test func backgroundBeginsWithTheWarning() throws {
        var random = SplitMix(state: 8)
        var rows = ToyStream.binary(count: 8000, turn: .max)
        for index in 3000..<8000 where random.uniform() < min(Double(index - 3000) / 3000, 0.4) {
            rows[index].label = Label(classIndex: 1 - rows[index].label.classIndex)
        }
        let (notices, _) = run(component("background", .action), rows: rows)
        let start = try #require(notices.decisions.first { $0.action == "retrain_start" && $0.at > 3000 })
        let drift = try #require(notices.drifts.first { $0.level == .drift && $0.at > 3000 })
        #expect(start.reason.contains("warned") && start.at + 16 <= drift.at)
    }

    @Test func backgroundDiscardsWhenTheWarningFades() {
        // A short burst of noise: warned, then forgotten.
        var rows = ToyStream.binary(count: 8000, turn: .max)
        for index in 4000..<4060 { rows[index].label = Label(classIndex: Int32(index % 2)) }
        let (notices, pipeline) = run(
            component("background", .action, ["forget": .integer(300)]),
            detector: component("ddm", .detector, ["drift_threshold": .number(50)]), rows: rows)
        let actions = notices.decisions.map(\.action)
        #expect(actions.contains("retrain_start") && actions.contains("retrain_discard"))
        #expect(!actions.contains("retrain_swap") && pipeline.report().version == 1)
        #expect(actions.count { $0 == "retrain_start" } == actions.count { $0 == "retrain_discard" })
    }

    @Test(arguments: ["reset", "background"])
    func improvementReplacesNothing(_ name: String) {
        // Half of the labels are noise, then few are.
        var rows = ToyStream.binary(count: 8000, turn: .max)
        var random = SplitMix(state: 5)
        for index in 0..<4000 where random.uniform() < 0.8 {
            rows[index].label = Label(classIndex: Int32(random.bits() % 2))
        }
        let (notices, pipeline) = run(component(name, .action), models: ["gaussian_nb", "majority"], rows: rows)
        #expect(notices.drifts.contains { $0.level == .improvement })
        #expect(notices.drifts.allSatisfy { ($0.level == .improvement) == ($0.change.direction == .down) })
        // A warning may have started a candidate, in vain.
        #expect(notices.decisions.allSatisfy { ["retrain_start", "retrain_discard"].contains($0.action) })
        #expect(pipeline.report().version == 1 && pipeline.report().champion == "gaussian_nb")
    }

    @Test func coolDownHoldsBackASecondReset() throws {
        var rows = ToyStream.binary(count: 3600, turn: Self.turn)
        rows += ToyStream.binary(count: 3000, turn: .max, seed: 9)
        let atOnce: [String: ParameterValue] = ["min_train": .integer(0), "cool_down": .integer(1000)]
        let (notices, _) = run(component("reset", .action, atOnce), rows: rows)
        let decisions = notices.decisions
        try #require(decisions.map(\.action) == ["reset", "keep"])
        #expect(decisions[1].at > 3600 && decisions[1].reason.contains("settle"))
        let eager: [String: ParameterValue] = ["min_train": .integer(0), "cool_down": .integer(0)]
        #expect(
            run(component("reset", .action, eager), rows: rows).notices.decisions.map(\.action) == ["reset", "reset"])
    }

    @Test func regressionAdaptsToo() {
        let plan = toyPlan(
            task: .regression, models: ["linear_regression"], signal: .loss, action: component("background", .action))
        let pipeline = Pipeline(plan: plan)
        let notices = pipeline.feed(ToyStream.regression(count: 8000, turn: Self.turn))
        #expect(notices.drifts.contains { $0.at >= 3000 && $0.at < 3200 })
        #expect(notices.decisions.contains { $0.action == "retrain_start" })
    }

    @Test func driftShowsInTheNextPrediction() {
        let pipeline = Pipeline(plan: toyPlan(action: component("alert", .action)))
        var told = DriftLevel.none
        var wasWarned = false
        for row in ToyStream.binary(count: 4000, turn: Self.turn) {
            let output = pipeline.take(row.slots, row.label)
            let shown = output.prediction!.drift
            // A warning is told when it begins, and shown as long as it lasts.
            #expect(shown == told || (told == .none && wasWarned && shown == .warning))
            wasWarned = shown == .warning
            told = output.notices.drifts.map(\.level).filter { $0 != .improvement }.max() ?? .none
        }
    }
}
