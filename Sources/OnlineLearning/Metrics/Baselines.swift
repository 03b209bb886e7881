/// What costs nothing to predict: the previous label, and the most frequent class or the mean so far. Both answer
/// before they see the label. They are what a model has to beat, and a reset's fallback.
final class Baselines {
    private let counts: FlatBuffer<UInt64>
    private var total: UInt64 = 0
    private var majority: Int32 = -1
    private var previous: Int32 = -1
    private var majorityRight: UInt64 = 0
    private var previousRight: UInt64 = 0
    private var mean = 0.0
    private var previousTarget = Double.nan
    /// Sums of absolute and squared errors: previous target, then mean.
    private var absolute = (0.0, 0.0)
    private var squared = (0.0, 0.0)

    init(classCount: Int) { counts = FlatBuffer(classCount, repeating: 0) }

    /// Scores both, then learns. Bit 0: the majority class was right; bit 1: the previous label was.
    @inline(__always)
    func record(classIndex label: Int32) -> UInt8 {
        let flags: UInt8 = (majority == label ? 1 : 0) | (previous == label ? 2 : 0)
        majorityRight &+= UInt64(flags & 1)
        previousRight &+= UInt64(flags >> 1)
        let index = Int(label)
        counts[index] &+= 1
        total &+= 1
        previous = label
        if majority < 0 {
            majority = label
        } else {
            let leader = counts[Int(majority)]
            if counts[index] > leader || (counts[index] == leader && label < majority) { majority = label }
        }
        return flags
    }

    @inline(__always)
    func record(target: Double) {
        // The first target has nothing before it: both baselines answer 0.
        let last = total == 0 ? 0 : previousTarget
        absolute.0 += abs(target - last)
        absolute.1 += abs(target - mean)
        squared.0 += (target - last) * (target - last)
        squared.1 += (target - mean) * (target - mean)
        total &+= 1
        mean += Numerics.difference(target, mean) / Double(total)
        previousTarget = target
    }

    /// The mean target so far; 0 before the first.
    var prior: Double { mean }

    /// Class shares so far; equal shares before the first label.
    func prior(into probabilities: UnsafeMutablePointer<Double>) {
        for index in counts.indices {
            probabilities[index] = total > 0 ? Double(counts[index]) / Double(total) : 1 / Double(counts.count)
        }
    }

    func report(isRegression: Bool) -> [(name: String, metrics: MetricValues)] {
        let count = Double(total)
        if isRegression {
            return [
                (
                    "no_change",
                    metricValues(["mae": absolute.0 / count, "rmse": (squared.0 / count).squareRoot()])
                ),
                ("mean", metricValues(["mae": absolute.1 / count, "rmse": (squared.1 / count).squareRoot()])),
            ]
        }
        return [
            ("no_change", metricValues(["accuracy": Double(previousRight) / count])),
            ("majority", metricValues(["accuracy": Double(majorityRight) / count])),
        ]
    }

    func write(to writer: inout SnapshotWriter) {
        for value in [total, majorityRight, previousRight] { writer.write(value) }
        for index in counts.indices { writer.write(counts[index]) }
        writer.write(majority)
        writer.write(previous)
        for value in [mean, previousTarget, absolute.0, absolute.1, squared.0, squared.1] { writer.write(value) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        total = try reader.read()
        majorityRight = try reader.read()
        previousRight = try reader.read()
        for index in counts.indices { counts[index] = try reader.read() }
        majority = try reader.read()
        previous = try reader.read()
        guard majority >= -1, majority < max(counts.count, 1), previous >= -1, previous < max(counts.count, 1) else {
            throw SnapshotError("the snapshot's baselines name a class that does not exist")
        }
        mean = try reader.readDouble()
        previousTarget = try reader.readDouble()
        absolute = (try reader.readDouble(), try reader.readDouble())
        squared = (try reader.readDouble(), try reader.readDouble())
    }
}
