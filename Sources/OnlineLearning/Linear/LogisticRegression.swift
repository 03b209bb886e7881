/// Logistic regression by stochastic gradient descent; softmax regression where there are more than two classes.
///
/// Two classes: one weight vector and the log loss, class 1 is the positive one, step for step River's
/// `LogisticRegression`. More classes: one weight vector per class and the cross-entropy, because softmax gives
/// probabilities that are calibrated together, at the price of one-vs-rest. `LinearWeights` has the step.
/// Cost: one multiplication and addition per feature and weight vector to predict, the same and a step to learn.
/// Memory: 8 bytes per weight, 16 with `adagrad`.
public final class LogisticRegression: Classifier {
    public static let description = ComponentDescription(
        name: "logistic_regression", role: .classifier,
        summary: "Linear classifier with probabilities; softmax where there are more than two classes.",
        source: "Bottou 2010, doi:10.1007/978-3-7908-2604-3_16; "
            + "AdaGrad: Duchi, Hazan & Singer 2011 (JMLR 12, 2121-2159)",
        cost: "a few nanoseconds per feature; 8 bytes per weight, 16 with adagrad",
        parameters: LinearWeights.descriptions(optimizer: "sgd", rate: 0.05, interceptRate: 0.01),
        defaultPipeline: ["impute", "standardize", "one_hot"], features: [.numeric, .boolean])

    private let weights: LinearWeights
    private let classCount: Int
    /// Scores of the classes while one example is learned.
    private let scores: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        classCount = max(context.classCount, 1)
        weights = LinearWeights(rows: classCount > 2 ? classCount : 1, parameters: parameters, context: context)
        scores = FlatBuffer(classCount, repeating: 0)
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        switch classCount {
        case 1: probabilities[0] = 1
        case 2:
            let positive = Numerics.sigmoid(weights.margin(0, example))
            probabilities[0] = 1 - positive
            probabilities[1] = positive
        default:
            for row in 0..<classCount { probabilities[row] = weights.margin(row, example) }
            Numerics.softmax(probabilities, classCount)
        }
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        // The log loss bends by at most 1/4.
        let curvature = 0.25 * weight
        if classCount <= 2 {
            let (margin, norm) = weights.marginAndNorm(0, example)
            let gradient = (Numerics.sigmoid(margin) - Double(classIndex)) * weight
            let bounded = weights.bounded(gradient, curvature: curvature, norm: norm)
            weights.step(0, example, gradient: bounded, norm: norm)
            return
        }
        predict(example, into: scores.base)
        let norm = weights.marginAndNorm(0, example).norm
        for row in 0..<classCount {
            let gradient = (scores[row] - (row == classIndex ? 1 : 0)) * weight
            let bounded = weights.bounded(gradient, curvature: curvature, norm: norm)
            weights.step(row, example, gradient: bounded, norm: norm)
        }
    }

    public var memoryBytes: Int { weights.bytes + scores.bytes }
    public func sketch(_ sketch: inout ModelSketch) { weights.sketch(&sketch) }
    public func write(to writer: inout SnapshotWriter) { weights.write(to: &writer) }
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) { try weights.read(from: &reader) }
}
