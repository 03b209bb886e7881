/// Every component by its YAML name: the one list that feeds lint, schema, docs and command line, and makes them.
///
/// A component stands in one of the lists of `Catalog+Models` and `Catalog+Drift`, with its description and its maker in
/// its own file. Nothing else knows components by name.
public enum Catalog {
    /// All descriptions, by role and then by name.
    public static let descriptions: [ComponentDescription] =
        classifiers.map { $0.description } + regressors.map { $0.description } + transformers.map { $0.description }
        + detectors.map { $0.description } + policies.map { $0.description }

    /// The entry of that name and role, or nil.
    public static func find(_ name: String, _ role: ComponentRole) -> ComponentDescription? {
        descriptions.first { $0.name == name && $0.role == role }
    }

    /// A component with every default. The name must be in the catalog.
    static func standard(_ name: String, _ role: ComponentRole) -> ComponentPlan {
        guard let found = find(name, role) else { preconditionFailure("the catalog has no \(role) '\(name)'") }
        return ComponentPlan(name, found.defaults)
    }

    /// A classifier or a regressor behind the face of all models. The plan's names are checked ones: see `type`.
    static func makeModel(_ plan: ComponentPlan, _ role: ComponentRole, _ context: ComponentContext) -> any Model {
        role == .regressor ? makeRegressor(plan, context) : makeClassifier(plan, context)
    }

    static func makeClassifier(_ plan: ComponentPlan, _ context: ComponentContext) -> any Classifier {
        type(plan.name, classifiers) { $0.description }.init(parameters: plan.parameters, context: context)
    }

    static func makeRegressor(_ plan: ComponentPlan, _ context: ComponentContext) -> any Regressor {
        type(plan.name, regressors) { $0.description }.init(parameters: plan.parameters, context: context)
    }

    static func makeTransformer(_ plan: ComponentPlan, _ context: ComponentContext) -> any Transformer {
        type(plan.name, transformers) { $0.description }.init(parameters: plan.parameters, context: context)
    }

    static func makeDetector(_ plan: ComponentPlan, _ context: ComponentContext) -> any DriftDetector {
        type(plan.name, detectors) { $0.description }.init(parameters: plan.parameters, context: context)
    }

    static func makePolicy(_ plan: ComponentPlan) -> any Policy {
        policy(plan.name).init(parameters: plan.parameters)
    }

    static func policy(_ name: String) -> any Policy.Type { type(name, policies) { $0.description } }

    /// A name that is not in the list is a mistake of the program: the linter refuses it in a topology.
    private static func type<T>(_ name: String, _ list: [T], _ description: (T) -> ComponentDescription) -> T {
        guard let found = list.first(where: { description($0).name == name }) else {
            let known = list.map { description($0).name }.joined(separator: ", ")
            preconditionFailure("the catalog has no '\(name)' among \(known)")
        }
        return found
    }
}
