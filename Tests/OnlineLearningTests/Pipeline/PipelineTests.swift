import OnlineLearning
import Testing

/// What one event does.
@Suite struct PipelineTests {
    @Test func predictsBeforeItLearns() {
        let pipeline = Pipeline(plan: toyPlan(models: ["majority"]))
        let slots = [0.0, 0, 0, 0]
        let first = pipeline.process(slots: slots, label: Label(classIndex: 1))
        #expect(Array(first.probabilities) == [0.5, 0.5])
        #expect(first.model == 0 && first.version == 1 && first.drift == .none)
        let second = pipeline.process(slots: slots, label: .none)
        #expect(second.classIndex == 1)
        #expect(pipeline.sequence == 2 && pipeline.labelled == 1)
        #expect(pipeline.value("accuracy") == 0)
    }

    @Test func nothingIsAnsweredBeforeAClassIsKnown() {
        var plan = toyPlan(models: ["majority"])
        plan.classes = []
        let pipeline = Pipeline(plan: plan)
        #expect(pipeline.process(slots: [0, 0, 0, 0], label: .none).classIndex == -1)
        // The class of this event's label must not show in its answer.
        #expect(pipeline.process(slots: [0, 0, 0, 0], class: "up").probabilities.isEmpty)
        #expect(pipeline.process(slots: [0, 0, 0, 0], label: .none).probabilities.count == 1)
        #expect(pipeline.process(slots: [0, 0, 0, 0], label: .none).classIndex == 0)
    }

    @Test(arguments: ["gaussian_nb", "logistic_regression", "hoeffding_tree"])
    func learns(_ model: String) {
        let pipeline = Pipeline(plan: toyPlan(models: [model]))
        pipeline.feed(ToyStream.binary(count: 5000, turn: .max))
        #expect(pipeline.value("accuracy")! > 0.85)
        #expect(pipeline.value("kappa_m")! > 0.6)
        #expect(pipeline.value("roc_auc")! > 0.9)
        #expect(pipeline.value("mae") == nil)
        let report = pipeline.report()
        #expect(report.events == 5000 && report.labelled == 5000 && report.windowEvents == 500)
        #expect(report.baselines.map(\.name) == ["no_change", "majority"])
        #expect(report.champion == model && report.models.count == 1)
        #expect(report.cumulative.map(\.name) == MetricName.all)
    }

    @Test func regressionHasItsOwnFigures() {
        let pipeline = Pipeline(plan: toyPlan(task: .regression, models: ["linear_regression", "mean"]))
        pipeline.feed(ToyStream.regression(count: 3000, turn: .max))
        let report = pipeline.report()
        #expect(pipeline.value("r2")! > 0.8)
        #expect(pipeline.value("accuracy") == nil)
        #expect(report.baselines.map(\.name) == ["no_change", "mean"])
        let means = report.models.map { $0.cumulative.first { $0.name == "mae" }!.value! }
        #expect(means[0] < means[1])
        // The mean as a model and as a baseline are the same.
        #expect(abs(means[1] - report.baselines[1].metrics.first { $0.name == "mae" }!.value!) < 1e-9)
    }

    @Test func orderOfFeaturesDecidesNothing() {
        let rows = ToyStream.binary(count: 4000, turn: 2000)
        let order = [3, 1, 0, 2]
        let shuffled = rows.map { row in Row(slots: order.map { row.slots[$0] }, label: row.label) }
        let schema = Schema(order.map { ToyStream.schema.features[$0] })
        let action = component("background", .action)
        for model in ["gaussian_nb", "logistic_regression"] {
            let straight = Pipeline(plan: toyPlan(models: [model], action: action))
            let turned = Pipeline(plan: toyPlan(models: [model], action: action, schema: schema))
            for (one, other) in zip(rows, shuffled) {
                let first = straight.process(slots: one.slots, label: one.label)
                let second = turned.process(slots: other.slots, label: other.label)
                #expect(abs(first.probabilities[1] - second.probabilities[1]) < 1e-9)
            }
        }
    }

    @Test func withoutALabelNothingIsLearnedButScalingIs() {
        let rows = ToyStream.binary(count: 300, turn: .max)
        let unlabelled = rows.map { Row(slots: $0.slots, label: .none) }
        let pipeline = Pipeline(plan: toyPlan())
        pipeline.feed(unlabelled)
        #expect(pipeline.labelled == 0 && pipeline.value("accuracy") == nil)
        #expect(pipeline.report().baselines[0].metrics[0].value == nil)
    }

    @Test func labelsThatCannotBeAreNotLearned() {
        let pipeline = Pipeline(plan: toyPlan())
        #expect(pipeline.take([0, 0, 0, 0], Label(classIndex: 7)).refusal == .unknownClass)
        let regression = Pipeline(plan: toyPlan(task: .regression, models: ["linear_regression"]))
        #expect(regression.take([0, 0, 0, 0], Label(target: .infinity)).refusal == .notFinite)
        #expect(pipeline.sequence == 0 && regression.sequence == 0)
    }

    @Test func labelsCompare() {
        #expect(Label(classIndex: 1) == Label(classIndex: 1) && Label(classIndex: 1) != Label(classIndex: 0))
        #expect(Label(target: 2.5) == Label(target: 2.5) && Label(target: 2.5) != Label(target: 2))
        #expect(Label.none == .none && Label(classIndex: 0) != .none && Label(target: 0) != .none)
    }

    /// A detector counts the labels it has seen, a change point is an event: most of them have no label here.
    @Test func changePointIsAnEvent() throws {
        var rows = ToyStream.binary(count: 80_000, turn: 40_000)
        for index in rows.indices where index % 40 != 0 { rows[index].label = .none }
        let pipeline = Pipeline(plan: toyPlan(action: component("alert", .action)))
        let drift = try #require(pipeline.feed(rows).drifts.first { $0.level == .drift && $0.at > 40_000 })
        #expect(drift.changePoint.distance(to: 40_000).magnitude < 400)
    }

    @Test func ownTransformsStandBesideTheSharedOnes() {
        var plan = toyPlan(models: ["logistic_regression", "logistic_regression"], transforms: [])
        plan.models[1].name = "scaled"
        plan.models[1].transforms = [component("standardize", .transformer)]
        var alone = toyPlan(models: ["logistic_regression"], transforms: ["standardize"])
        alone.models[0].name = "scaled"
        let rows = ToyStream.binary(count: 2000, turn: .max)
        let (both, one) = (Pipeline(plan: plan), Pipeline(plan: alone))
        both.feed(rows)
        one.feed(rows)
        let expected = one.report().models[0].cumulative.map(\.value)
        #expect(both.report().models[1].cumulative.map(\.value) == expected)
        #expect(both.report().models[0].cumulative.map(\.value) != expected)
    }

    @Test func withoutATaskFeaturesAreStillWatched() {
        var plan = toyPlan(models: [], signal: .feature("a"), action: component("alert", .action))
        plan.task = .none
        let pipeline = Pipeline(plan: plan)
        var random = SplitMix(state: 1)
        let rows = (0..<4000).map { index in
            Row(slots: [random.uniform() + (index < 2000 ? 0 : 1), index % 3 == 0 ? .nan : 0, 0, 0], label: .none)
        }
        let notices = pipeline.feed(rows)
        #expect(notices.drifts.count == 1 && notices.decisions.map(\.action) == ["alert"])
        #expect(notices.drifts[0].signal == "a" && notices.drifts[0].changePoint.distance(to: 2000).magnitude < 50)
        #expect(pipeline.report().champion.isEmpty)
    }

    @Test func memoryStaysBounded() {
        let pipeline = Pipeline(plan: toyPlan(models: ["hoeffding_tree", "gaussian_nb"]))
        pipeline.feed(ToyStream.binary(count: 3000, turn: .max))
        let early = pipeline.memoryBytes
        pipeline.feed(ToyStream.binary(count: 3000, turn: .max, seed: 2))
        #expect(pipeline.memoryBytes >= early && pipeline.memoryBytes < 4 << 20)
    }
}
