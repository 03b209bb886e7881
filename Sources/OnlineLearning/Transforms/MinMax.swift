/// Scales numeric features to 0...1 by the smallest and largest value so far.
///
/// A value outside what has been seen gives a result outside 0...1, at most 2 away from 0; a constant feature gives 0;
/// missing stays missing. After the first twenty values, one that lies more than ten ranges outside is taken only when another
/// such value comes within the next thousand: a single wild one does not press the others together for good.
/// Cost: two comparisons to learn and one division to transform per feature; 32 bytes per feature.
public final class MinMax: Transformer {
    public static let description = ComponentDescription(
        name: "min_max", role: .transformer,
        summary: "Scales numeric features to 0...1 by the smallest and largest value so far.",
        source: "River's MinMaxScaler (Montiel et al. 2021, arXiv:2012.04740)",
        cost: "a few operations per feature; 32 bytes per feature",
        parameters: [ParameterDescription("features", .features, "Features to scale; empty: all numeric ones.")],
        features: [.numeric, .boolean])

    public var outputFeatures: [Feature] { slots.outputFeatures }
    private let slots: ScaledSlots
    /// Smallest and largest; smallest above largest while nothing has been seen.
    private let lows: FlatBuffer<Double>
    private let highs: FlatBuffer<Double>
    private let counts: FlatBuffer<Double>
    /// Values since one lay far outside.
    private let ages: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        slots = ScaledSlots(parameters, context.features)
        lows = FlatBuffer(slots.count, repeating: Numerics.largest)
        highs = FlatBuffer(slots.count, repeating: -Numerics.largest)
        counts = FlatBuffer(slots.count, repeating: 0)
        ages = FlatBuffer(slots.count, repeating: Self.patience)
    }

    public func learn(_ example: Example) {
        for index in 0..<slots.count {
            let value = example.slots[slots[index]]
            guard value == value else { continue }
            counts[index] += 1
            ages[index] += 1
            if value >= lows[index], value <= highs[index] { continue }
            if isWild(value, index) { continue }
            if value < lows[index] { lows[index] = value }
            if value > highs[index] { highs[index] = value }
        }
    }

    private static let patience = 1000.0

    /// Whether the value is not to be believed yet.
    @inline(never)
    private func isWild(_ value: Double, _ index: Int) -> Bool {
        let range = highs[index] * 0.5 - lows[index] * 0.5
        guard counts[index] > 20, range > 0 else { return false }
        let distance = max(value * 0.5 - highs[index] * 0.5, lows[index] * 0.5 - value * 0.5)
        guard distance > 10 * range else { return false }
        let isConfirmed = ages[index] < Self.patience
        ages[index] = 0
        return !isConfirmed
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
            output[slot] = range > 0 ? Numerics.clip(scaled, 2) : 0
        }
    }

    public var memoryBytes: Int { slots.bytes + lows.bytes * 4 }

    public func write(to writer: inout SnapshotWriter) {
        lows.write(to: &writer)
        highs.write(to: &writer)
        counts.write(to: &writer)
        ages.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try lows.read(from: &reader)
        try highs.read(from: &reader)
        try counts.read(from: &reader, minimum: 0)
        try ages.read(from: &reader, minimum: 0)
    }
}
