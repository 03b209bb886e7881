/// Bernoulli naive Bayes (McCallum & Nigam 1998): a class is known by the share of its examples in which each feature
/// occurs; what does not occur counts as well.
///
/// Missing values are left out (River counts them as absent). Cost: a logarithm per class and feature. Memory: 16 bytes
/// per class and feature.
public final class BernoulliNB: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "bernoulli_nb", role: .classifier,
        summary: "Naive Bayes over whether each feature occurs.",
        source: "McCallum & Nigam 1998, AAAI-98 Workshop on Learning for Text Categorization, 41-48",
        cost: "a logarithm per class and feature; 8 bytes per class and feature",
        parameters: [
            .countSmoothing,
            ParameterDescription(
                "threshold", .number(-1e12...1e12, default: 0), "A feature occurs where its value is above it."),
        ], defaultPipeline: ["one_hot"], features: [.numeric, .boolean])

    let core: CountBayes

    public init(parameters: ParameterValues, context: ComponentContext) {
        core = CountBayes(.bernoulli, parameters, context)
    }
}
