/// The margins and the diagonal of a confusion matrix, and how often the baselines were right: all that accuracy, the
/// kappas and F1 need.
struct Totals: ~Copyable {
    /// Labelled events, and how often the answer, the majority class and the previous label were right.
    private let sums = FlatBuffer<UInt64>(4, repeating: 0)
    private let actual: FlatBuffer<UInt64>
    private let answered: FlatBuffer<UInt64>
    private let both: FlatBuffer<UInt64>

    init(_ classCount: Int) {
        actual = FlatBuffer(classCount, repeating: 0)
        answered = FlatBuffer(classCount, repeating: 0)
        both = FlatBuffer(classCount, repeating: 0)
    }

    var count: UInt64 { sums[0] }
    var right: UInt64 { sums[1] }
    var majorityRight: UInt64 { sums[2] }
    var previousRight: UInt64 { sums[3] }

    @inline(__always)
    func add(_ label: Int32, _ predicted: Int32, _ flags: UInt8) {
        sums[0] &+= 1
        actual[Int(label)] &+= 1
        if predicted >= 0 { answered[Int(predicted)] &+= 1 }
        if predicted == label {
            both[Int(label)] &+= 1
            sums[1] &+= 1
        }
        sums[2] &+= UInt64(flags & 1)
        sums[3] &+= UInt64(flags >> 1 & 1)
    }

    var accuracy: Double? { count > 0 ? Double(right) / Double(count) : nil }

    func tally(positive: Int?) -> Tally {
        // Not subtracted as they are: a damaged snapshot may claim more right answers than answers.
        var tally = Tally(labelled: Double(count), loss: Double(count) - Double(right))
        if let positive {
            tally.positives = Double(actual[positive])
            tally.alarms = Double(answered[positive])
            tally.caught = Double(both[positive])
        }
        return tally
    }

    var kappa: Double? {
        guard let accuracy else { return nil }
        var chance = 0.0
        for index in actual.indices { chance += Double(actual[index]) * Double(answered[index]) }
        chance /= Double(count) * Double(count)
        return chance < 1 ? (accuracy - chance) / (1 - chance) : nil
    }

    /// Accuracy beyond a baseline's, as a share of what the baseline leaves.
    func over(_ baseline: UInt64) -> Double? {
        guard let accuracy, baseline < count else { return nil }
        let share = Double(baseline) / Double(count)
        return (accuracy - share) / (1 - share)
    }

    func f1(_ index: Int) -> Double? {
        let all = Double(actual[index]) + Double(answered[index])
        return all > 0 ? 2 * Double(both[index]) / all : nil
    }

    var macroF1: Double? {
        let each = actual.indices.compactMap { f1($0) }
        return each.isEmpty ? nil : each.reduce(0, +) / Double(each.count)
    }

    func write(to writer: inout SnapshotWriter) {
        for index in sums.indices { writer.write(sums[index]) }
        for index in actual.indices { writer.write(actual[index]) }
        for index in actual.indices { writer.write(answered[index]) }
        for index in actual.indices { writer.write(both[index]) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for index in sums.indices { sums[index] = try reader.read() }
        for index in actual.indices { actual[index] = try reader.read() }
        for index in actual.indices { answered[index] = try reader.read() }
        for index in actual.indices { both[index] = try reader.read() }
        guard right <= count, majorityRight <= count, previousRight <= count,
            actual.indices.allSatisfy({ both[$0] <= min(actual[$0], answered[$0]) })
        else { throw SnapshotError("the snapshot counts more right answers than answers") }
    }
}
