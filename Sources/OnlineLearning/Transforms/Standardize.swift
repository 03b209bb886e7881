/// Scales numeric features to mean 0 and variance 1 by running statistics of all examples so far.
///
/// Welford's recurrence (doi:10.1080/00401706.1962.10490022) for the population variance, as River's `StandardScaler`.
/// A constant feature gives 0, a missing one stays missing. Deviations whose square overflows count as the largest
/// finite number, so that a huge finite value never makes the state infinite.
/// Cost: one division and one multiplication per feature; 24 bytes per feature.
public final class Standardize: Transformer {
    public static let description = ComponentDescription(
        name: "standardize", role: .transformer,
        summary: "Scales numeric features to mean 0 and variance 1 by their running statistics.",
        source: "Welford 1962, doi:10.1080/00401706.1962.10490022",
        cost: "a few operations per feature; 24 bytes per feature",
        parameters: [ParameterDescription("features", .features, "Features to scale; empty: all numeric ones.")],
        features: [.numeric, .boolean])

    public var outputFeatures: [Feature] { slots.outputFeatures }
    private let slots: ScaledSlots
    private let counts: FlatBuffer<Double>
    private let means: FlatBuffer<Double>
    private let variances: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        slots = ScaledSlots(parameters, context.features)
        counts = FlatBuffer(slots.count, repeating: 0)
        means = FlatBuffer(slots.count, repeating: 0)
        variances = FlatBuffer(slots.count, repeating: 0)
    }

    public func learn(_ example: Example) {
        for index in 0..<slots.count {
            let value = example.slots[slots[index]]
            guard value == value else { continue }
            let n = counts[index] + 1
            let mean = means[index]
            let before = Numerics.difference(value, mean)
            let updated = mean + before / n
            let product = Numerics.clip(before * Numerics.difference(value, updated), Numerics.largest)
            counts[index] = n
            means[index] = updated
            variances[index] += (product - variances[index]) / n
        }
    }

    public func transform(_ example: Example, into output: UnsafeMutablePointer<Double>) {
        output.update(from: example.slots, count: slots.inputCount)
        for index in 0..<slots.count {
            let slot = slots[index]
            let value = example.slots[slot]
            guard value == value else { continue }
            let variance = variances[index]
            output[slot] =
                variance > 0
                ? Numerics.clip(Numerics.difference(value, means[index]) / variance.squareRoot(), Numerics.largest) : 0
        }
    }

    public var memoryBytes: Int { slots.bytes + counts.bytes * 3 }

    public func write(to writer: inout SnapshotWriter) {
        counts.write(to: &writer)
        means.write(to: &writer)
        variances.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try counts.read(from: &reader, minimum: 0)
        try means.read(from: &reader)
        try variances.read(from: &reader, minimum: 0)
    }
}
