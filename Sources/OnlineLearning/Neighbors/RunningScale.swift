/// Mean and variance so far of some numeric features (Welford 1962, doi:10.1080/00401706.1962.10490022), by which
/// distances are measured. After ten values one more than eight standard deviations from the mean counts as that far.
struct RunningScale: ~Copyable {
    private let counts: FlatBuffer<Double>
    private let means: FlatBuffer<Double>
    private let squares: FlatBuffer<Double>
    private let inverses: FlatBuffer<Double>

    init(_ count: Int) {
        counts = FlatBuffer(count, repeating: 0)
        means = FlatBuffer(count, repeating: 0)
        squares = FlatBuffer(count, repeating: 0)
        inverses = FlatBuffer(count, repeating: 0)
    }

    var bytes: Int { 4 * counts.bytes }

    /// One over the variance; 0 where a feature has shown no more than one value.
    @inline(__always) func inverse(_ index: Int) -> Double { inverses[index] }

    /// Forgets everything.
    func reset() {
        counts.base.update(repeating: 0, count: counts.count)
        means.base.update(repeating: 0, count: means.count)
        squares.base.update(repeating: 0, count: squares.count)
        inverses.base.update(repeating: 0, count: inverses.count)
    }

    /// A value as it counts.
    @inline(__always)
    func hold(_ value: Double, _ index: Int) -> Double {
        let held = Numerics.clip(value, ClassRows.largestValue)
        let distance = held - means[index]
        let most = ClassRows.farthest * ClassRows.farthest
        guard counts[index] >= ClassRows.familiar, inverses[index] > 0, distance * distance * inverses[index] > most
        else { return held }
        let reach = ClassRows.farthest / inverses[index].squareRoot()
        return means[index] + (distance < 0 ? -reach : reach)
    }

    /// Takes a value; as it counts.
    func learn(_ value: Double, _ index: Int) -> Double {
        guard value == value else { return value }
        let held = hold(value, index)
        let before = held - means[index]
        counts[index] += 1
        means[index] += before / counts[index]
        squares[index] = min(squares[index] + before * (held - means[index]), 1e300)
        let isSpread = squares[index] > counts[index] * means[index] * means[index] * 1e-24
        inverses[index] = isSpread ? counts[index] / squares[index] : 0
        return held
    }

    /// A value in standard deviations from the mean, as it counts; 0 where it is missing or the feature shows but one.
    @inline(__always)
    func standardized(_ value: Double, _ index: Int) -> Double {
        guard value == value else { return 0 }
        return (hold(value, index) - means[index]) * inverses[index].squareRoot()
    }

    /// Three standard deviations on both sides of the mean.
    func range(_ index: Int) -> (low: Double, high: Double) {
        let reach = inverses[index] > 0 ? 3 / inverses[index].squareRoot() : 0
        return (means[index] - reach, means[index] + reach)
    }

    func write(to writer: inout SnapshotWriter) {
        counts.write(to: &writer)
        means.write(to: &writer)
        squares.write(to: &writer)
        inverses.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try counts.read(from: &reader, minimum: 0)
        try means.read(from: &reader)
        try squares.read(from: &reader, minimum: 0)
        try inverses.read(from: &reader, minimum: 0)
    }
}
