/// Online bagging (Oza & Russell 2001, doi:10.1145/502512.502565): each tree sees an example as often as a Poisson(1)
/// draw says, as a bootstrap sample would.
///
/// Differs from MOA in the votes: the trees' probabilities are averaged, never their raw counts. It does not react to
/// drift. Cost and memory: those of `models` Hoeffding trees; 63 % of them learn an event.
public final class Bagging: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "bagging", role: .classifier,
        summary: "Hoeffding trees that see differently weighted examples and average their probabilities.",
        source: "Oza & Russell 2001, doi:10.1145/502512.502565",
        cost: "that of `models` Hoeffding trees",
        parameters: [EnsembleParameters.models, EnsembleParameters.lambda(1), EnsembleParameters.maxSize]
            + EnsembleParameters.tree(grace: 200, delta: 0.01))

    let core: TreeEnsemble

    public init(parameters: ParameterValues, context: ComponentContext) {
        var style = EnsembleStyle()
        style.models = parameters.integer("models")
        style.lambda = parameters.number("lambda")
        style.maxSize = parameters.integer("max_size")
        style.tau = parameters.number("tau")...parameters.number("tau")
        core = TreeEnsemble(style, TreeOptions(ensemble: parameters), context)
    }
}

/// Online bagging that begins its worst tree anew at each change (Bifet et al. 2009, doi:10.1145/1557019.1557041).
///
/// Each tree's errors run through ADWIN; where one of them rises, the tree with the highest error is replaced by an
/// empty one, and trees with fewer errors of late have more say. River's implementation watches accuracy and drops the
/// best tree instead.
public final class AdwinBagging: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "adwin_bagging", role: .classifier,
        summary: "Bagging that replaces its worst tree when the error of one rises.",
        source: "Bifet et al. 2009, doi:10.1145/1557019.1557041",
        cost: "that of `models` Hoeffding trees and detectors",
        parameters: EnsembleParameters.replacing(lambda: 1))

    let core: TreeEnsemble

    public init(parameters: ParameterValues, context: ComponentContext) {
        core = TreeEnsemble(.replacing(parameters), TreeOptions(ensemble: parameters), context)
    }
}

/// Leveraging bagging (Bifet, Holmes & Pfahringer 2010, doi:10.1007/978-3-642-15880-3_15): as `adwin_bagging`, with
/// examples that weigh six on average, so that trees grow faster and differ more.
///
/// An example of weight six is six examples to the bound of a split, and no more evidence than one: `delta` is small. Trees
/// differ in haste (`tau` to `tau_last`, see `streaming_random_patches`): with one `tau` for all, what is gained where many
/// small regions matter is lost where one plane divides the classes.
public final class LeveragingBagging: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "leveraging_bagging", role: .classifier,
        summary: "Bagging with heavier examples, which replaces its worst tree when the error of one rises.",
        source: "Bifet, Holmes & Pfahringer 2010, doi:10.1007/978-3-642-15880-3_15",
        cost: "that of `models` Hoeffding trees and detectors",
        parameters: EnsembleParameters.replacing(lambda: 6, delta: 1e-7, tau: 0.003) + [EnsembleParameters.lastTau])

    let core: TreeEnsemble

    public init(parameters: ParameterValues, context: ComponentContext) {
        var style = EnsembleStyle.replacing(parameters)
        let tau = max(parameters.number("tau"), 0.001)
        style.tau = tau...max(tau, parameters.number("tau_last"))
        core = TreeEnsemble(style, TreeOptions(ensemble: parameters), context)
    }
}

extension EnsembleParameters {
    /// Of an ensemble that replaces its worst tree.
    static func replacing(lambda: Double, delta: Double = 0.01, tau: Double = 0.05) -> [ParameterDescription] {
        let driftDelta = Self.delta("drift_delta", 0.002, "ADWIN's confidence: the lower, the fewer replacements.")
        return [models, Self.lambda(lambda), driftDelta, maxSize] + tree(grace: 200, delta: delta, tau: tau)
    }
}

extension EnsembleStyle {
    /// Of an ensemble that replaces its worst tree.
    static func replacing(_ parameters: ParameterValues) -> EnsembleStyle {
        var style = EnsembleStyle()
        style.models = parameters.integer("models")
        style.lambda = parameters.number("lambda")
        style.maxSize = parameters.integer("max_size")
        style.tau = parameters.number("tau")...parameters.number("tau")
        style.driftDelta = parameters.number("drift_delta")
        style.reaction = .replaceWorst
        style.isWeighted = true
        return style
    }
}
