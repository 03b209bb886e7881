/// Predicts the class shares of all labelled examples so far: the yardstick that a classifier of features has to beat.
///
/// Before the first label every class is equally likely. Cost: one division per class. Memory: 8 bytes per class.
public final class Majority: Classifier {
    public static let description = ComponentDescription(
        name: "majority", role: .classifier,
        summary: "Predicts the class shares of all labelled examples so far.",
        source: "The yardstick of kappa-M: Bifet et al. 2015, doi:10.1145/2783258.2783372",
        cost: "constant; 8 bytes per class")

    private let counts: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        counts = FlatBuffer(max(context.classCount, 1), repeating: 0)
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        var sum = 0.0
        for index in 0..<counts.count { sum += counts[index] }
        guard sum > 0 else { return Numerics.uniform(probabilities, counts.count) }
        for index in 0..<counts.count { probabilities[index] = counts[index] / sum }
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) { counts[classIndex] += weight }

    public var memoryBytes: Int { counts.bytes }
    public func write(to writer: inout SnapshotWriter) { counts.write(to: &writer) }
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try counts.read(from: &reader, minimum: 0)
    }
}
