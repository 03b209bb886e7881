/// A detector's inputs since its last change: how many, their mean and spread, without outliers.
///
/// Mean and spread by Welford's recurrence (doi:10.1080/00401706.1962.10490022). What was learned of outliers and of
/// dependence outlives a change. Cost: one division; 400 bytes.
struct RunningInput {
    private(set) var count = 0.0
    private(set) var mean = 0.0
    private(set) var spread = 0.0
    private var steady = SteadyInput()
    private var dependence = Dependence()

    /// The input as a number without outliers, or NaN: not finite, or too few seen so far.
    @inline(__always)
    mutating func admit(_ input: DetectorInput) -> Double { steady.admit(input) }

    /// Takes a number into mean and spread; gives its deviation from the new mean. River's mean rounds differently.
    @inline(__always)
    mutating func add(_ value: Double, likeRiver: Bool = false) -> Double {
        count += 1
        let before = value - mean
        mean += likeRiver ? 1 / count * before : before / count
        let after = value - mean
        spread += before * after
        return after
    }

    /// Takes note of how a number follows on those before it.
    @inline(__always)
    mutating func follow(_ value: Double) { dependence.add(value) }

    /// One standard deviation, widened where neighbours depend on each other.
    @inline(__always)
    var deviation: Double { (spread / count * dependence.factor).squareRoot() }

    mutating func forget() {
        count = 0
        mean = 0
        spread = 0
    }

    func write(to writer: inout SnapshotWriter) {
        for value in [count, mean, spread] { writer.write(value) }
        steady.write(to: &writer)
        dependence.write(to: &writer)
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        count = try reader.readCount()
        mean = try reader.readDouble()
        spread = try reader.readDouble()
        try steady.read(from: &reader)
        try dependence.read(from: &reader)
    }
}
