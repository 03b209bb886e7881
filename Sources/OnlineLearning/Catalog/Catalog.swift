/// Every component by its YAML name: the one list that feeds lint, schema, docs and command line.
public enum Catalog {
    /// All descriptions, by role and then by name.
    public static let descriptions: [ComponentDescription] =
        (classifiers.map { $0.description } + regressors.map { $0.description } + transformers.map { $0.description }
            + detectors.map { $0.description } + actions)

    /// The entry of that name and role, or nil.
    public static func find(_ name: String, _ role: ComponentRole) -> ComponentDescription? {
        descriptions.first { $0.name == name && $0.role == role }
    }

    static func makeClassifier(_ plan: ComponentPlan, _ context: ComponentContext) -> any Classifier {
        classifiers.first { $0.description.name == plan.name }!.init(parameters: plan.parameters, context: context)
    }

    static func makeRegressor(_ plan: ComponentPlan, _ context: ComponentContext) -> any Regressor {
        regressors.first { $0.description.name == plan.name }!.init(parameters: plan.parameters, context: context)
    }

    static func makeTransformer(_ plan: ComponentPlan, _ context: ComponentContext) -> any Transformer {
        transformers.first { $0.description.name == plan.name }!.init(parameters: plan.parameters, context: context)
    }

    static func makeDetector(_ plan: ComponentPlan, _ context: ComponentContext) -> any DriftDetector {
        detectors.first { $0.description.name == plan.name }!.init(parameters: plan.parameters, context: context)
    }
}
