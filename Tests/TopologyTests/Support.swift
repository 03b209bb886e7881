import OnlineLearning

@testable import Topology

/// A small catalog with every parameter kind, so that these tests do not change when a component does.
enum SmallCatalog {
    static let components: [ComponentDescription] = [
        component(
            "logistic_regression", .classifier,
            [
                .init("learning_rate", .number(0...10, default: 0.05), "Step."),
                .init("optimizer", .choice(["sgd", "adagrad"], default: "adagrad"), "Rule."),
            ], pipeline: ["standardize"]),
        component(
            "hoeffding_tree", .classifier,
            [
                .init("grace_period", .integer(1...1_000_000, default: 200), "Events between split attempts."),
                .init("delta", .number(0...1, default: 1e-7), "Confidence."),
                .init("binary_split", .boolean(default: false), "Only two branches."),
            ]),
        component("linear_regression", .regressor, [], pipeline: ["standardize"]),
        component("impute", .transformer, []),
        component(
            "standardize", .transformer, [.init("features", .features, "Which.")], features: [.numeric, .boolean]),
        component("one_hot", .transformer, [.init("features", .features, "Which.")], features: [.categorical]),
        component("adwin", .detector, [.init("delta", .number(1e-12...1, default: 0.002), "Confidence.")]),
        component("ddm", .detector, [], signals: [.error]),
        component("alert", .action, []),
        component(
            "background", .action, [.init("probation", .integer(1...1_000_000, default: 2000), "Events.")],
            needs: .champion),
    ]

    private static func component(
        _ name: String, _ role: ComponentRole, _ parameters: [ParameterDescription], pipeline: [String] = [],
        signals: [SignalKind] = SignalKind.allCases, features: [FeatureKind] = FeatureKind.allCases,
        needs: ModelNeed = .nothing
    ) -> ComponentDescription {
        ComponentDescription(
            name: name, role: role, summary: "The \(name).", source: "A test.", cost: "1", parameters: parameters,
            defaultPipeline: pipeline, signals: signals, features: features, needs: needs)
    }
}

/// The shortest topology; `extra` is put at its end.
func topology(_ extra: String = "") -> String {
    """
    name: shop
    features: {amount: numeric, day: {kind: categorical, max_categories: 7}}
    label: {field: fraud, type: binary}

    """ + extra
}

/// Checks a text against the small catalog.
func check(
    _ text: String, environment: [String: String] = [:], overrides: [(path: String, value: String)] = []
) -> (plan: TopologyPlan?, findings: [String]) {
    let (plan, findings) = TopologyFile.check(
        text: text, file: "t.yaml", environment: environment, overrides: overrides,
        isKnownKafkaProperty: { name in
            let known = ["compression.type", "sasl.password", "sasl.username", "socket.keepalive.enable"]
            return (known.contains(name), known.first { $0.hasPrefix(name.prefix(4)) })
        }, components: SmallCatalog.components)
    return (plan, findings.map { $0.description })
}
