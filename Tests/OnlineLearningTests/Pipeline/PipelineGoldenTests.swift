import OnlineLearning
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Predictions and notices bit for bit as they were when the pipeline's input became one value (2026-11, after a comparison
/// of 104 topologies with the version before): a change of the pipeline must change none of them.
///
/// Models and detectors with settled arithmetic only, so that an algorithm's improvement does not move them. The C
/// library's exp and log differ in the last bit between processors; where they do, the test is left out.
@Suite struct PipelineGoldenTests {
    static let plans: [(name: String, plan: PipelinePlan)] = {
        let river: [String: ParameterValue] = ["compatibility": .choice("river")]
        let actions: [(String, ComponentPlan)] = [
            ("alert", component("alert", .action)),
            ("reset", component("reset", .action, ["min_train": .integer(200), "cool_down": .integer(1000)])),
            (
                "reset prior",
                component(
                    "reset", .action,
                    ["fallback": .choice("prior"), "min_train": .integer(200), "cool_down": .integer(100)])
            ),
            ("reset at once", component("reset", .action, ["min_train": .integer(0), "cool_down": .integer(0)])),
            ("background", component("background", .action, ["min_train": .integer(50), "cool_down": .integer(0)])),
        ]
        let ddm = component("ddm", .detector, river)
        let hinkley = component("page_hinkley", .detector, river)
        return actions.flatMap { name, action in
            [
                (
                    "classes, " + name,
                    toyPlan(models: ["logistic_regression", "majority", "no_change"], detector: ddm, action: action)
                ),
                (
                    "numbers, " + name,
                    toyPlan(
                        task: .regression, models: ["linear_regression", "mean"], detector: hinkley, signal: .loss,
                        action: action)
                ),
                (
                    "feature, " + name,
                    toyPlan(
                        models: ["logistic_regression", "majority"], detector: hinkley, signal: .feature("a"),
                        action: action)
                ),
            ]
        }
    }()

    struct Hash {
        var value: UInt64 = 0
        mutating func add(_ bits: UInt64) { value = StableHash.mix(value ^ bits) &+ 0x9e37_79b9_7f4a_7c15 }
        mutating func add(_ text: String) { add(StableHash.of(text)) }
    }

    static func run(_ plan: PipelinePlan) -> UInt64 {
        let pipeline = Pipeline(plan: plan)
        let rows =
            plan.task == .regression
            ? ToyStream.regression(count: 6000, turn: 3000) : ToyStream.binary(count: 6000, turn: 3000, unlabelled: 11)
        var hash = Hash()
        for (at, row) in rows.enumerated() {
            var slots = row.slots
            if at > 4000 { slots[0] += 0.5 }
            let output = pipeline.take(slots, row.label)
            let prediction = output.prediction!
            hash.add(UInt64(bitPattern: Int64(prediction.classIndex)))
            hash.add(prediction.value.isNaN ? 1 : prediction.value.bitPattern)
            for probability in prediction.probabilities { hash.add(probability.bitPattern) }
            hash.add(
                UInt64(prediction.model) << 40 | UInt64(prediction.version) << 8 | UInt64(prediction.drift.rawValue))
            for notice in output.notices {
                switch notice {
                case .drift(let drift):
                    hash.add("\(drift.at) \(drift.level) \(drift.changePoint) \(drift.detector) \(drift.model)")
                case .decision(let decision):
                    hash.add("\(decision.at) \(decision.action) \(decision.modelAfter) \(decision.versionAfter)")
                    hash.add("\(decision.lossBefore) \(decision.lossAfter) \(decision.reason)")
                }
            }
        }
        return hash.value
    }

    /// Which variants of exp and log the C library runs.
    static var probe: UInt64 {
        var hash = Hash()
        for step in 1...4000 {
            hash.add(exp(Double(step) * 0.0173 - 30).bitPattern)
            hash.add(log(Double(step) * 0.00037).bitPattern)
        }
        return hash.value
    }

    /// `Goldens/pipeline.txt`, written anew with MILLRACE_WRITE_GOLDENS=1: a line for the probe and one per plan.
    @Test func areAsTheyWere() throws {
        let lines = [("probe", Self.probe)] + Self.plans.map { ($0.name, Self.run($0.plan)) }
        let text = lines.map { "\($0.0): \(String($0.1, radix: 16))\n" }.joined()
        if getenv("MILLRACE_WRITE_GOLDENS") != nil {
            let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
            let file = try #require(fopen("/\(folder)/Goldens/pipeline.txt", "w"))
            fputs(text, file)
            fclose(file)
        }
        let expected = try golden("pipeline.txt").split(separator: "\n")
        guard expected.first == text.split(separator: "\n").first else { return }
        for (line, found) in zip(expected, text.split(separator: "\n")) { #expect(line == found) }
        #expect(expected.count == lines.count)
    }
}
