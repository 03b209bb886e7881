/// How much purer the branches of a split are.
enum SplitCriterion {
    /// Fall of the entropy in bits.
    case infoGain
    /// Fall of the Gini impurity.
    case gini

    /// The most that the merit can differ, for the Hoeffding bound.
    func range(classes: Int) -> Double {
        switch self {
        case .infoGain: Numerics.log(Double(max(classes, 2))) * 1.4426950408889634
        case .gini: 1
        }
    }

    /// A run's sum and its sum times its impurity (entropy in nats, or Gini).
    func impurity(_ counts: UnsafePointer<Double>, _ classCount: Int, stride: Int = 1) -> (sum: Double, mass: Double) {
        var sum = 0.0
        var inner = 0.0
        for index in 0..<classCount {
            let count = counts[index * stride]
            guard count > 0 else { continue }
            sum += count
            switch self {
            case .infoGain: inner += count * Numerics.log(count)
            case .gini: inner += count * count
            }
        }
        guard sum > 0 else { return (0, 0) }
        switch self {
        case .infoGain: return (sum, sum * Numerics.log(sum) - inner)
        case .gini: return (sum, sum - inner / sum)
        }
    }

    /// The merit of a mean fall of the impurity mass.
    func merit(_ fall: Double) -> Double { self == .infoGain ? fall * 1.4426950408889634 : fall }
}

/// Searches a leaf's statistics for the best test and the merit of the best other feature.
///
/// Numeric features: ten equally spaced cuts between the lowest and highest value, class masses by the normal
/// distribution (Pfahringer, Holmes & Kirkby 2008, doi:10.1007/978-3-540-87479-9_50). Nominal features: one branch per
/// value, and each value against the rest. The impurity before is that of the same examples as the impurity after,
/// where MOA and River compare with counts that include the parent's estimate: so no gain is made of nothing.
struct SplitSearch {
    static let cuts = 10

    let criterion: SplitCriterion
    let binaryOnly: Bool
    let minBranchFraction: Double
    /// Three runs of `classCount` numbers: before, left and right.
    let scratch: UnsafeMutablePointer<Double>

    /// The best split of a block, and the second-best feature's merit (0: not splitting).
    func best(
        _ layout: borrowing StatisticsLayout, _ block: UnsafeMutablePointer<Double>
    ) -> (TreeSplit, second: Double) {
        var best = TreeSplit()
        var second = 0.0
        for index in 0..<layout.numericSlots.count {
            keep(numeric(layout, block, index), &best, &second)
        }
        for index in 0..<layout.nominalSlots.count {
            keep(nominal(layout, block, index), &best, &second)
        }
        return (best, second)
    }

    private func keep(_ found: TreeSplit, _ best: inout TreeSplit, _ second: inout Double) {
        // Ties go to the feature that comes first: the order is that of the name hashes.
        if found.merit > best.merit {
            second = max(second, best.merit)
            best = found
        } else {
            second = max(second, found.merit)
        }
    }

    private func numeric(
        _ layout: borrowing StatisticsLayout, _ block: UnsafeMutablePointer<Double>, _ index: Int
    ) -> TreeSplit {
        var split = TreeSplit(test: .atMost, index: index)
        let count = layout.numericSlots.count
        var low = Double.infinity
        var high = -Double.infinity
        for classIndex in 0..<layout.classCount {
            let own = layout.classBlock(block, classIndex)
            scratch[classIndex] = own[index]
            guard own[index] > 0 else { continue }
            low = min(low, own[3 * count + index])
            high = max(high, own[4 * count + index])
        }
        guard low < high else { return split }
        let before = criterion.impurity(scratch, layout.classCount)
        let step = (high - low) / Double(Self.cuts + 1)
        for cut in 1...Self.cuts {
            let threshold = low + step * Double(cut)
            guard threshold > low, threshold < high else { continue }
            divide(layout, block, index, threshold)
            let merit = merit(before, layout.classCount)
            if merit > split.merit {
                split.merit = merit
                split.threshold = threshold
            }
        }
        return split
    }

    /// Class masses at most and above a numeric threshold, into `left` and `right`.
    func divide(
        _ layout: borrowing StatisticsLayout, _ block: UnsafeMutablePointer<Double>, _ index: Int, _ threshold: Double
    ) {
        let count = layout.numericSlots.count
        for classIndex in 0..<layout.classCount {
            let own = layout.classBlock(block, classIndex)
            let weight = own[index]
            var below = 0.0
            if weight > 0 {
                if threshold >= own[4 * count + index] {
                    below = weight
                } else if threshold >= own[3 * count + index] {
                    let z = (threshold - own[count + index]) * (2 * own[5 * count + index]).squareRoot()
                    below = weight * Numerics.normalCDF(z)
                }
            }
            left(layout)[classIndex] = below
            right(layout)[classIndex] = weight - below
        }
    }

    /// Class counts of a nominal value and of the rest, into `left` and `right`.
    func divide(
        _ layout: borrowing StatisticsLayout, _ block: UnsafeMutablePointer<Double>, nominal index: Int, value: Int
    ) {
        for classIndex in 0..<layout.classCount {
            let counts = layout.classBlock(block, classIndex) + Int(layout.nominalOffsets[index])
            left(layout)[classIndex] = counts[1 + value]
            right(layout)[classIndex] = max(counts[0] - counts[1 + value], 0)
        }
    }

    func left(_ layout: borrowing StatisticsLayout) -> UnsafeMutablePointer<Double> { scratch + layout.classCount }
    func right(_ layout: borrowing StatisticsLayout) -> UnsafeMutablePointer<Double> { scratch + 2 * layout.classCount }

    private func merit(_ before: (sum: Double, mass: Double), _ classCount: Int) -> Double {
        let left = criterion.impurity(scratch + classCount, classCount)
        let right = criterion.impurity(scratch + 2 * classCount, classCount)
        guard min(left.sum, right.sum) > minBranchFraction * before.sum else { return -.infinity }
        return criterion.merit((before.mass - left.mass - right.mass) / before.sum)
    }

    private func nominal(
        _ layout: borrowing StatisticsLayout, _ block: UnsafeMutablePointer<Double>, _ index: Int
    ) -> TreeSplit {
        var split = TreeSplit(test: .equals, index: index)
        guard block[index] >= 2 else { return split }
        let offset = Int(layout.nominalOffsets[index])
        for classIndex in 0..<layout.classCount { scratch[classIndex] = layout.classBlock(block, classIndex)[offset] }
        let before = criterion.impurity(scratch, layout.classCount)
        let values = Int(layout.nominalCounts[index])
        if !binaryOnly, values > 2 {
            split.test = .each
            var mass = 0.0
            var branches = 0
            for value in 0..<values {
                let counts = layout.classBlock(block, 0) + offset + 1 + value
                let branch = criterion.impurity(counts, layout.classCount, stride: layout.classStride)
                mass += branch.mass
                if branch.sum > minBranchFraction * before.sum { branches += 1 }
            }
            if branches >= 2 { split.merit = criterion.merit((before.mass - mass) / before.sum) }
        }
        for value in 0..<values {
            divide(layout, block, nominal: index, value: value)
            let merit = merit(before, layout.classCount)
            if merit > split.merit {
                split = TreeSplit(merit: merit, test: .equals, index: index, threshold: Double(value))
            }
        }
        return split
    }
}
