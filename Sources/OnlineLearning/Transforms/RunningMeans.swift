/// Robust running means of some slots: a value further away than 400 mean deviations counts as that far, and none beyond ±1e100.
///
/// Slots that lie side by side and have usual values, as they mostly do, are learned without a branch, several at a time.
struct RunningMeans: ~Copyable {
    private let slots: FlatBuffer<Int32>
    private let counts: FlatBuffer<Double>
    private let means: FlatBuffer<Double>
    /// The mean size of the differences.
    private let deviations: FlatBuffer<Double>
    /// Where slots lie side by side, the first.
    private let first: Int?

    init(slots: [Int32]) {
        self.slots = FlatBuffer(slots)
        counts = FlatBuffer(slots.count, repeating: 0)
        means = FlatBuffer(slots.count, repeating: 0)
        deviations = FlatBuffer(slots.count, repeating: 0)
        first = slots.contiguousStart
    }

    var bytes: Int { slots.bytes + counts.bytes * 3 }

    func learn(_ values: UnsafePointer<Double>) {
        if let first, isUsual(values + first) { return learnUsual(values + first) }
        for index in 0..<slots.count {
            let value = values[Int(slots[index])]
            guard value == value else { continue }
            var difference = value - means[index]
            let reach = 400 * deviations[index]
            // A single wild value must not move the mean for long.
            if abs(difference) > reach {
                guard abs(value) <= 1e100 else { continue }
                if counts[index] >= 5, reach > 0 { difference = Numerics.clip(difference, reach) }
            }
            counts[index] += 1
            means[index] += difference / counts[index]
            deviations[index] += (abs(difference) - deviations[index]) / 64
        }
    }

    private func isUsual(_ values: UnsafePointer<Double>) -> Bool {
        let (means, deviations) = (means.base, deviations.base)
        var unusual = 0
        for index in 0..<slots.count {
            unusual |= abs(values[index] - means[index]) <= 400 * deviations[index] ? 0 : 1
        }
        return unusual == 0
    }

    private func learnUsual(_ values: UnsafePointer<Double>) {
        let (counts, means, deviations) = (counts.base, means.base, deviations.base)
        for index in 0..<slots.count {
            let difference = values[index] - means[index]
            let count = counts[index] + 1
            counts[index] = count
            means[index] += difference / count
            deviations[index] += (abs(difference) - deviations[index]) / 64
        }
    }

    /// NaN before the first value.
    func mean(_ index: Int) -> Double { counts[index] > 0 ? means[index] : .nan }

    /// Count, mean and deviation, as they are stored.
    func copy(_ index: Int, to stored: UnsafeMutablePointer<Double>) {
        stored[0] = counts[index]
        stored[1] = means[index]
        stored[2] = deviations[index]
    }

    func take(_ index: Int, from stored: UnsafePointer<Double>) {
        counts[index] = stored[0]
        means[index] = stored[1]
        deviations[index] = stored[2]
    }
}

extension [Int32] {
    /// The first of slots that lie side by side; nil: they do not, or there are none.
    var contiguousStart: Int? {
        guard let first, zip(self, dropFirst()).allSatisfy({ $0 + 1 == $1 }) else { return nil }
        return Int(first)
    }
}
