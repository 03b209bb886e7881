/// Streaming random patches (Gomes, Read & Bifet 2019, doi:10.1109/ICDM.2019.00034): each tree sees a random part of the
/// features and each example as often as a Poisson(6) draw says; a tree whose error rises is replaced by one grown
/// beside it since the warning.
///
/// Differences from MOA and River, measured on fourteen streams:
/// - trees differ in haste: `tau` of the first and `tau_last` of the last, the others between. Patient trees serve
///   noise, hasty ones short streams and moving concepts; no one value serves both;
/// - trees differ in how many features they see, `subspace` of the first and `subspace_last` of the last;
/// - a tree's say is the square of its recent odds of being right (each event counts 1 % less than the next), not its
///   accuracy since it began: so the vote moves to the trees that fit now;
/// - subspaces are true random draws, at least two features (River takes the first combinations in order);
/// - one ADWIN per tree gives warning and drift, fed with the answer before learning.
///
/// Cost: that of `models` Hoeffding trees on a part of the features. Memory: `max_size`, half of it for successors.
public final class StreamingRandomPatches: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "streaming_random_patches", role: .classifier,
        summary: "Hoeffding trees on random parts of the features and examples, each renewed when its error rises.",
        source: "Gomes, Read & Bifet 2019, doi:10.1109/ICDM.2019.00034",
        cost: "that of `models` Hoeffding trees on a part of the features, and their detectors",
        parameters: [
            EnsembleParameters.models, EnsembleParameters.lambda(6),
            ParameterDescription(
                "subspace", .number(0.01...1, default: 0.5),
                "Share of the features that the first tree sees, at least two.",
                steps: .ladder([0.3, 0.5, 0.7, 1])),
            ParameterDescription(
                "subspace_last", .number(0.01...1, default: 1),
                "The same for the last tree; those between lie evenly. At or below `subspace`: all see as many."),
            EnsembleParameters.lastTau,
            EnsembleParameters.delta("drift_delta", 0.001, "ADWIN's confidence: the lower, the fewer replacements."),
            EnsembleParameters.delta("warning_delta", 0.01, "The same for the warning at which a successor begins."),
            EnsembleParameters.maxSize,
        ] + EnsembleParameters.tree(grace: 100, delta: 0.01))

    let core: TreeEnsemble

    public init(parameters: ParameterValues, context: ComponentContext) {
        var style = EnsembleStyle.renewing(parameters)
        let share = parameters.number("subspace")
        style.share = share...max(share, parameters.number("subspace_last"))
        core = TreeEnsemble(style, TreeOptions(ensemble: parameters), context)
    }
}
