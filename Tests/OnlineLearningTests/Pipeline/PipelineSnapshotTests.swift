import Testing

@testable import OnlineLearning

/// A pipeline that was stored and taken back goes on as if nothing had happened.
@Suite struct PipelineSnapshotTests {
    static let ddm = component("ddm", .detector)
    /// Every policy, on streams where it passes through all of its phases.
    static let plans: [PipelinePlan] = [
        toyPlan(models: ["logistic_regression", "majority", "hoeffding_tree"], action: component("alert", .action)),
        toyPlan(action: component("reset", .action)),
        toyPlan(action: component("reset", .action, ["fallback": .choice("prior")])),
        toyPlan(action: component("reset", .action, ["min_train": .integer(0)])),
        toyPlan(
            models: ["gaussian_nb", "logistic_regression"], action: component("alert", .action), select: .always),
        toyPlan(
            models: ["gaussian_nb", "majority", "logistic_regression"], action: component("background", .action),
            select: .atDrift),
        toyPlan(action: component("background", .action)),
        toyPlan(detector: ddm, action: component("background", .action)),
        toyPlan(
            detector: component("page_hinkley", .detector), signal: .loss, action: component("background", .action)),
        toyPlan(signal: .feature("a"), action: component("background", .action, ["max_wait": .integer(400)])),
        toyPlan(models: ["gaussian_nb", "majority"], action: component("recall", .action), select: .always),
        toyPlan(action: ReplayTests.slow),
        TuningTests.plan("logistic_regression", action: "recall"),
        TuningTests.plan("hoeffding_tree", action: "background"), toyPlan(action: component("periodic", .action)),
        SlicesTests.plan(),
        SlicesTests.plan(QuarantinePlan(window: 40, limit: 6, patience: 700, watchesError: true, features: ["a"])),
        QuarantineTests.plan(
            QuarantinePlan(window: 40, limit: 6, patience: 700, watchesError: true, features: ["a", "c", "d"])),
        explained,
    ]
    private static var explained: PipelinePlan {
        var plan = toyPlan(action: component("background", .action))
        plan.reasons = 3
        return plan
    }

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
            // Damage is found by the checksums; what they cannot find must do no harm either.
            #expect(throws: SnapshotError.self) { try Pipeline.restored(plan, bad) }
            guard let taken = try? Pipeline.restored(plan, Self.resealed(bad)) else { continue }
            taken.feed(rows.prefix(50))
            _ = taken.report()
        }
    }

    /// The same sections with checksums that fit, as far as they can be found.
    static func resealed(_ bytes: [UInt8]) -> [UInt8] {
        var sealed = bytes
        var reader = SnapshotReader(bytes)
        do {
            _ = try reader.readText()
            _ = try reader.read(UInt16.self)
            while reader.remaining > 0 {
                _ = (try reader.readText(), try reader.readText())
                let range = try reader.take(Int(clamping: try reader.read(UInt64.self)))
                let sum = bytes.withUnsafeBytes { StableHash.of(UnsafeRawBufferPointer(rebasing: $0[range])) }
                let place = try reader.take(8)
                withUnsafeBytes(of: sum.littleEndian) { sealed.replaceSubrange(place, with: $0) }
            }
        } catch {}
        return sealed
    }

    /// Every section once, whatever the order; nothing more, nothing less, nothing of another format.
    @Test func sectionsAreWhatTheTopologyNeeds() throws {
        let plan = Self.plans[4]
        let pipeline = Pipeline(plan: plan)
        pipeline.feed(ToyStream.binary(count: 500, turn: .max))
        var sections: [(String, String, [UInt8])] = []
        var reader = SnapshotReader(pipeline.bytes)
        _ = (try reader.readText(), try reader.read(UInt16.self))
        while reader.remaining > 0 {
            let (name, text) = (try reader.readText(), try reader.readText())
            let range = try reader.take(Int(try reader.read(UInt64.self)))
            sections.append((name, text, Array(pipeline.bytes[range])))
            _ = try reader.take(8)
        }
        #expect(
            sections.map(\.0) == [
                "pipeline", "classes", "categories/d", "transforms/1", "model/gaussian_nb", "model/gaussian_nb/record",
                "model/logistic_regression", "model/logistic_regression/record", "published", "baselines", "drift/1",
                "select", "moves",
            ])
        let texts = Dictionary(uniqueKeysWithValues: sections.map { ($0.0, $0.1) })
        for (name, text) in plan.sections { #expect(texts[name] == text) }
        func refusal(
            _ list: [(String, String, [UInt8])], version: UInt16 = SnapshotSections.version, magic: String? = nil
        ) -> String {
            var writer = SnapshotWriter()
            writer.write(magic ?? SnapshotSections.magic)
            writer.write(version)
            for (name, text, body) in list { writer.section(name, text) { for byte in body { $0.write(byte) } } }
            do { return try Pipeline.restored(plan, writer.bytes).bytes == pipeline.bytes ? "same" : "other" } catch {
                return "\(error)"
            }
        }
        #expect(refusal(sections) == "same" && refusal(sections.reversed()) == "same")
        for index in sections.indices {
            var fewer = sections
            let name = fewer.remove(at: index).0
            // What features were like decides nothing.
            #expect(refusal(fewer).contains(name == "moves" ? "other" : "no section '\(name)'"))
            #expect(refusal(sections + [sections[index]]).contains("'\(name)' twice"))
            var longer = sections
            longer[index].2.append(0)
            #expect(refusal(longer).contains("1 bytes too many"))
        }
        #expect(refusal(sections + [("model/x", "", [])]).contains("which the topology does not have"))
        #expect(refusal(sections, version: 3).contains("format 3, this build reads format 4: begin anew"))
        #expect(refusal([], magic: "pipeline 1").contains("format 1, this build reads format 4: begin anew"))
        #expect(refusal([], magic: "else").contains("no snapshot"))
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
        #expect(refusal { $0.models[0].component = component("majority", .classifier) }.contains("model/gaussian_nb"))
        #expect(refusal { $0.models[0].name = "nb" }.contains("champion 'gaussian_nb' is no model"))
        #expect(refusal { $0.transforms = [] }.contains("behind []"))
        #expect(refusal { $0.seed = 2 }.contains("seed"))
        #expect(refusal { $0.window = 501 }.contains("window"))
        #expect(refusal { $0.classes = ["1", "0"] }.contains("classes"))
        #expect(refusal { $0.schema = Schema([Feature("a", .numeric)]) }.contains("features a: numeric'"))
        #expect(refusal { $0.drift = [] }.contains("a section 'drift/1'"))
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
