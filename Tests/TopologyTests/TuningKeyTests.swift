import OnlineLearning
import Testing

@testable import Topology

/// `tune`: whose parameters, which, and how many challengers.
@Suite struct TuningKeyTests {
    func check(_ more: String, models: String = "linear: logistic_regression", label: String = "type: binary")
        -> (plan: PipelinePlan?, findings: [String])
    {
        let models = models.isEmpty ? "" : "models: {\(models)}\n"
        let text = "name: a\nfeatures: {b: numeric}\nlabel: {field: y, \(label)}\n\(models)\(more)\n"
        let (plan, findings) = TopologyFile.check(text: text, file: "a.yaml", environment: [:])
        return (plan?.pipeline, findings.map(\.message))
    }

    @Test func itAddsChallengers() throws {
        let standard = TuningPlan(model: "linear")
        for text in ["tune: true", "tune: linear", "tune: {}", "tune: {model: linear}"] {
            let (plan, findings) = check(text)
            #expect(findings.isEmpty && plan?.tune == standard, "\(text): \(findings)")
            #expect(plan?.models.map(\.name) == ["linear", "linear-1", "linear-2", "linear-3", "linear-4"])
            #expect(plan?.models.map(\.isTuned) == [false, true, true, true, true])
            #expect(plan?.models.allSatisfy { $0.transforms == plan?.models[0].transforms } == true)
        }
        let (plan, _) = check("tune: {parameters: learning_rate, lease: 50}")
        #expect(plan?.tune == TuningPlan(model: "linear", parameters: ["learning_rate"], challengers: 2, lease: 50))
        #expect(check("tune: false").plan?.tune == nil)
        #expect(check("tune: true", models: "").plan?.tune?.model == "hoeffding_tree")
        #expect(check("tune: true\nselect: at_drift\ndrift: {detector: adwin}").findings.isEmpty)
    }

    @Test(arguments: [
        ("tune: tree", "names 'tree', which is no model"), ("tune: {model: x}", "names 'x', which is no model"),
        ("tune: {parameters: [depth]}", "'depth' is no tunable parameter of logistic_regression: there is optimizer"),
        ("tune: {lease: 1}", "from 20 to 1000000000"), ("tune: {rate: 1}", "unknown key 'rate'"),
        ("tune: true\nselect: never", "needs `select: always` or `at_drift`"),
        ("tune: [a]", "must be true, a model's name"),
        ("tune:", "'tune' is empty"),
    ])
    func wrongOnesAreTold(_ text: String, _ message: String) {
        let (_, findings) = check(text)
        #expect(findings.contains { $0.contains(message) }, "\(findings)")
    }

    @Test func whatCannotBeTuned() {
        let none = check("tune: true", models: "a: majority").findings
        #expect(none == ["`majority` has no parameter that could be tuned"])
        let taken = check("tune: a", models: "a: hoeffding_tree, a-2: majority").findings
        #expect(taken.contains { $0.contains("rename the model 'a-2'") }, "\(taken)")
        let unlabelled = check("tune: true", models: "", label: "type: none").findings
        #expect(unlabelled.contains { $0.contains("nothing is predicted") }, "\(unlabelled)")
    }
}
