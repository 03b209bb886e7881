/// Naive Bayes: a Gaussian per class and numeric feature, Laplace-smoothed counts per class and nominal value.
///
/// The prior is the share of a class among all labelled examples; the variance divides by n − 1 (MOA; River by n). All
/// is computed with logarithms, so that many features cannot underflow as in MOA. Where a class has shown no variance,
/// MOA gives a likelihood of 0 or 1 and River a constant; here it gets the variance of all classes together, divided by
/// its weight, which does not depend on the feature's unit. Missing values are left out.
/// Cost: two multiplications per class and feature to predict; a division and a logarithm per feature to learn.
/// Memory: 56 bytes per class and numeric feature, 8 per class and value of a nominal one.
public final class GaussianNB: Classifier {
    public static let description = ComponentDescription(
        name: "gaussian_nb", role: .classifier,
        summary: "Naive Bayes: a Gaussian per numeric feature and counts per boolean or categorical value.",
        source: "John & Langley 1995, arXiv:1302.4964",
        cost: "two multiplications per class and feature; 56 bytes per class and numeric feature")

    private let layout: StatisticsLayout
    private let block: FlatBuffer<Double>
    private let counts: FlatBuffer<Double>
    private let values: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        layout = StatisticsLayout(features: context.features, classCount: max(context.classCount, 1))
        block = FlatBuffer(layout.size, repeating: 0)
        counts = FlatBuffer(layout.classCount, repeating: 0)
        values = FlatBuffer(layout.numericSlots.count, repeating: 0)
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        let missing = layout.gather(example, into: values.base)
        for index in 0..<counts.count {
            probabilities[index] =
                counts[index] > 0
                ? Numerics.log(counts[index])
                    + layout.logLikelihood(example, values.base, missing: missing, classIndex: index, block.base)
                : -.infinity
        }
        Numerics.softmax(probabilities, counts.count)
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        _ = layout.gather(example, into: values.base)
        counts[classIndex] += weight
        layout.learn(example, values.base, classIndex: classIndex, weight: weight, into: block.base)
    }

    public var memoryBytes: Int { layout.bytes + block.bytes + counts.bytes + values.bytes }

    public func write(to writer: inout SnapshotWriter) {
        counts.write(to: &writer)
        block.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try counts.read(from: &reader, minimum: 0)
        try block.read(from: &reader)
    }
}
