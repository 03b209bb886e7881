import OnlineLearning
import Testing

@testable import Topology

/// Parameters that hold components: `model: {hoeffding_tree: {…}}`, `members: {…}`.
@Suite struct ComponentParameterTests {
    static let bagging = ComponentDescription(
        name: "bagging_like", role: .classifier, summary: "Many of one kind.", source: "A test.", cost: "Much.",
        parameters: [
            ParameterDescription("model", .component(.classifier, default: "hoeffding_tree"), "What each member is."),
            ParameterDescription("models", .integer(1...1000, default: 10), "Members."),
        ])
    static let voting = ComponentDescription(
        name: "voting_like", role: .classifier, summary: "Several kinds.", source: "A test.", cost: "Their sum.",
        parameters: [
            ParameterDescription("members", .members(.classifier, default: ["gaussian_nb", "majority"]), "Who votes.")
        ])
    static let components = Catalog.descriptions + [bagging, voting]

    func plan(_ models: String) throws -> (plan: TopologyPlan?, findings: [Finding]) {
        let text = "name: t\nfeatures: {x: numeric}\nlabel: {field: y, type: binary}\nmodels:\n" + models
        return TopologyFile.check(
            text: text, file: "t.yaml", environment: [:], overrides: [], isKnownKafkaProperty: { _ in (true, nil) },
            components: Self.components)
    }

    @Test func componentsWithinComponentsAreRead() throws {
        let plan = try #require(
            try plan(
                """
                  a: {bagging_like: {model: {hoeffding_tree: {grace_period: 50}}, models: 3}}
                  b: {voting_like: {members: {z: gaussian_nb, a: {bagging_like: {model: majority}}}}}
                  c: bagging_like

                """
            ).plan)
        let models = plan.pipeline.models.map(\.component)
        #expect(models[0].parameters.component("model").name == "hoeffding_tree")
        #expect(models[0].parameters.component("model").parameters.integer("grace_period") == 50)
        #expect(models[0].parameters.integer("models") == 3)
        // By name, whatever the order in the file.
        #expect(models[1].parameters.members().map(\.name) == ["a", "z"])
        #expect(models[1].parameters.members()[0].plan.parameters.component("model").name == "majority")
        #expect(
            models[1].canonicalText
                == "voting_like(members: {a: bagging_like(model: majority(), models: 10), "
                + "z: gaussian_nb(compatibility: none)})")
        #expect(models[2].parameters.component("model").name == "hoeffding_tree")
    }

    @Test(arguments: [
        ("  a: {bagging_like: {model: {hoeffding_tre: {}}}}", "5:30: 'hoeffding_tre' is not known as a classifier"),
        (
            "  a: {bagging_like: {model: {hoeffding_tree: {grace: 1}}}}",
            "5:47: 'hoeffding_tree' has no parameter 'grace'"
        ),
        ("  a: {bagging_like: {model: linear_regression}}", "5:29: 'linear_regression' is a regressor and cannot be"),
        ("  a: {bagging_like: {model: [majority]}}", "5:29: a classifier must be a name, or a map of one name"),
        ("  a: {voting_like: {members: [majority]}}", "5:30: 'voting_like.members' must be a map of names to"),
        ("  a: {voting_like: {members: {b: adwin}}}", "5:34: 'adwin' is a detector and cannot be a classifier"),
    ])
    func mistakesInsideAreFoundWhereTheyStand(_ models: String, _ finding: String) throws {
        let findings = try plan(models).findings
        #expect(findings.count == 1 && "\(findings[0])".hasPrefix("t.yaml:" + finding), "\(findings)")
    }

    @Test func schemaAndReferenceKnowThem() {
        let schema = TopologySchema.json(components: Self.components)
        #expect(schema.contains("#/$defs/classifier"))
        let page = TopologyReference.markdown(components: Self.components)
        #expect(
            page.contains("| `model` | a classifier, with its parameters | `hoeffding_tree()` |")
                || page.contains("`model`"))
    }
}
