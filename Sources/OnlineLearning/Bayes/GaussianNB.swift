/// Naive Bayes: a Gaussian per class and numeric feature, smoothed counts per class and nominal value.
///
/// The prior is the share of a class among all labelled examples. All is computed with logarithms, so that many
/// features cannot underflow as in MOA. A class's variance and shares of values lean on those of all classes together
/// by the weight of one example, and a variance is at least a hundredth of the pooled one: MOA gives a class that has
/// shown no variance a likelihood of 0 or 1, River a constant. The likelihoods are tempered by one exponent that
/// follows the log loss, because features are not independent and their product would be too sure of itself.
/// Missing values are left out.
/// Cost: a division per class and feature to predict, the same and two Welford steps per feature to learn.
/// Memory: 40 bytes per class and numeric feature, 8 per class and value of a nominal one.
public final class GaussianNB: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "gaussian_nb", role: .classifier,
        summary: "Naive Bayes: a Gaussian per numeric feature and counts per boolean or categorical value.",
        source: "John & Langley 1995, arXiv:1302.4964",
        cost: "a division per class and feature; 40 bytes per class and numeric feature",
        parameters: [
            ParameterDescription(
                "compatibility", .choice(["none", "moa"], default: "none"),
                "MOA's likelihoods: each class by itself, untempered.")
        ])

    let core: HoeffdingTree

    public init(parameters: ParameterValues, context: ComponentContext) {
        var options = TreeOptions()
        options.leafPrediction = .bayes
        options.gracePeriod = .infinity
        options.maxSize = .max
        options.followsMoa = parameters.choice("compatibility") == "moa"
        options.roomForClasses = context.classCount
        // Its memory does not grow: a topology with too little is refused, and nothing is given up in silence.
        var own = context
        own.memoryLimit = Self.bytes(context)
        core = HoeffdingTree(options, own)
    }

    /// What all there may be takes at most.
    private static func bytes(_ context: ComponentContext) -> Int {
        let row = context.features.reduce(16) { $0 + 8 * (LeafShape.columns + 1 + $1.nominalCount) }
        return (1 << 20) + row * (context.classCount + 16)
    }
}
