/// Complement naive Bayes (Rennie et al. 2003): a class is known by how little its counts look like those of the others
/// together, whose estimates rest on more examples where classes differ much in size.
///
/// Differs from the paper in that a class has its prior, and weights are not normalized. Cost: a logarithm per class and
/// feature that occurs. Memory: 8 bytes per class and feature.
public final class ComplementNB: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "complement_nb", role: .classifier,
        summary: "Naive Bayes over counts of all other classes: for classes of very different size.",
        source: "Rennie et al. 2003, ICML-03, 616-623",
        cost: "a logarithm per class and feature; 8 bytes per class and feature",
        parameters: [.countSmoothing], defaultPipeline: ["one_hot"], features: [.numeric, .boolean])

    let core: CountBayes

    public init(parameters: ParameterValues, context: ComponentContext) {
        core = CountBayes(.complement, parameters, context)
    }
}
