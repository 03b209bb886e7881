/// Adaptive random forest (Gomes et al. 2017, doi:10.1007/s10994-017-5642-8): each leaf of each tree watches a random
/// part of the features, each tree sees an example as often as a Poisson(6) draw says, and a tree whose error rises is
/// replaced by one grown beside it since the warning.
///
/// Differences from MOA and River: trees differ in haste (`tau` to `tau_last`, see `streaming_random_patches`), the vote
/// weighs recent odds of being right, one ADWIN per tree gives warning and drift and is fed with the answer before
/// learning, a successor learns with the tree's own weights (MOA: with weight 1), and trees differ in their draws of
/// features (MOA: all have one seed). Cost: that of `models` Hoeffding trees. Memory: `max_size`, half of it for
/// successors.
public final class AdaptiveRandomForest: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "adaptive_random_forest", role: .classifier,
        summary: "Hoeffding trees whose leaves watch random parts of the features, each renewed when its error rises.",
        source: "Gomes et al. 2017, doi:10.1007/s10994-017-5642-8",
        cost: "that of `models` Hoeffding trees on a part of the features, and their detectors",
        parameters: [
            EnsembleParameters.models, EnsembleParameters.lambda(6),
            ParameterDescription(
                "max_features", .number(0.01...1, default: 0.8),
                "Share of the features that each leaf watches, at least two.",
                steps: .ladder([0.3, 0.5, 0.65, 0.8, 1])),
            EnsembleParameters.lastTau,
            EnsembleParameters.delta("drift_delta", 0.001, "ADWIN's confidence: the lower, the fewer replacements."),
            EnsembleParameters.delta("warning_delta", 0.01, "The same for the warning at which a successor begins."),
            EnsembleParameters.maxSize,
        ] + EnsembleParameters.tree(grace: 50, delta: 0.01))

    let core: TreeEnsemble

    public init(parameters: ParameterValues, context: ComponentContext) {
        var style = EnsembleStyle.renewing(parameters)
        style.leafShare = parameters.number("max_features")
        core = TreeEnsemble(style, TreeOptions(ensemble: parameters), context)
    }
}

extension EnsembleStyle {
    /// Of an ensemble that grows a successor beside each tree from the warning on.
    static func renewing(_ parameters: ParameterValues) -> EnsembleStyle {
        var style = EnsembleStyle()
        style.models = parameters.integer("models")
        style.lambda = parameters.number("lambda")
        style.maxSize = parameters.integer("max_size")
        let tau = max(parameters.number("tau"), 0.001)
        style.tau = tau...max(tau, parameters.number("tau_last"))
        style.driftDelta = parameters.number("drift_delta")
        style.warningDelta = parameters.number("warning_delta")
        style.reaction = .background
        style.isWeighted = true
        return style
    }
}
