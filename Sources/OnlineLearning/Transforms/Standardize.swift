/// Scales numeric features to mean 0 and variance 1 by running statistics of all examples so far.
///
/// Welford's recurrence (doi:10.1080/00401706.1962.10490022) for the population variance, as River's `StandardScaler`.
/// A constant feature gives 0, a missing one stays missing. What is given lies at most 10 standard deviations from the
/// mean. No single value ruins the scale: after the first five one that is far away counts as 5 to 10 deviations, so
/// that it adds a tenth to the variance at most once 250 values are known; beyond ±1e100 nothing is learned. From the
/// fifth far value in a row on the feature has moved, and the scale follows, a hundred deviations at a time.
/// Cost: one division and one multiplication per feature; 40 bytes per feature.
public final class Standardize: Transformer {
    public static let description = ComponentDescription(
        name: "standardize", role: .transformer,
        summary: "Scales numeric features to mean 0 and variance 1 by their running statistics.",
        source: "Welford 1962, doi:10.1080/00401706.1962.10490022",
        cost: "a few operations per feature; 40 bytes per feature",
        parameters: [ParameterDescription("features", .features, "Features to scale; empty: all numeric ones.")],
        features: [.numeric, .boolean])

    /// Standard deviations from the mean beyond which a value is given as that far away.
    private static let reach = 10.0
    /// The same for the scale once a feature has moved, and how many far values in a row say that it has.
    private static let movedReach = 100.0
    private static let movedAfter = 5.0
    /// Values beyond it are measurements of nothing: their squares overflow.
    private static let largest = 1e100

    public var outputFeatures: [Feature] { slots.outputFeatures }
    private let slots: ScaledSlots
    private let counts: FlatBuffer<Double>
    private let means: FlatBuffer<Double>
    private let variances: FlatBuffer<Double>
    /// Per feature: which value was the latest far one, and how many such came in a row.
    private let latestFar: FlatBuffer<Double>
    private let farInARow: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        slots = ScaledSlots(parameters, context.features)
        counts = FlatBuffer(slots.count, repeating: 0)
        means = FlatBuffer(slots.count, repeating: 0)
        variances = FlatBuffer(slots.count, repeating: 0)
        latestFar = FlatBuffer(slots.count, repeating: 0)
        farInARow = FlatBuffer(slots.count, repeating: 0)
    }

    public func learn(_ example: Example) {
        if let first = slots.first, isUsual(example.slots + first) { return learnUsual(example.slots + first) }
        for index in 0..<slots.count {
            var value = example.slots[slots[index]]
            guard value == value else { continue }
            let n = counts[index] + 1
            let mean = means[index]
            let variance = variances[index]
            var before = value - mean
            if before * before > min(max(n / 10, 25), Self.reach * Self.reach) * variance {
                if abs(value) > Self.largest { continue }
                if n > 5, variance > 0 {
                    before = believed(before, index, n)
                    value = mean + before
                }
            }
            let updated = mean + before / n
            counts[index] = n
            means[index] = updated
            variances[index] = variance + (before * (value - updated) - variance) / n
        }
    }

    // Slots that lie side by side and have usual values, as they mostly do: without a branch, several at a time.

    private func isUsual(_ values: UnsafePointer<Double>) -> Bool {
        let (counts, means, variances) = (counts.base, means.base, variances.base)
        var unusual = 0
        for index in 0..<slots.count {
            let before = values[index] - means[index]
            let limit = min(max((counts[index] + 1) / 10, 25), Self.reach * Self.reach)
            unusual |= before * before <= limit * variances[index] ? 0 : 1
        }
        return unusual == 0
    }

    private func learnUsual(_ values: UnsafePointer<Double>) {
        let (counts, means, variances) = (counts.base, means.base, variances.base)
        for index in 0..<slots.count {
            let n = counts[index] + 1
            let before = values[index] - means[index]
            let updated = means[index] + before / n
            let variance = variances[index]
            counts[index] = n
            means[index] = updated
            variances[index] = variance + (before * (values[index] - updated) - variance) / n
        }
    }

    /// How much of a far value's distance from the mean counts.
    @inline(never)
    private func believed(_ distance: Double, _ index: Int, _ n: Double) -> Double {
        farInARow[index] = latestFar[index] == n - 1 ? farInARow[index] + 1 : 1
        latestFar[index] = n
        let hasMoved = farInARow[index] >= Self.movedAfter
        let reach = hasMoved ? Self.movedReach : min(max(n / 10, 25).squareRoot(), Self.reach)
        return Numerics.clip(distance, reach * variances[index].squareRoot())
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
                ? Numerics.clip((value - means[index]) / variance.squareRoot(), Self.reach) : 0
        }
    }

    public var memoryBytes: Int { slots.bytes + counts.bytes * 5 }

    public func write(to writer: inout SnapshotWriter) {
        counts.write(to: &writer)
        means.write(to: &writer)
        variances.write(to: &writer)
        latestFar.write(to: &writer)
        farInARow.write(to: &writer)
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try counts.read(from: &reader, minimum: 0)
        try means.read(from: &reader)
        try variances.read(from: &reader, minimum: 0)
        try latestFar.read(from: &reader, minimum: 0)
        try farInARow.read(from: &reader, minimum: 0)
    }
}
