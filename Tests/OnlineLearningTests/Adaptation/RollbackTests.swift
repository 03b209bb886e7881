import Testing

@testable import OnlineLearning

/// The model that answered before the last change answers again, wherever it is kept.
@Suite struct RollbackTests {
    /// Runs until something has replaced the champion; gives the pipeline there.
    static func changed(_ plan: PipelinePlan, by action: String, _ rows: [Row]) throws -> Pipeline {
        let pipeline = Pipeline(plan: plan)
        for row in rows where pipeline.feed([row]).decisions.contains(where: { $0.action == action }) {
            return pipeline
        }
        throw Missing(action: action)
    }

    struct Missing: Error { let action: String }

    static func decision(_ pipeline: Pipeline) -> DecisionNotice? {
        pipeline.outcome(.control(.rollback)).notices.decisions.last
    }

    @Test func theModelOnProbationComesBack() throws {
        let plan = toyPlan(action: component("background", .action))
        let pipeline = try Self.changed(plan, by: "retrain_swap", ToyStream.binary(count: 8000, turn: 3000))
        let shadow = try #require(pipeline.state.pointee.shadow)
        let copy = try Pipeline.restored(plan, pipeline.bytes)
        let portrait = try #require(pipeline.portraits().last)
        #expect(portrait.isPredecessor && portrait.version == nil && portrait.learned == shadow.learned)
        let decision = try #require(Self.decision(pipeline))
        #expect(decision.action == "rollback" && decision.versionAfter == decision.versionBefore + 1)
        #expect(pipeline.slots[0].current === shadow && pipeline.state.pointee.shadow == nil)
        // The same after a restart, and once only: then nothing is kept.
        _ = Self.decision(copy)
        #expect(copy.bytes == pipeline.bytes)
        #expect(pipeline.outcome(.control(.rollback)).refusal == .nothingKept)
        #expect(copy.bytes == pipeline.bytes)
    }

    @Test func aModelThatRecallKeepsComesBackAndForth() throws {
        let plan = toyPlan(models: ["hoeffding_tree"], action: component("recall", .action))
        let pipeline = try Self.changed(plan, by: "retrain_swap", RecallTests.recurring(4))
        let present = pipeline.slots[0].current.attempt
        #expect(Self.decision(pipeline) != nil)
        let former = pipeline.slots[0].current.attempt
        #expect(former != present)
        #expect(try Pipeline.restored(plan, pipeline.bytes).bytes == pipeline.bytes)
        #expect(Self.decision(pipeline) != nil)
        #expect(pipeline.slots[0].current.attempt == present)
    }

    @Test func anotherModelOfTheTopologyComesBackAndForth() throws {
        let plan = toyPlan(models: ["majority", "gaussian_nb"], select: .always)
        let pipeline = try Self.changed(plan, by: "switch", ToyStream.binary(count: 8000, turn: .max))
        #expect(pipeline.report().champion == "gaussian_nb")
        #expect(pipeline.portraits().map(\.isPredecessor) == [true, false])
        let copy = try Pipeline.restored(plan, pipeline.bytes)
        for each in [pipeline, copy] {
            #expect(Self.decision(each)?.modelAfter == "majority")
            #expect(Self.decision(each)?.modelAfter == "gaussian_nb")
        }
        #expect(copy.bytes == pipeline.bytes)
    }

    @Test func whereNothingIsKeptNothingChanges() {
        for action in ["reset", "background", "recall"] {
            let pipeline = Pipeline(plan: toyPlan(action: component(action, .action)))
            pipeline.feed(ToyStream.binary(count: 500, turn: .max))
            let bytes = pipeline.bytes
            #expect(pipeline.outcome(.control(.rollback)).refusal == .nothingKept)
            #expect(pipeline.bytes == bytes)
        }
    }

    /// What changes in a model is said in words.
    @Test func portraitsTellTheDifference() throws {
        let plan = toyPlan(models: ["logistic_regression", "hoeffding_tree", "gaussian_nb"])
        let pipeline = Pipeline(plan: plan)
        pipeline.feed(ToyStream.binary(count: 3000, turn: .max))
        let before = pipeline.portraits()
        var turned = ToyStream.binary(count: 3000, turn: .max)
        for index in turned.indices { turned[index].label = Label(classIndex: 1 - turned[index].label.classIndex) }
        pipeline.feed(turned)
        let now = pipeline.portraits()
        #expect(now.map(\.name) == plan.models.map(\.name) && now[0].answers)
        let linear = now[0].differences(from: before[0]).joined(separator: "\n")
        #expect(linear.contains("learned 6000 labels, the other 3000") && linear.contains("the other way"), "\(linear)")
        #expect(abs(now[0].sketch.uses.values.reduce(0, +) - 1) < 1e-9)
        #expect(now[1].sketch.figures["leaves"]! > 1 && !now[1].sketch.tests.isEmpty)
        #expect(now[2].influences.isEmpty)
        let kinds = now[1].differences(from: now[0])
        #expect(kinds.first == "it is a hoeffding_tree, the other a logistic_regression")
        #expect(now[0].differences(from: now[0]).isEmpty)
        #expect(now[0].sketch.weights.count == 4)
    }
}
