import Testing

@testable import OnlineLearning

/// A fresh model that learns again what came since a change is the model of a run that began there.
@Suite struct ReplayTests {
    /// It takes its time, so that much happens meanwhile.
    static let slow = component(
        "replay", .action,
        ["keep": .integer(700), "margin": .integer(300), "speed": .integer(4), "max_wait": .integer(900)])

    static func plan(
        _ action: ComponentPlan = component("replay", .action), model: String = "gaussian_nb",
        transforms: [String] = ["standardize"]
    ) -> PipelinePlan { toyPlan(models: [model], transforms: transforms, action: action) }

    /// The event with which the fresh model began, and its digest when it was level.
    static func told(_ decision: DecisionNotice) throws -> (origin: Int, digest: String) {
        let words = decision.reason.replacing(";", with: "").split(separator: " ").map(String.init)
        let place = try #require(words.firstIndex(of: "event"))
        return (try #require(Int(words[place + 1])), words.last!)
    }

    /// What an offline run over these rows has learned.
    static func offline(_ plan: PipelinePlan, _ rows: some Sequence<Row>) -> String {
        var plan = plan
        plan.drift = []
        let pipeline = Pipeline(plan: plan)
        pipeline.feed(rows)
        return pipeline.modelDigests[0].digest
    }

    @Test(arguments: [
        "gaussian_nb", "logistic_regression", "hoeffding_tree", "adaptive_random_forest", "streaming_random_patches",
        "knn",
    ])
    func theFreshModelIsThatOfARunFromThere(_ model: String) throws {
        for action in [component("replay", .action), Self.slow] {
            let plan = Self.plan(action, model: model)
            let rows = ToyStream.binary(count: 6000, turn: 3000, unlabelled: 7)
            let pipeline = Pipeline(plan: plan)
            var levels = 0
            for (at, row) in rows.enumerated() {
                for decision in pipeline.feed([row]).decisions {
                    switch decision.action {
                    case "replay_done":
                        levels += 1
                        let told = try Self.told(decision)
                        #expect(told.digest == Self.offline(plan, rows[told.origin..<at]), "\(model), level at \(at)")
                    case "retrain_swap":
                        let origin = Int(try #require(pipeline.slots[0].current.origin))
                        let now = pipeline.modelDigests[0].digest
                        #expect(now == Self.offline(plan, rows[origin...at]), "\(model), swapped at \(at)")
                    default: break
                    }
                }
            }
            #expect(levels > 0, "\(model)")
            // With many events from before the change it may not be better, and a forest may renew itself in time.
            guard let origin = pipeline.slots[0].current.origin.map({ Int($0) }) else {
                #expect(action == Self.slow || model.contains("random"), "\(model)")
                continue
            }
            let end = pipeline.modelDigests[0].digest
            #expect(end == Self.offline(plan, rows[origin...]), "\(model), at the end")
        }
    }

    /// It begins where the change began, before it was noticed, and that pays.
    @Test func itBeginsAtTheChange() throws {
        let rows = ToyStream.binary(count: 8000, turn: 3000)
        let pipeline = Pipeline(plan: Self.plan())
        let notices = pipeline.feed(rows)
        let drift = try #require(notices.drifts.first { $0.level == .drift && $0.at > 3000 })
        let decisions = notices.decisions
        let start = try #require(decisions.first { $0.action == "replay_start" && $0.at == drift.at })
        #expect(start.reason.hasSuffix("from event \(drift.changePoint) on"))
        let done = try #require(decisions.first { $0.action == "replay_done" && $0.at >= start.at })
        #expect(done.at < start.at + 10)
        #expect(decisions.contains { $0.action == "retrain_swap" && $0.lossAfter < $0.lossBefore })
    }

    /// What is not kept any more is told.
    @Test func itBeginsWithWhatIsKept() throws {
        let action = component("replay", .action, ["keep": .integer(100), "margin": .integer(2000)])
        let notices = Pipeline(plan: Self.plan(action)).feed(ToyStream.binary(count: 8000, turn: 3000))
        let start = try #require(notices.decisions.first { $0.action == "replay_start" })
        #expect(start.reason.contains("from event \(start.at - 99) on"))
        // The margin before it is not kept; the change itself is.
        #expect(!start.reason.contains("the change began"), "\(start.reason)")
    }

    /// What the champion is kept from by its name is not learned again, and nothing goes on meanwhile.
    @Test func aFrozenModelIsNotReplacedByOneThatLearned() throws {
        let rows = ToyStream.binary(count: 6000, turn: 3000)
        let pipeline = Pipeline(plan: Self.plan(Self.slow))
        var at = 0
        while at < 6000, pipeline.state.pointee.replayed == nil {
            pipeline.feed([rows[at]])
            at += 1
        }
        #expect(at < 6000)
        _ = pipeline.outcome(.control(.freeze(model: "gaussian_nb")))
        let before = pipeline.state.pointee.replayed?.learned
        let notices = pipeline.feed(rows[at..<(at + 400)])
        #expect(pipeline.state.pointee.replayed?.learned == before && notices.decisions.isEmpty)
        _ = pipeline.outcome(.control(.unfreeze(model: "gaussian_nb")))
        #expect(pipeline.feed(rows[(at + 400)...]).decisions.contains { $0.action == "replay_done" })
    }

    /// Whatever is learned meanwhile, what goes was learned before.
    @Test func nothingIsLostWhereMoreComesThanIsLearnedAgain() {
        let plan = Self.plan()
        let slot = Pipeline(plan: plan).slots[0]
        let kept = KeptLessons(50, schema: plan.schema, classes: 2)
        let rows = ToyStream.binary(count: 400, turn: .max)
        var learner: Incarnation?
        func add(_ range: Range<Int>) {
            for at in range {
                rows[at].slots.withUnsafeBufferPointer {
                    kept.add(
                        .labelledEvent, $0.baseAddress!, sequence: UInt64(at), rows[at].label, learner: learner)
                }
            }
        }
        add(0..<200)
        #expect(kept.begin(from: 10, upcoming: 200, speed: 7) == 150)
        learner = slot.makeFresh(from: 150)
        add(200..<390)
        while !kept.teach(learner!) {}
        #expect(learner!.digest(behind: slot.chain) == Self.offline(plan, rows[150..<390]))
    }

    /// Labels come some time after their events, some never: the order in which they were learned counts.
    @Test(arguments: ["gaussian_nb", "bagging"])
    func withLateLabels(_ model: String) throws {
        let rows = ToyStream.binary(count: 6000, turn: 3000)
        /// Rows from `first` on, each with its label a while later, and the labels of those before too.
        func run(_ plan: PipelinePlan, from first: Int) -> (LabelledPipeline, [DecisionNotice]) {
            let rules = LabelRules(within: 500, onTimeout: .learn(Label(classIndex: 0)))
            let learner = LabelledPipeline(plan: plan, rules: rules, memory: 64 << 20)
            let event = Event(width: plan.schema.width)
            var decisions: [DecisionNotice] = []
            func label(_ at: Int, _ time: Int64) {
                while case let output? = learner.nextTimeout(before: time) { decisions += output.notices.decisions }
                guard at >= 0, at % 11 > 0 else { return }
                let output = learner.learn(LabelledPipelineTests.key(at), rows[at].label.value, time: time)
                decisions += output.notices.decisions
            }
            for at in rows.indices {
                let time = Int64(at) * 10
                for past in at - 70..<at - 19 where past + 20 + past * 7 % 50 == at { label(past, time) }
                guard at >= first else { continue }
                event.fill(rows[at].slots, .none)
                decisions += learner.score(event, LabelledPipelineTests.key(at), time: time).notices.decisions
                if let early = learner.matchEarly() { decisions += early.notices.decisions }
            }
            return (learner, decisions)
        }
        let plan = Self.plan(model: model)
        let (learner, decisions) = run(plan, from: 0)
        let done = try #require(decisions.last { $0.action == "replay_done" }, "\(decisions.map(\.action))")
        #expect(decisions.last?.action == "retrain_swap" && decisions.last!.at > done.at)
        var plain = plan
        plain.drift = []
        let origin = try Self.told(done).origin
        // Since the event, and not since the label.
        #expect((2800...3100).contains(origin), "\(origin)")
        let offline = run(plain, from: origin).0
        #expect(learner.pipeline.modelDigests[0].digest == offline.pipeline.modelDigests[0].digest)
        #expect(learner.counts.timedOut > 100 && learner.counts.late > 100)
    }

    /// Under another plan it goes on where what it learns is kept, else it is given up.
    @Test func anotherPlanInTheMiddle() throws {
        let plan = toyPlan(models: ["gaussian_nb", "majority"], action: Self.slow, select: .always)
        let rows = ToyStream.binary(count: 8000, turn: 3000)
        let pipeline = Pipeline(plan: plan)
        var at = 0
        while pipeline.state.pointee.replayed == nil {
            pipeline.feed([rows[at]])
            at += 1
        }
        var (other, shorter) = (plan, plan)
        other.select = .never
        shorter.drift[0].action = component("replay", .action, ["keep": .integer(500)])
        for (next, goesOn) in [(other, true), (shorter, false)] {
            let successor = Pipeline(plan: next)
            try successor.adopt(pipeline)
            #expect((successor.state.pointee.replayed != nil) == goesOn)
            let done = successor.feed(rows[at...]).decisions.first { $0.action == "replay_done" }
            if goesOn { #expect(try #require(done).at < UInt64(at) + 400) }
            #expect(try Pipeline.restored(next, successor.bytes).bytes == successor.bytes)
        }
    }
}
