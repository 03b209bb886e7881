/// What costs nothing to predict: the previous label, and the most frequent class or the mean so far. They are what a
/// model has to beat, and a reset's fallback.
protocol Baselines: Snapshottable {
    /// What both would answer now.
    var answers: BaselineAnswers { get }
    /// Scores what was answered, then learns. Bit 0: the class shares were right; bit 1: the previous label was.
    func record(_ label: Label, _ answers: BaselineAnswers) -> UInt8
    /// The class shares, or the mean, as a model's answer.
    func prior(into values: UnsafeMutablePointer<Double>)
    func report() -> [(name: String, metrics: MetricValues)]
}

/// The answers of both baselines to one event: a class's index or a number.
struct BaselineAnswers: Equatable, Sendable, BitwiseCopyable {
    /// The majority class, or -1; the mean.
    var prior: Double
    /// The previous label, or -1; the previous target.
    var previous: Double
}

/// The majority class and the previous class. Both answer before they see the label.
final class ClassBaselines: Baselines {
    private let counts: FlatBuffer<UInt64>
    private var total: UInt64 = 0
    private var majority: Int32 = -1
    private var previous: Int32 = -1
    private var majorityRight: UInt64 = 0
    private var previousRight: UInt64 = 0

    init(classCount: Int) { counts = FlatBuffer(classCount, repeating: 0) }

    var answers: BaselineAnswers { BaselineAnswers(prior: Double(majority), previous: Double(previous)) }

    func record(_ label: Label, _ answers: BaselineAnswers) -> UInt8 {
        let label = label.classIndex
        let flags: UInt8 = (answers.prior == Double(label) ? 1 : 0) | (answers.previous == Double(label) ? 2 : 0)
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

    /// Class shares so far; equal shares before the first label.
    func prior(into probabilities: UnsafeMutablePointer<Double>) {
        for index in counts.indices {
            probabilities[index] = total > 0 ? Double(counts[index]) / Double(total) : 1 / Double(counts.count)
        }
    }

    func report() -> [(name: String, metrics: MetricValues)] {
        let count = Double(total)
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
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        total = try reader.read()
        majorityRight = try reader.read()
        previousRight = try reader.read()
        for index in counts.indices { counts[index] = try reader.read() }
        majority = try reader.read()
        previous = try reader.read()
        guard majority >= -1, majority < counts.count, previous >= -1, previous < counts.count else {
            throw SnapshotError("the snapshot's baselines name a class that does not exist")
        }
    }
}

/// The mean target and the previous target. Both answer 0 before the first.
final class TargetBaselines: Baselines {
    private var total: UInt64 = 0
    private var mean = 0.0
    private var previous = 0.0
    /// Sums of absolute and squared errors: previous target, then mean.
    private var absolute = (0.0, 0.0)
    private var squared = (0.0, 0.0)

    var answers: BaselineAnswers { BaselineAnswers(prior: mean, previous: previous) }

    func record(_ label: Label, _ answers: BaselineAnswers) -> UInt8 {
        let target = label.target
        absolute.0 += abs(target - answers.previous)
        absolute.1 += abs(target - answers.prior)
        squared.0 += (target - answers.previous) * (target - answers.previous)
        squared.1 += (target - answers.prior) * (target - answers.prior)
        total &+= 1
        mean += Numerics.difference(target, mean) / Double(total)
        previous = target
        return 0
    }

    func prior(into values: UnsafeMutablePointer<Double>) { values[0] = mean }

    func report() -> [(name: String, metrics: MetricValues)] {
        let count = Double(total)
        return [
            ("no_change", metricValues(["mae": absolute.0 / count, "rmse": (squared.0 / count).squareRoot()])),
            ("mean", metricValues(["mae": absolute.1 / count, "rmse": (squared.1 / count).squareRoot()])),
        ]
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(total)
        for value in [mean, previous, absolute.0, absolute.1, squared.0, squared.1] { writer.write(value) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        total = try reader.read()
        mean = try reader.readDouble()
        previous = try reader.readDouble()
        absolute = (try reader.readDouble(), try reader.readDouble())
        squared = (try reader.readDouble(), try reader.readDouble())
    }
}
