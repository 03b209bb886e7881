/// Predicts the class of the last labelled example: the yardstick for streams whose labels come in runs.
///
/// Before the first label every class is equally likely; afterwards the last class has probability 1.
/// Cost and memory: constant. The κ-temporal statistic measures against it (Žliobaitė et al. 2015,
/// doi:10.1007/s10994-014-5441-4).
public final class NoChange: Classifier {
    public static let description = ComponentDescription(
        name: "no_change", role: .classifier,
        summary: "Predicts the class of the last labelled example.",
        source: "The yardstick of kappa-temporal: Žliobaitė et al. 2015, doi:10.1007/s10994-014-5441-4",
        cost: "constant; 8 bytes")

    private let classCount: Int
    private var last: Int = -1

    public init(parameters: ParameterValues, context: ComponentContext) { classCount = max(context.classCount, 1) }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        guard last >= 0 else { return Numerics.uniform(probabilities, classCount) }
        probabilities.update(repeating: 0, count: classCount)
        probabilities[last] = 1
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) { last = classIndex }

    public var memoryBytes: Int { 8 }
    public func write(to writer: inout SnapshotWriter) { writer.write(Int32(last)) }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let value = Int(try reader.read(Int32.self))
        guard value >= -1, value < classCount else { throw SnapshotError("the snapshot's last class is \(value)") }
        last = value
    }
}
