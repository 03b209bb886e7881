/// Predicts the mean target so far: the yardstick that a regression has to beat (R² is 0 for it).
///
/// 0 before the first target. Cost and memory: constant.
public final class TargetMean: Regressor {
    public static let description = ComponentDescription(
        name: "mean", role: .regressor, summary: "Predicts the mean target so far.",
        source: "The yardstick of R²", cost: "constant; 16 bytes")

    private var weightSum = 0.0
    private var mean = 0.0

    public init(parameters: ParameterValues, context: ComponentContext) {}

    public func predict(_ example: Example) -> Double { mean }

    public func learn(_ example: Example, target: Double, weight: Double) {
        weightSum += weight
        let share = weight / weightSum
        let difference = target - mean
        // Two products only where the difference overflows.
        mean += difference.isFinite ? share * difference : share * target - share * mean
    }

    public var memoryBytes: Int { 16 }

    public func write(to writer: inout SnapshotWriter) {
        writer.write(weightSum)
        writer.write(mean)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let sum = try reader.readDouble()
        let value = try reader.readDouble()
        guard sum >= 0, sum.isFinite, value.isFinite else { throw SnapshotError("the snapshot's mean is not finite") }
        weightSum = sum
        mean = value
    }
}
