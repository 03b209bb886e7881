/// What a leaf answers and learns with `compatibility: moa`.
///
/// Where nothing is likely under any class MOA's products are all 0 and the first class wins: a leaf that has seen one
/// class may answer with another.
extension HoeffdingTree {
    func answerAsMoa(_ index: Int, _ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        let rows = records[index].rows
        let isBayes = way(records[index]) == .bayes
        if isBayes { askAsMoa(rows, example) }
        var sum = 0.0
        for position in 0..<rows.count { sum += isBayes ? shares[position] : rows.weight(position) }
        probabilities.update(repeating: sum > 0 ? 0 : 1 / Double(classCount), count: classCount)
        guard sum > 0 else { return }
        for position in 0..<rows.count {
            probabilities[rows.classIndex(position)] = (isBayes ? shares[position] : rows.weight(position)) / sum
        }
    }

    func learnAsMoa(_ example: Example, _ classIndex: Int, _ weight: Double) {
        switch options.revision {
        case .never:
            let index = descend(example, weight, from: 0)
            _ = absorbAsMoa(example, classIndex, weight, at: index)
            if isDueAsMoa(index) { grow(index, example.sequence) }
        case .drift: learnAdaptivelyAsMoa(example, classIndex, weight)
        case .better: learnAnytimeAsMoa(example, classIndex, weight)
        }
    }

    /// A record learns an example; whether it would have answered right.
    func absorbAsMoa(_ example: Example, _ classIndex: Int, _ weight: Double, at index: Int) -> Bool {
        let position = room(for: classIndex, at: index)
        guard position >= 0 else { return false }
        let record = records.base + index
        let rows = record.pointee.rows
        askAsMoa(rows, example)
        let isBayes = first(rows) { shares[$0] } == classIndex
        // Of nothing there is no majority; naive Bayes says the first class.
        let isMajority = rows.majority.sum > 0 && first(rows) { rows.weight($0) } == classIndex
        let isRight = way(record.pointee) == .bayes ? isBayes : isMajority
        guard rows.shape.stride > 0 else {
            rows.setWeight(position, rows.weight(position) + weight)
            return isRight
        }
        if isBayes { record.pointee.merits.bayes += weight }
        if isMajority { record.pointee.merits.majority += weight }
        rows.learnAsMoa(example, values.base, position: position, weight: weight)
        record.pointee.seen += weight
        return isRight
    }

    /// Whether an attempt to split is due, by the sum of the classes' weights.
    func isDueAsMoa(_ index: Int) -> Bool {
        // At most examples it is far from being due.
        let last = records[index].lastAttempt
        guard nodes[Int(records[index].node)].weight - last >= options.gracePeriod - 1 else { return false }
        let weight = moaWeight(index)
        guard weight - last >= options.gracePeriod else { return false }
        records.base[index].lastAttempt = weight
        return true
    }

    /// A record's weight, summed in the order of the classes.
    func moaWeight(_ index: Int) -> Double {
        let rows = records[index].rows
        var sum = 0.0
        for classIndex in 0..<classCount {
            let position = rows.position(of: classIndex)
            if position >= 0 { sum += rows.weight(position) }
        }
        return sum
    }

    /// The classes' weights times their likelihoods, into `shares`. Leaves `values` prepared.
    private func askAsMoa(_ rows: ClassRows, _ example: Example) {
        _ = rows.gather(example, into: values.base)
        for position in 0..<rows.count {
            shares[position] = rows.weight(position) * rows.moaLikelihood(example, values.base, position: position)
        }
    }

    /// The class with the highest score, of equal ones the first; the first of all where there is none above 0.
    private func first(_ rows: ClassRows, _ score: (Int) -> Double) -> Int {
        var (best, highest) = (0, 0.0)
        for position in 0..<rows.count {
            let (classIndex, own) = (rows.classIndex(position), score(position))
            if own > highest || own == highest && own > 0 && classIndex < best {
                (best, highest) = (classIndex, own)
            }
        }
        return best
    }

    /// Whether the leaf a record belongs to would answer right.
    func isRightAsMoa(_ index: Int, _ example: Example, _ classIndex: Int) -> Bool {
        let rows = records[index].rows
        guard way(records[index]) == .bayes else { return first(rows) { rows.weight($0) } == classIndex }
        askAsMoa(rows, example)
        return first(rows) { shares[$0] } == classIndex
    }
}
