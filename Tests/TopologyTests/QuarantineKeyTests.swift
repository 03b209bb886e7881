import OnlineLearning
import Testing

@testable import Topology

@Suite("When learning stops by itself, and models that race: what the keys mean, and what does not fit")
struct QuarantineKeyTests {
    private func check(
        _ more: String, label: String = "field: y, type: binary", features: String = "{a: numeric, b: boolean}"
    ) -> (plan: PipelinePlan?, findings: [String]) {
        let text = "name: n\nfeatures: \(features)\nlabel: {\(label)}\n\(more)\n"
        let (plan, findings) = TopologyFile.check(text: text, file: "t.yaml", environment: [:])
        return (plan?.pipeline, findings.map(\.message))
    }

    @Test func theDefaults() {
        #expect(check("").plan?.quarantine == nil)
        let standard = QuarantinePlan(window: 100, limit: 6, patience: 2000, watchesError: true, features: [])
        #expect(check("breaker: {}").plan?.quarantine == standard)
        #expect(check("breaker: {window: 50, limit: 8, patience: 9}").plan?.quarantine?.window == 50)
        let guards = check("guards: all").plan?.quarantine
        #expect(guards?.features == ["a", "b"] && guards?.watchesError == false && guards?.window == 100)
        #expect(check("guards: b\nbreaker: {patience: 7}").plan?.quarantine?.features == ["b"])
        #expect(check("guards: [b, a]").plan?.quarantine?.features == ["a", "b"])
        // A feature of that name means itself.
        #expect(check("guards: all", features: "{all: numeric, b: numeric}").plan?.quarantine?.features == ["all"])
    }

    @Test(arguments: [
        ("guards: [c]", "there is no feature 'c'"), ("breaker:", "`breaker: {}` takes the defaults"),
        ("guards:", "name features, or write `all`"), ("breaker: {window: 1}", "from 40 to 10000"),
        ("breaker: {loss: 1}", "unknown key 'loss'"),
    ])
    func mistakes(_ text: String, _ finding: String) {
        let (plan, findings) = check(text)
        #expect(plan == nil && findings.contains { $0.contains(finding) }, "\(findings)")
    }

    @Test func slices() {
        #expect(check("slices: all").plan?.slices == ["a", "b"])
        #expect(check("slices: [b]").plan?.slices == ["b"])
        #expect(check("slices: [c]").findings.contains { $0.contains("'slices' must name features") })
        #expect(check("slices: a", label: "type: none").findings.contains { $0.contains("nothing is predicted") })
        let many = "{" + (0..<17).map { "f\($0): numeric" }.joined(separator: ", ") + "}"
        #expect(check("slices: all", features: many).findings.contains { $0.contains("16 features at most, not 17") })
    }

    @Test func errorsNeedALabel() {
        let (_, findings) = check("breaker: {}", label: "type: none")
        #expect(findings.contains { $0.contains("'guards' watch features") }, "\(findings)")
        #expect(check("guards: all", label: "type: none").findings.isEmpty)
    }

    @Test func aRaceHasItsModels() throws {
        let plan = try #require(check("models: auto").plan)
        #expect(plan.models.map(\.name) == ["tree", "linear", "bayes", "forest"] && plan.select == .always)
        #expect(plan.models[1].component.name == "logistic_regression" && plan.models[1].transforms?.isEmpty == false)
        let numbers = try #require(check("models: auto", label: "field: y, type: regression").plan)
        #expect(
            numbers.models.map(\.component.name) == [
                "hoeffding_tree_regressor", "linear_regression", "mean", "streaming_random_patches_regressor",
            ])
        #expect(check("models: auto\nselect: always").findings.isEmpty)
        #expect(check("models: all").findings.contains { $0.contains("or `auto`") })
        #expect(check("models: auto", label: "type: none").plan == nil)
    }

    @Test func approval() {
        func drift(_ more: String) -> (plan: PipelinePlan?, findings: [String]) {
            check("drift: [{detector: adwin, \(more)}]")
        }
        #expect(drift("action: background").plan?.drift[0].approval == nil)
        #expect(drift("action: background, approval: manual").plan?.drift[0].approval == 10_000)
        #expect(drift("action: reset, approval: manual, approval_wait: 7").plan?.drift[0].approval == 7)
        #expect(drift("action: alert, approval: manual").findings.contains { $0.contains("nothing to approve") })
        #expect(drift("action: reset, approval_wait: 7").findings.contains { $0.contains("only for") })
    }
}
