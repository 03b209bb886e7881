/// Scales numeric features to 0...1 by the smallest and largest value so far.
///
/// A value outside what has been seen gives a result outside 0...1; a constant feature gives 0; missing stays missing.
/// Cost: two comparisons to learn and one division to transform per feature; 16 bytes per feature.
public final class MinMax: Transformer {
    public static let description = ComponentDescription(
        name: "min_max", role: .transformer,
        summary: "Scales numeric features to 0...1 by the smallest and largest value so far.",
        source: "River's MinMaxScaler (Montiel et al. 2021, arXiv:2012.04740)",
        cost: "a few operations per feature; 16 bytes per feature",
        parameters: [ParameterDescription("features", .features, "Features to scale; empty: all numeric ones.")],
        features: [.numeric, .boolean])

    public var outputFeatures: [Feature] { slots.outputFeatures }
    private let slots: ScaledSlots
    /// Smallest and largest; smallest above largest while nothing has been seen.
    private let lows: FlatBuffer<Double>
    private let highs: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        slots = ScaledSlots(parameters, context.features)
        lows = FlatBuffer(slots.count, repeating: Numerics.largest)
        highs = FlatBuffer(slots.count, repeating: -Numerics.largest)
    }

    public func learn(_ example: Example) {
        for index in 0..<slots.count {
            let value = example.slots[slots[index]]
            // Both comparisons are false for a missing value.
            if value < lows[index] { lows[index] = value }
            if value > highs[index] { highs[index] = value }
        }
    }

    public func transform(_ example: Example, into output: UnsafeMutablePointer<Double>) {
        output.update(from: example.slots, count: slots.inputCount)
        for index in 0..<slots.count {
            let slot = slots[index]
            let value = example.slots[slot]
            guard value == value else { continue }
            // Halves, because the range of two finite numbers may overflow.
            let range = highs[index] * 0.5 - lows[index] * 0.5
            let scaled = (value * 0.5 - lows[index] * 0.5) / range
            output[slot] = range > 0 ? Numerics.clip(scaled, Numerics.largest) : 0
        }
    }

    public var memoryBytes: Int { slots.bytes + lows.bytes * 2 }

    public func write(to writer: inout SnapshotWriter) {
        lows.write(to: &writer)
        highs.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try lows.read(from: &reader)
        try highs.read(from: &reader)
    }
}
