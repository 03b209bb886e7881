/// Linear regression with the squared loss by stochastic gradient descent.
///
/// Step for step River's `LinearRegression` (gradient 2(p − y)), except that an SGD step never overshoots its example:
/// where it would carry the prediction past the target, it is shortened to reach it, as in normalised least mean
/// squares. Unscaled or very wide inputs then learn slowly instead of diverging.
/// Cost: one multiplication and addition per feature to predict, the same and a step to learn. Memory: 8 bytes per
/// weight, 16 with `adagrad`.
public final class LinearRegression: Regressor {
    public static let description = ComponentDescription(
        name: "linear_regression", role: .regressor,
        summary: "Linear regression with the squared loss.",
        source: "Widrow & Hoff 1960; Bottou 2010, doi:10.1007/978-3-7908-2604-3_16",
        cost: "a few nanoseconds per feature; 8 bytes per weight, 16 with adagrad",
        parameters: LinearWeights.descriptions(optimizer: "sgd", rate: 0.01, interceptRate: 0.01),
        defaultPipeline: ["impute", "standardize", "one_hot"], features: [.numeric, .boolean])

    private let weights: LinearWeights

    public init(parameters: ParameterValues, context: ComponentContext) {
        weights = LinearWeights(rows: 1, parameters: parameters, context: context)
    }

    public func predict(_ example: Example) -> Double { weights.margin(0, example) }

    public func learn(_ example: Example, target: Double, weight: Double) {
        let (margin, norm) = weights.marginAndNorm(0, example)
        let gradient = 2 * Numerics.difference(margin, target) * weight
        let bounded = weights.bounded(gradient, curvature: 2 * weight, norm: norm)
        weights.step(0, example, gradient: bounded, norm: norm)
    }

    public var memoryBytes: Int { weights.bytes }
    public func sketch(_ sketch: inout ModelSketch) { weights.sketch(&sketch) }
    public func write(to writer: inout SnapshotWriter) { weights.write(to: &writer) }
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) { try weights.read(from: &reader) }
}
