/// What a leaf answers, and how it learns which of its answers to trust.
extension HoeffdingTree {
    /// Adds a record's probabilities to those of `probabilities`, which are 0. One pseudo-example is spread over all
    /// classes: no class is impossible, and an empty leaf is undecided.
    @inline(__always)
    func answer(
        _ record: UnsafeMutablePointer<TreeRecord>, _ example: Example, into probabilities: UnsafeMutablePointer<Double>
    ) {
        let rows = record.pointee.rows
        let count = rows.count
        let total = rows.majority.sum
        let pseudo = options.followsMoa && total > 0 ? 0.0 : 1.0
        let share = pseudo / (Double(classCount) * (total + pseudo))
        for classIndex in 0..<classCount { probabilities[classIndex] = share }
        guard usesBayes(record.pointee) else {
            let scale = 1 / (total + pseudo)
            for position in 0..<count { probabilities[rows.classIndex(position)] += rows.weight(position) * scale }
            return
        }
        prepare(rows, example)
        let temper = record.pointee.temper
        for position in 0..<count { scores[position] = temper * score(rows, example, position) }
        Numerics.softmax(scores.base, count)
        let scale = total / (total + pseudo)
        for position in 0..<count { probabilities[rows.classIndex(position)] += scores[position] * scale }
    }

    @inline(__always)
    private func prepare(_ rows: ClassRows, _ example: Example) {
        if options.followsMoa { rows.gather(example, into: values.base) } else { rows.prepare(example, values.base) }
    }

    /// ln of a class's share times its likelihood, up to what all classes share.
    @inline(__always)
    private func score(_ rows: ClassRows, _ example: Example, _ position: Int) -> Double {
        rows.logWeight(position)
            + (options.followsMoa
                ? rows.moaLogLikelihood(example, values.base, position: position)
                : rows.logLikelihood(example, values.base, position: position))
    }

    @inline(__always)
    private func usesBayes(_ record: TreeRecord) -> Bool {
        guard record.rows.shape.stride > 0, record.rows.count > 1 else { return false }
        switch options.leafPrediction {
        case .majority: return false
        case .bayes: return record.rows.majority.sum >= options.bayesThreshold
        case .adaptive:
            return record.bayesCorrect >= record.majorityCorrect && record.rows.majority.sum >= options.bayesThreshold
        }
    }

    /// Compares what the majority class and naive Bayes would have answered with the class at `position`, and tempers
    /// the likelihoods by a Newton step on the log loss. Leaves `values` prepared. Whether its answer is right.
    @inline(__always)
    func judge(
        _ record: UnsafeMutablePointer<TreeRecord>, _ example: Example, _ position: Int, _ weight: Double
    ) -> Bool {
        let rows = record.pointee.rows
        let count = rows.count
        prepare(rows, example)
        let temper = record.pointee.temper
        var best = 0
        var highest = -Double.infinity
        var majority = 0
        for other in 0..<count {
            let score = score(rows, example, other)
            scores[other] = score
            if score > highest {
                highest = score
                best = other
            }
            if rows.weight(other) > rows.weight(majority) { majority = other }
        }
        let isRight = (usesBayes(record.pointee) ? best : majority) == position
        if majority == position { record.pointee.majorityCorrect += weight }
        if best == position { record.pointee.bayesCorrect += weight }
        guard count > 1, !options.followsMoa else { return isRight }
        var (sum, mean, square) = (0.0, 0.0, 0.0)
        for other in 0..<count {
            let likelihood = max(scores[other] - highest, -1e9)
            let share = Numerics.exp(temper * likelihood)
            sum += share
            mean += share * likelihood
            square += share * likelihood * likelihood
        }
        mean /= sum
        let slope = mean - max(scores[position] - highest, -1e9)
        record.pointee.curvature += weight * max(square / sum - mean * mean, 0)
        record.pointee.temper = min(
            max(temper - weight * slope / (record.pointee.curvature + Self.temperPrior), Self.leastTemper), 1)
        return isRight
    }

    /// Resistance of the temper to its first steps.
    private static var temperPrior: Double { 10 }
    private static var leastTemper: Double { 0.01 }
}
