/// Naive Bayes over counts (McCallum & Nigam 1998): a class is known by the shares of the features among its counts.
///
/// For words, clicks, parts: features that say how often. Differs from River in that the prior is smoothed, so that an
/// empty model is undecided. Cost: a logarithm per class and feature that occurs. Memory: 8 bytes per class and feature.
public final class MultinomialNB: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "multinomial_nb", role: .classifier,
        summary: "Naive Bayes over counts: how often each feature occurs in a class.",
        source: "McCallum & Nigam 1998, AAAI-98 Workshop on Learning for Text Categorization, 41-48",
        cost: "a logarithm per class and feature; 8 bytes per class and feature",
        parameters: [.countSmoothing], defaultPipeline: ["one_hot"], features: [.numeric, .boolean])

    let core: CountBayes

    public init(parameters: ParameterValues, context: ComponentContext) {
        core = CountBayes(.multinomial, parameters, context)
    }
}
