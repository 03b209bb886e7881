import Testing

@testable import OnlineLearning

/// A pipeline that goes on under another plan: what is said to be kept has the same bytes.
@Suite struct PipelineChangeTests {
    private static let plan = toyPlan(
        models: ["gaussian_nb", "logistic_regression"], action: component("background", .action), select: .always)

    /// After a turn another model trains, or answers on probation.
    private static func learned(_ plan: PipelinePlan = plan, turn: Int = 2000) -> Pipeline {
        let pipeline = Pipeline(plan: plan)
        pipeline.feed(ToyStream.binary(count: 3000, turn: turn))
        return pipeline
    }

    /// The bytes of every section.
    private static func sections(_ pipeline: Pipeline) throws -> [String: [UInt8]] {
        var reader = SnapshotReader(pipeline.bytes)
        _ = try reader.readText()
        _ = try reader.read(UInt16.self)
        var sections: [String: [UInt8]] = [:]
        while reader.remaining > 0 {
            let name = try reader.readText()
            _ = try reader.readText()
            sections[name] = Array(reader.bytes[try reader.take(Int(try reader.read(UInt64.self)))])
            _ = try reader.read(UInt64.self)
        }
        return sections
    }

    private static func adopted(_ former: Pipeline, _ plan: PipelinePlan) throws -> Pipeline {
        let pipeline = Pipeline(plan: plan)
        try pipeline.adopt(former)
        return pipeline
    }

    /// Everything but these sections, and the pipeline's own with its digest, is bit for bit the same.
    private func expectKept(
        _ former: Pipeline, _ plan: PipelinePlan, but changed: Set<String>, line: Int = #line
    ) throws {
        let before = try Self.sections(former)
        let pipeline = try Self.adopted(former, plan)
        let after = try Self.sections(pipeline)
        for (name, bytes) in before where name != "pipeline" && !changed.contains(name) {
            let isSame = after[name] == bytes
            #expect(isSame, "line \(line): \(name)")
        }
        for name in changed { #expect(after[name] != before[name], "line \(line): \(name) did not change") }
        #expect(pipeline.sequence == former.sequence && pipeline.rollingDigest != former.rollingDigest)
        // The same once more, and from a snapshot.
        #expect(try Self.adopted(former, plan).bytes == pipeline.bytes, "line \(line)")
        let copy = try Pipeline.restored(plan, pipeline.bytes)
        let rows = ToyStream.binary(count: 500, turn: 0)
        if plan.schema.width == 4 {
            #expect("\(copy.feed(rows))" == "\(pipeline.feed(rows))" && copy.bytes == pipeline.bytes)
        }
    }

    private func fates(_ old: PipelinePlan, _ new: PipelinePlan) -> [String: PipelineChange.Fate] {
        Dictionary(
            PipelineChange(from: old, to: new).entries.map { ($0.name, $0.fate) }, uniquingKeysWith: { $1 })
    }

    @Test func aChallengerComesAndGoes() throws {
        var more = Self.plan
        more.models.append(ModelPlan(name: "tree", component: component("hoeffding_tree", .classifier)))
        // What is compared, and how surely, depends on how many there are.
        try expectKept(Self.learned(), more, but: ["select"])
        #expect(fates(Self.plan, more)["model tree"] == .new)
        var fewer = Self.plan
        fewer.models.removeLast()
        fewer.drift[0].action = component("alert", .action)
        let gone: Set = ["model/logistic_regression", "model/logistic_regression/record", "model/gaussian_nb/record"]
        try expectKept(Self.learned(), fewer, but: gone.union(["drift/1", "select", "shadow"]))
        #expect(fates(Self.plan, fewer)["model logistic_regression"] == .removed)
        // The record of the only model is what was published.
        let alone = toyPlan(action: component("alert", .action))
        var two = alone
        two.models.append(Self.plan.models[1])
        let former = Self.learned(alone)
        try expectKept(former, two, but: [])
        let record = try Self.sections(Self.adopted(former, two))["model/gaussian_nb/record"]
        #expect(try record == Self.sections(former)["published"])
    }

    @Test func aHotParameterKeepsWhatWasLearned() throws {
        var plan = Self.plan
        plan.models[1].component = component("logistic_regression", .classifier, ["learning_rate": .number(0.5)])
        #expect(fates(Self.plan, plan)["model logistic_regression"] == .hot(["learning_rate"]))
        try expectKept(Self.learned(), plan, but: [])
        plan = Self.plan
        plan.drift[0].detector = component("adwin", .detector, ["delta": .number(0.001)])
        #expect(fates(Self.plan, plan)["detector adwin on error"] == .hot(["delta"]))
        try expectKept(Self.learned(), plan, but: [])
        plan.memory /= 2
        try expectKept(Self.learned(), plan, but: [])
    }

    @Test func whatIsAnotherThingBeginsAnew() throws {
        var plan = Self.plan
        plan.models[1].component = component("hoeffding_tree", .classifier)
        // The one that begins anew is the champion by then: its errors are another sequence.
        try expectKept(
            Self.learned(turn: .max), plan,
            but: ["model/logistic_regression", "model/logistic_regression/record", "select", "drift/1"])
        let fresh = try Self.adopted(Self.learned(turn: .max), plan)
        #expect(fresh.report().models[1].version == 2)
        plan = Self.plan
        plan.drift[0].detector = component("ddm", .detector)
        try expectKept(Self.learned(), plan, but: ["drift/1"])
        #expect(fates(Self.plan, plan)["detector ddm on error"] == .new)
        #expect(fates(Self.plan, plan)["detector adwin on error"] == .removed)
    }

    /// Another action: the detector goes on as it was.
    @Test func anActionIsChangedAndItsDetectorGoesOn() throws {
        var plan = Self.plan
        plan.drift[0].action = component("reset", .action)
        let former = Self.learned()
        let pipeline = try Self.adopted(former, plan)
        var (before, after) = (SnapshotWriter(), SnapshotWriter())
        former.watches[0].detector.write(to: &before)
        pipeline.watches[0].detector.write(to: &after)
        #expect(before.bytes == after.bytes)
        #expect(fates(Self.plan, plan)["detector adwin on error"] == .kept)
    }

    @Test func aDetectorMoves() throws {
        var plan = Self.plan
        plan.drift.insert(
            DriftPlan(
                detector: component("kswin", .detector), signal: .feature(plan.schema.features[0].name),
                action: component("alert", .action)), at: 0)
        let former = Self.learned()
        let sections = try Self.sections(Self.adopted(former, plan))
        #expect(try sections["drift/2"] == Self.sections(former)["drift/1"])
    }

    @Test func aNewFeatureLetsModelsBeginAnewAndTheRestGoOn() throws {
        var plan = Self.plan
        plan.schema = Schema(plan.schema.features + [Feature("late", .numeric)])
        let found = fates(Self.plan, plan)
        #expect(found["feature late"] == .new)
        guard case .cold = found["model gaussian_nb"] else { return #expect(Bool(false), "\(found)") }
        var changed: Set = ["transforms/1", "drift/1", "select", "shadow", "moves"]
        for model in plan.models { changed.formUnion(["model/\(model.name)", "model/\(model.name)/record"]) }
        try expectKept(Self.learned(), plan, but: changed)
    }

    @Test func whatCannotBeIsRefusedInWords() throws {
        func refusal(_ change: (inout PipelinePlan) -> Void) -> String {
            var plan = Self.plan
            change(&plan)
            do throws(SnapshotError) {
                try Pipeline(plan: plan).adopt(Self.learned())
                return ""
            } catch { return error.message }
        }
        #expect(refusal { $0.seed = 9 }.hasPrefix("seed: was 1"))
        #expect(refusal { $0.task = .multiclass }.hasPrefix("label.type: was binary"))
        #expect(refusal { $0.classes = ["1", "0"] }.contains("label.classes"))
        #expect(refusal { $0.schema = Schema(Array($0.schema.features.dropFirst())) }.contains("feature"))
        #expect(refusal { $0.schema = Schema($0.schema.features.reversed()) }.contains("another place"))
    }
}
