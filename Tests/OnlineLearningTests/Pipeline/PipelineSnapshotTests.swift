import OnlineLearning
import Testing

/// A pipeline that was stored and taken back goes on as if nothing had happened.
@Suite struct PipelineSnapshotTests {
    static let ddm = component("ddm", .detector)
    /// Every policy, on streams where it passes through all of its phases.
    static let plans: [PipelinePlan] = [
        toyPlan(models: ["logistic_regression", "majority", "hoeffding_tree"], action: component("alert", .action)),
        toyPlan(action: component("reset", .action)),
        toyPlan(action: component("reset", .action, ["fallback": .choice("prior")])),
        toyPlan(action: component("reset", .action, ["min_train": .integer(0)])),
        toyPlan(models: ["gaussian_nb", "logistic_regression"], action: component("switch", .action)),
        toyPlan(
            models: ["gaussian_nb", "majority"],
            action: component("switch", .action, ["probation": .integer(1500)])),
        toyPlan(action: component("background", .action)),
        toyPlan(detector: ddm, action: component("background", .action)),
        toyPlan(
            detector: component("page_hinkley", .detector), signal: .loss, action: component("background", .action)),
        toyPlan(signal: .feature("a"), action: component("background", .action, ["max_wait": .integer(400)])),
    ]

    @Test(arguments: plans.indices)
    func goesOnBitForBit(_ index: Int) throws {
        let plan = Self.plans[index]
        let rows = ToyStream.binary(count: 8000, turn: 3000, unlabelled: 7)
        let whole = Pipeline(plan: plan)
        // Where something happened, and the events around it, are where state is easily forgotten.
        let scout = Pipeline(plan: plan).feed(rows)
        let moments = Set(
            scout.map { notice in
                switch notice {
                case .drift(let drift): Int(drift.at)
                case .decision(let decision): Int(decision.at)
                }
            })
        var cuts = Set([0, 1, 500, 2999, 3000, 7999])
        for moment in moments.sorted().prefix(8) { cuts.formUnion([moment, moment + 1, moment + 2, moment + 60]) }
        var copies: [Pipeline] = []
        for (at, row) in rows.enumerated() {
            if cuts.contains(at) {
                let bytes = whole.bytes
                let copy = try Pipeline.restored(plan, bytes)
                #expect(copy.bytes == bytes, "written again at \(at)")
                copies.append(copy)
            }
            // As text, because an undefined loss is not equal to itself.
            let expected = whole.feed([row]).map { "\($0)" }
            for copy in copies where copy.feed([row]).map({ "\($0)" }) != expected {
                Issue.record("other notices at \(at)")
            }
        }
        for copy in copies {
            #expect(copy.rollingDigest == whole.rollingDigest)
            #expect(copy.bytes == whole.bytes)
        }
    }

    @Test func sameEventsSameBytes() {
        let plan = Self.plans[6]
        let rows = ToyStream.binary(count: 6000, turn: 3000)
        let (first, second) = (Pipeline(plan: plan), Pipeline(plan: plan))
        #expect("\(first.feed(rows))" == "\(second.feed(rows))")
        #expect(first.bytes == second.bytes)
        let other = Pipeline(plan: plan)
        other.feed(rows.dropLast())
        #expect(other.rollingDigest != first.rollingDigest)
    }

    @Test(arguments: plans.indices)
    func corruptedNeverCrashes(_ index: Int) {
        let plan = Self.plans[index]
        let rows = ToyStream.binary(count: 3300, turn: 3000)
        let pipeline = Pipeline(plan: plan)
        pipeline.feed(rows)
        let good = pipeline.bytes
        var random = SplitMix(state: UInt64(index))
        for round in 0..<300 {
            var bad = good
            if round % 5 == 0 {
                bad.removeLast(1 + Int(random.bits() % UInt64(bad.count)))
                #expect(throws: SnapshotError.self) { try Pipeline.restored(plan, bad) }
                continue
            }
            for _ in 0..<(1 + round % 3) {
                bad[Int(random.bits() % UInt64(bad.count))] ^= UInt8(1 << (random.bits() % 8))
            }
            guard let taken = try? Pipeline.restored(plan, bad) else { continue }
            taken.feed(rows.prefix(50))
            _ = taken.report()
        }
    }

    @Test func refusesAnotherPlan() throws {
        let plan = toyPlan(action: component("reset", .action))
        let bytes = Pipeline(plan: plan).bytes
        func refusal(_ change: (inout PipelinePlan) -> Void) -> String {
            var other = plan
            change(&other)
            do {
                _ = try Pipeline.restored(other, bytes)
                return "taken"
            } catch { return "\(error)" }
        }
        #expect(refusal { _ in } == "taken")
        #expect(refusal { $0.models[0].component = component("majority", .classifier) }.contains("model 'gaussian_nb'"))
        #expect(refusal { $0.models[0].name = "nb" }.contains("model 'nb'"))
        #expect(refusal { $0.transforms = [] }.contains("pipeline of transforms"))
        #expect(refusal { $0.seed = 2 }.contains("seed"))
        #expect(refusal { $0.window = 501 }.contains("window"))
        #expect(refusal { $0.classes = ["1", "0"] }.contains("classes"))
        #expect(refusal { $0.schema = Schema([Feature("a", .numeric)]) }.contains("list of features"))
        #expect(refusal { $0.drift = [] }.contains("detectors"))
        #expect(
            refusal { $0.drift[0].detector = component("adwin", .detector, ["delta": .number(0.5)]) }.contains(
                "delta: 0.5"))
        #expect(
            refusal { $0.drift[0].action = component("reset", .action, ["min_train": .integer(9)]) }.contains(
                "min_train: 9"))
        #expect(refusal { $0.drift[0].signal = .loss }.contains("on loss"))
    }

    @Test func classesAndCategoriesAreState() throws {
        var plan = toyPlan()
        plan.task = .multiclass
        plan.classes = []
        plan.maxClasses = 5
        let pipeline = Pipeline(plan: plan)
        for name in ["red", "green"] {
            _ = Array(name.utf8).withUnsafeBytes { pipeline.classes.classIndex(canonical: $0) }
            _ = pipeline.categories[3]!.intern(name)
        }
        let copy = try Pipeline.restored(plan, pipeline.bytes)
        #expect(copy.classes.spellings == ["red", "green"])
        #expect(copy.categories[3]!.word(1) == "green")
        #expect(copy.categories[0] == nil)
    }
}
