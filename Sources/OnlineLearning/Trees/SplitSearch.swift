/// Searches a leaf's statistics for the best test and the merit of the best other feature.
///
/// Numeric features: ten equally spaced cuts between the lowest and highest value, class masses by the normal
/// distribution (Pfahringer, Holmes & Kirkby 2008, doi:10.1007/978-3-540-87479-9_50). Nominal features: one branch per
/// value, and each value against the rest. The impurity before is that of the same examples as the impurity after, so
/// that no gain is made of nothing, and the gain counts only for the share of the examples that show the feature.
struct SplitSearch {
    static let cuts = 10
    /// A branch with less than this share of the examples is split off only for more than that share of the impurity:
    /// the other branch begins anew, and for a sliver that is too dear.
    private static let smallBranch = 0.2
    private static let largeGain = 0.1

    let criterion: SplitCriterion
    let binaryOnly: Bool
    let minBranchFraction: Double
    /// MOA's rules: the impurity before is that of all weights, and a gain counts in full.
    let followsMoa: Bool
    let classCount: Int
    /// Runs of `classCount` numbers: before, left, right, Hellinger's sums; and for numeric cuts two to a class of what
    /// lies left, one over its standard deviation, its weight.
    let scratch: UnsafeMutablePointer<Double>

    static func scratchSize(_ classCount: Int) -> Int { 8 * classCount }

    private var before: UnsafeMutablePointer<Double> { scratch }
    var left: UnsafeMutablePointer<Double> { scratch + classCount }
    var right: UnsafeMutablePointer<Double> { scratch + 2 * classCount }
    private var distances: UnsafeMutablePointer<Double> { scratch + 3 * classCount }
    private var lefts: UnsafeMutablePointer<Double> { scratch + 4 * classCount }
    private var sharpness: UnsafeMutablePointer<Double> { scratch + 6 * classCount }
    private var shown: UnsafeMutablePointer<Double> { scratch + 7 * classCount }

    /// Merits are fractions of this weight, and of this whole.
    private struct Whole {
        var sum: Double
        var mass: Double
        /// Share of the examples that show the feature.
        var known: Double
    }

    /// The best split, the second-best feature's merit (0: not splitting), and the merit of the feature in slot
    /// `current`, for trees that reconsider.
    func best(_ record: TreeRecord, current: Int32 = -1) -> (best: TreeSplit, second: Double, current: TreeSplit) {
        let shape = record.rows.shape
        var best = TreeSplit()
        var second = followsMoa ? -Double.infinity : 0.0
        var held = TreeSplit()
        var bestSlot = Int32.max
        for index in 0..<(shape.numericCount + shape.nominalCount) {
            let isNumeric = index < shape.numericCount
            let found =
                isNumeric ? numeric(record, index) : nominal(record, index - shape.numericCount)
            let slot = isNumeric ? shape.numericSlots[index] : shape.nominalSlots[index - shape.numericCount]
            if slot == current { held = found }
            // Ties go to the feature that comes first: the order is that of the name hashes. MOA's go to the last column.
            if found.merit > best.merit || followsMoa && found.merit == best.merit && slot > bestSlot {
                bestSlot = slot
                second = max(second, best.merit)
                best = found
            } else {
                second = max(second, found.merit)
            }
        }
        return (best, second, held)
    }

    /// Information gain of a split in bits, whatever the criterion is.
    func bits(_ record: TreeRecord, _ split: TreeSplit) -> Double {
        if criterion == .infoGain { return split.merit }
        return SplitSearch(
            criterion: .infoGain, binaryOnly: binaryOnly, minBranchFraction: 0, followsMoa: false,
            classCount: classCount, scratch: scratch
        ).merit(record, of: split)
    }

    /// The merit of a test, at least 0.
    func merit(_ record: TreeRecord, of found: TreeSplit) -> Double {
        let rows = record.rows
        switch found.test {
        case .atMost:
            for position in 0..<rows.count { before[position] = rows.row(position)[found.index] }
            let whole = whole(record)
            divide(rows, found.index, found.threshold)
            return max(merit(whole, rows.count), 0)
        case .equals:
            for position in 0..<rows.count {
                before[position] = rows.row(position)[Int(rows.shape.nominalOffsets[found.index])]
            }
            let whole = whole(record)
            divide(rows, nominal: found.index, value: Int(found.threshold))
            return max(merit(whole, rows.count), 0)
        case .each:
            let offset = Int(rows.shape.nominalOffsets[found.index])
            for position in 0..<rows.count { before[position] = rows.row(position)[offset] }
            return max(meritOfEach(rows, whole(record), offset, Int(rows.shape.nominalValues[found.index])), 0)
        case .leaf, .absent: return 0
        }
    }

    func numeric(_ record: TreeRecord, _ index: Int) -> TreeSplit {
        let rows = record.rows
        let numbers = rows.shape.pairs * 2
        var split = TreeSplit(test: .atMost, index: index)
        let (low, high) = range(rows.pooled, numbers, index)
        guard low < high else { return split }
        for position in 0..<rows.count { before[position] = rows.row(position)[index] }
        let whole = whole(record)
        let step = (high - low) / Double(Self.cuts + 1)
        sharpen(rows, index)
        for cut in stride(from: 1.0, to: Double(Self.cuts), by: 2) {
            let thresholds = low + step * SIMD2(cut, cut + 1)
            divide(rows, index, thresholds)
            for half in 0..<2 where thresholds[half] > low && thresholds[half] < high {
                for position in 0..<rows.count {
                    left[position] = lefts[2 * position + half]
                    right[position] = shown[position] - left[position]
                }
                let merit = merit(whole, rows.count)
                if merit > split.merit {
                    split.merit = merit
                    split.threshold = thresholds[half]
                }
            }
        }
        return split
    }

    /// What all cuts of a numeric feature need of the classes: 0 for a class without a standard deviation.
    private func sharpen(_ rows: ClassRows, _ index: Int) {
        let numbers = rows.shape.pairs * 2
        for position in 0..<rows.count {
            let own = rows.row(position)
            shown[position] = own[index]
            let variance = own[index] > 1 ? own[2 * numbers + index] / (own[index] - 1) : 0
            sharpness[position] = variance > 0 ? 1 / variance.squareRoot() : 0
        }
    }

    /// Class masses at most two thresholds, into `lefts`.
    private func divide(_ rows: ClassRows, _ index: Int, _ thresholds: SIMD2<Double>) {
        let numbers = rows.shape.pairs * 2
        let zero = SIMD2<Double>(repeating: 0)
        let halves = ClassRows.column(lefts, 0, 1)
        for position in 0..<rows.count {
            let own = rows.row(position)
            let weight = own[index]
            let distance = thresholds - own[numbers + index]
            var below =
                sharpness[position] > 0
                ? weight * Numerics.normalCDFs(distance * sharpness[position])
                : zero.replacing(with: weight, where: distance .>= zero)
            below = below.replacing(with: zero, where: thresholds .< own[3 * numbers + index])
            halves[position] = below.replacing(with: weight, where: thresholds .>= own[4 * numbers + index])
        }
    }

    /// Where cuts may lie: between the lowest and the highest value, within three standard deviations of the mean, so
    /// that a few far values do not take the places of all cuts.
    private func range(_ pooled: UnsafeMutablePointer<Double>, _ numbers: Int, _ index: Int) -> (Double, Double) {
        let (low, high) = (pooled[3 * numbers + index], pooled[4 * numbers + index])
        let (weight, mean) = (pooled[index], pooled[numbers + index])
        guard !followsMoa, weight > 1 else { return (low, high) }
        let reach = 3 * (pooled[2 * numbers + index] / (weight - 1)).squareRoot()
        return (max(low, mean - reach), min(high, mean + reach))
    }

    /// What stands in `before`, as one.
    private func whole(_ record: TreeRecord) -> Whole {
        let count = record.rows.count
        if followsMoa {
            for position in 0..<count { before[position] = record.rows.weight(position) }
        }
        let (sum, mass) = criterion.impurity(before, count)
        return Whole(sum: sum, mass: mass, known: followsMoa ? 1 : min(sum / max(record.seen, 1e-300), 1))
    }

    /// Class masses at most and above a numeric threshold, into `left` and `right`.
    func divide(_ rows: ClassRows, _ index: Int, _ threshold: Double) {
        let numbers = rows.shape.pairs * 2
        for position in 0..<rows.count {
            let own = rows.row(position)
            let weight = own[index]
            var below = 0.0
            if weight > 0 {
                if threshold >= own[4 * numbers + index] {
                    below = weight
                } else if threshold >= own[3 * numbers + index] {
                    let variance = weight > 1 ? own[2 * numbers + index] / (weight - 1) : 0
                    let distance = threshold - own[numbers + index]
                    below =
                        variance > 0
                        ? weight * Numerics.normalCDF(distance / variance.squareRoot()) : (distance >= 0 ? weight : 0)
                }
            }
            left[position] = below
            right[position] = weight - below
        }
    }

    /// Class counts of a nominal value and of the rest, into `left` and `right`.
    func divide(_ rows: ClassRows, nominal index: Int, value: Int) {
        let offset = Int(rows.shape.nominalOffsets[index])
        for position in 0..<rows.count {
            let own = rows.row(position) + offset
            left[position] = own[1 + value]
            right[position] = max(own[0] - own[1 + value], 0)
        }
    }

    /// The merit of the two branches in `left` and `right`.
    private func merit(_ whole: Whole, _ count: Int) -> Double {
        var (leftSum, rightSum) = (0.0, 0.0)
        if criterion == .hellinger {
            for position in 0..<count {
                leftSum += left[position]
                rightSum += right[position]
                distances[position] = 0
            }
            addDistances(left, leftSum, whole, count)
            addDistances(right, rightSum, whole, count)
            guard min(leftSum, rightSum) > minBranchFraction * (leftSum + rightSum) else { return -.infinity }
            return distance(count) * whole.known
        }
        let (sums, masses) = criterion.impurities(left, right, count)
        let sum = sums[0] + sums[1]
        let least = min(sums[0], sums[1])
        guard least > minBranchFraction * sum else { return -.infinity }
        let gain = gain(whole, after: masses[0] + masses[1], of: sum)
        guard
            followsMoa || least >= Self.smallBranch * sum
                || gain >= Self.largeGain * self.gain(whole, after: 0, of: 1)
        else { return -.infinity }
        return gain
    }

    private func gain(_ whole: Whole, after mass: Double, of sum: Double) -> Double {
        (whole.mass / whole.sum - mass / sum) * whole.known * (criterion == .gini ? 1 : 1.4426950408889634)
    }

    private func addDistances(_ branch: UnsafePointer<Double>, _ sum: Double, _ whole: Whole, _ count: Int) {
        for position in 0..<count {
            distances[position] += SplitCriterion.hellingerPart(
                branch[position], of: before[position], sum - branch[position], of: whole.sum - before[position])
        }
    }

    private func distance(_ count: Int) -> Double {
        var sum = 0.0
        for position in 0..<count { sum += distances[position].squareRoot() }
        return sum / Double(max(count, 1))
    }

    func nominal(_ record: TreeRecord, _ index: Int) -> TreeSplit {
        let rows = record.rows
        var split = TreeSplit(test: .equals, index: index)
        let offset = Int(rows.shape.nominalOffsets[index])
        let values = Int(rows.shape.nominalValues[index])
        let all = rows.pooled + offset
        let distinct = rows.distinctValues(index)
        guard distinct >= 2 else { return split }
        for position in 0..<rows.count { before[position] = rows.row(position)[offset] }
        let whole = whole(record)
        if !binaryOnly, distinct > 2 || followsMoa {
            split.test = .each
            split.merit = meritOfEach(rows, whole, offset, values)
        }
        for value in 0..<values where all[1 + value] > 0 {
            divide(rows, nominal: index, value: value)
            let merit = merit(whole, rows.count)
            if merit > split.merit {
                split = TreeSplit(merit: merit, test: .equals, index: index, threshold: Double(value))
            }
        }
        return split
    }

    private func meritOfEach(_ rows: ClassRows, _ whole: Whole, _ offset: Int, _ values: Int) -> Double {
        var mass = 0.0
        var total = 0.0
        var branches = 0
        for position in 0..<rows.count { distances[position] = 0 }
        let all = rows.pooled + offset
        for value in 0..<values where all[1 + value] > 0 {
            for position in 0..<rows.count { left[position] = rows.row(position)[offset + 1 + value] }
            let part = criterion.impurity(left, rows.count)
            mass += part.mass
            total += part.sum
            if criterion == .hellinger { addDistances(left, part.sum, whole, rows.count) }
            if all[1 + value] > minBranchFraction * all[0] { branches += 1 }
        }
        guard branches >= 2 else { return -.infinity }
        return criterion == .hellinger ? distance(rows.count) * whole.known : gain(whole, after: mass, of: total)
    }
}
