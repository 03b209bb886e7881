/// How a regression tree finds its tests.
extension RegressionTree {
    /// Weight, sum and sum of squares of targets.
    private struct Sums {
        var weight = 0.0
        var sum = 0.0
        var square = 0.0

        init() {}
        init(_ sums: UnsafePointer<Double>) { (weight, sum, square) = (sums[0], sums[1], sums[2]) }

        static func + (a: Sums, b: Sums) -> Sums { combine(a, b, 1) }
        static func - (a: Sums, b: Sums) -> Sums { combine(a, b, -1) }
        private static func combine(_ a: Sums, _ b: Sums, _ sign: Double) -> Sums {
            var sums = a
            sums.weight += sign * b.weight
            sums.sum += sign * b.sum
            sums.square += sign * b.square
            return sums
        }

        /// Squared deviations from the mean.
        var error: Double { weight > 0 ? max(square - sum * sum / weight, 0) : 0 }
    }

    private struct Split {
        var merit = 0.0
        var test = TreeTest.leaf
        /// Index among the numeric or the nominal features.
        var index = 0
        var threshold = 0.0
        var left = Sums()
        var right = Sums()
    }

    /// A branch has at least so many examples.
    private static let leastBranch = 5.0
    /// Squared standard deviations by which a gain must exceed what chance brings: enough for the many tests of many
    /// attempts.
    private static let realGain = 20.0

    /// An attempt, due every grace period.
    func grow(_ index: Int) {
        let leaf = leaves[index]
        guard leaf.isLaidOut, leaf.seen > 2, Int(nodes[Int(leaf.node)].depth) < options.maxDepth else { return }
        var best = Split()
        var second = 0.0
        func consider(_ found: Split) {
            if found.merit > best.merit {
                second = best.merit
                best = found
            } else {
                second = max(second, found.merit)
            }
        }
        for feature in 0..<shape.numericCount { consider(numeric(leaf, feature)) }
        var input = shape.numericCount
        for feature in 0..<shape.nominalCount {
            consider(nominal(leaf, feature, input))
            input += Int(shape.nominalValues[feature])
        }
        // The share of the error that a test takes away, against the share that is left.
        guard best.merit * (leaf.seen - 2) > Self.realGain * (1 - best.merit) else { return }
        let bound = (-Numerics.log(options.delta) / (2 * leaf.seen)).squareRoot()
        guard best.merit - second > bound || bound < options.tau else { return }
        split(index, best)
    }

    /// The share of the squared error that a division takes away, times the share of the examples that show the feature.
    private func merit(_ left: Sums, _ right: Sums, _ whole: Sums, _ seen: Double) -> Double {
        guard min(left.weight, right.weight) >= Self.leastBranch, whole.error > 0 else { return 0 }
        return (1 - (left.error + right.error) / whole.error) * min(whole.weight / seen, 1)
    }

    private func numeric(_ leaf: RegressionLeaf, _ index: Int) -> Split {
        let sums = parts(leaf, index)
        var whole = Sums()
        for part in 0..<RegressionLeaf.parts { whole = whole + Sums(sums + part * RegressionLeaf.sums) }
        var best = Split(test: .atMost, index: index)
        var left = Sums()
        for part in 0..<RegressionLeaf.parts - 1 {
            left = left + Sums(sums + part * RegressionLeaf.sums)
            let right = whole - left
            let merit = merit(left, right, whole, leaf.seen)
            guard merit > best.merit else { continue }
            let edge = leaf.statistics[2 * index] + Double(part + 1) * leaf.statistics[2 * index + 1]
            best = Split(merit: merit, test: .atMost, index: index, threshold: edge, left: left, right: right)
        }
        return best
    }

    private func nominal(_ leaf: RegressionLeaf, _ index: Int, _ input: Int) -> Split {
        let values = Int(shape.nominalValues[index])
        var whole = Sums()
        for value in 0..<values { whole = whole + Sums(nominalSums(leaf, input + value)) }
        var best = Split(test: .equals, index: index)
        for value in 0..<values {
            let left = Sums(nominalSums(leaf, input + value))
            let right = whole - left
            let merit = merit(left, right, whole, leaf.seen)
            guard merit > best.merit else { continue }
            best = Split(
                merit: merit, test: .equals, index: index, threshold: Double(value), left: left, right: right)
        }
        return best
    }

    /// Turns a leaf into a test, where memory allows: the leaf goes on as the left child.
    private func split(_ index: Int, _ split: Split) {
        guard nodes.reserve(2, allowance: limit - memoryBytes - leafBytes),
            leaves.reserve(1, allowance: limit - memoryBytes - leafBytes), memoryBytes + leafBytes <= limit
        else { return }
        let place = Int(leaves[index].node)
        let first = nodes.count
        let old = leaves[index]
        let depth = nodes[place].depth + 1
        nodes.append(TreeNode(weight: split.left.weight, record: Int32(index), depth: depth))
        nodes.append(TreeNode(weight: split.right.weight, record: Int32(leaves.count), depth: depth))
        var right = makeLeaf(first + 1)
        right.model.update(from: old.model, count: 2 * (inputCount + 1))
        right.statistics.update(from: old.statistics, count: 2 * shape.numericCount)
        (right.errors, right.recent, right.center) = (old.errors, old.recent, old.center)
        leaves.append(right)
        leaves.base[index].node = Int32(first)
        begin(index, split, split.left, isLeft: true)
        begin(leaves.count - 1, split, split.right, isLeft: false)
        let node = nodes.base + place
        node.pointee.test = split.test
        node.pointee.feature =
            split.test == .atMost ? shape.numericSlots[split.index] : shape.nominalSlots[split.index]
        node.pointee.threshold = split.threshold
        node.pointee.child = Int32(first)
        node.pointee.record = -1
    }

    /// A child's targets are those of its branch; its own statistics are empty.
    private func begin(_ index: Int, _ split: Split, _ sums: Sums, isLeft: Bool) {
        let leaf = leaves.base + index
        let share = min(RegressionLeaf.heritage / sums.weight, 1)
        leaf.pointee.weight = sums.weight * share
        leaf.pointee.square = sums.error * share
        leaf.pointee.mean = leaf.pointee.center + sums.sum / sums.weight
        leaf.pointee.center = leaf.pointee.mean
        leaf.pointee.seen = 0
        leaf.pointee.lastAttempt = nodes[Int(leaf.pointee.node)].weight
        leaf.pointee.isLaidOut = true
        let ranges = 2 * shape.numericCount
        (leaf.pointee.statistics + ranges).update(repeating: 0, count: statisticsCount - ranges)
        guard split.test == .atMost else { return }
        let range = leaf.pointee.statistics + 2 * split.index
        let high = range[0] + range[1] * Double(RegressionLeaf.parts)
        if !isLeft { range[0] = split.threshold }
        range[1] = ((isLeft ? split.threshold : high) - range[0]) / Double(RegressionLeaf.parts)
    }
}
