#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a leaf answers, and how it learns which of its answers to trust.
extension HoeffdingTree {
    /// A record's probabilities. One pseudo-example is spread over all classes: no class is impossible, and an empty
    /// leaf is undecided.
    @inline(__always)
    func answer(_ index: Int, _ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        guard !options.followsMoa else { return answerAsMoa(index, example, into: probabilities) }
        let record = records.base + index
        let rows = record.pointee.rows
        let count = rows.count
        let total = rows.majority.sum
        let pseudo = 1.0
        let share = pseudo / (Double(classCount) * (total + pseudo))
        for classIndex in 0..<classCount { probabilities[classIndex] = share }
        let way = way(record.pointee)
        switch way {
        case .majority:
            let scale = 1 / (total + pseudo)
            for position in 0..<count { probabilities[rows.classIndex(position)] += rows.weight(position) * scale }
        case .recentMajority:
            var recent = 0.0
            for position in 0..<count { recent += rows.recentWeight(position) }
            let scale = total / ((total + pseudo) * recent)
            for position in 0..<count {
                probabilities[rows.classIndex(position)] += rows.recentWeight(position) * scale
            }
        case .bayes, .recentBayes:
            ask(rows, example)
            var sum = temper(record, count)
            state.pointee.answered = Int32(index)
            if way == .recentBayes {
                sum = 0
                for position in 0..<count { sum += shares[position] * recency(rows, position) }
            }
            let scale = total / ((total + pseudo) * sum)
            for position in 0..<count {
                let share = shares[position] * (way == .recentBayes ? recency(rows, position) : 1)
                probabilities[rows.classIndex(position)] += share * scale
            }
        }
    }

    /// How much more often a class came of late than it did before, with a pseudo-example of the past.
    @inline(__always)
    private func recency(_ rows: ClassRows, _ position: Int) -> Double {
        rows.weight(position) > 0 ? (rows.recentWeight(position) + 0.5) / rows.weight(position) : 0
    }

    /// The classes' shares of the answer, up to their sum.
    var shares: UnsafeMutablePointer<Double> { scores.base + classCount }

    /// Prepares an example and scores the classes: ln of its likelihood under each, up to what they share.
    private func ask(_ rows: ClassRows, _ example: Example) {
        let prepared = rows.prepare(example, values.base)
        state.pointee.prepared = prepared
        rows.logLikelihoods(prepared, values.base, into: scores.base)
    }

    /// Shares from the classes' weights and their scores, of which the temper is believed; their sum.
    @inline(__always)
    private func temper(_ record: UnsafeMutablePointer<TreeRecord>, _ count: Int) -> Double {
        let temper = record.pointee.temper
        let rows = record.pointee.rows
        var highest = -Double.infinity
        for position in 0..<count {
            shares[position] = rows.logWeight(position) + temper * scores[position]
            if shares[position] > highest { highest = shares[position] }
        }
        var sum = 0.0
        for position in 0..<count {
            let share = shares[position] == highest ? 1 : Numerics.exp(shares[position] - highest)
            shares[position] = share
            sum += share
        }
        return sum
    }

    /// Whether an example is the one that was answered last, and there is something to be had of that.
    @inline(__always)
    func isAsked(_ example: Example) -> Bool {
        max(state.pointee.answered, state.pointee.depth) >= 0 && memcmp(asked.base, example.slots, asked.bytes) == 0
    }

    /// How a record answers.
    @inline(__always)
    func way(_ record: TreeRecord) -> LeafMerits.Way {
        guard record.rows.shape.stride > 0, record.rows.count > 1 || options.followsMoa else { return .majority }
        let hasSeen = options.bayesThreshold == 0 || record.rows.majority.sum >= options.bayesThreshold
        switch options.leafPrediction {
        case .majority: return .majority
        case .bayes: return hasSeen ? .bayes : .majority
        case .bayesOrMajority: return hasSeen && record.merits.bayes >= record.merits.majority ? .bayes : .majority
        case .adaptive:
            let best = record.merits.best
            guard !hasSeen else { return best }
            return record.merits.recentMajority > record.merits.majority ? .recentMajority : .majority
        }
    }

    /// Compares what the majority class and naive Bayes would have answered with the class at `position`, and tempers
    /// the likelihoods by a Newton step on the log loss. Leaves `values` prepared. Whether its answer is right.
    @inline(__always)
    func judge(
        _ record: UnsafeMutablePointer<TreeRecord>, _ example: Example, _ position: Int, _ weight: Double, _ index: Int
    ) -> Bool {
        let rows = record.pointee.rows
        let count = rows.count
        // A class that has just been let in has no score yet.
        let isAtHand = state.pointee.isAskedAgain && state.pointee.answered == Int32(index) && rows.weight(position) > 0
        if !isAtHand {
            ask(rows, example)
        } else if options.revision == .better {
            // The nodes above have learned the example meanwhile, with values as they count there.
            state.pointee.prepared = rows.prepare(example, values.base)
        }
        let sum = isAtHand ? (0..<count).reduce(0.0) { $0 + shares[$1] } : temper(record, count)
        let isRight = judgeWays(record, position, weight)
        guard count > 1 else { return isRight }
        var highest = -Double.infinity
        for other in 0..<count where scores[other] > highest { highest = scores[other] }
        var (mean, square) = (0.0, 0.0)
        for other in 0..<count {
            let likelihood = max(scores[other] - highest, -Self.surest)
            mean += shares[other] * likelihood
            square += shares[other] * likelihood * likelihood
        }
        mean /= sum
        let slope = mean - max(scores[position] - highest, -Self.surest)
        let curvature = weight * max(square / sum - mean * mean, 0)
        record.pointee.curvature = record.pointee.curvature * Self.curvatureMemory + curvature
        record.pointee.temper = min(
            max(
                record.pointee.temper - weight * slope / (record.pointee.curvature + Self.temperPrior),
                Self.leastTemper), 1)
        return isRight
    }

    /// Notes which ways to answer were right; whether the chosen one was.
    @inline(__always)
    private func judgeWays(_ record: UnsafeMutablePointer<TreeRecord>, _ position: Int, _ weight: Double) -> Bool {
        let rows = record.pointee.rows
        var (bayes, majority, recentBayes, recentMajority) = (0, 0, 0, 0)
        let isAdaptive = options.leafPrediction == .adaptive
        var highest = -1.0
        for other in 0..<rows.count {
            if shares[other] > shares[bayes] { bayes = other }
            if rows.weight(other) > rows.weight(majority) { majority = other }
            guard isAdaptive else { continue }
            if rows.recentWeight(other) > rows.recentWeight(recentMajority) { recentMajority = other }
            let recent = shares[other] * recency(rows, other)
            if recent > highest {
                highest = recent
                recentBayes = other
            }
        }
        let chosen =
            switch way(record.pointee) {
            case .majority: majority
            case .bayes: bayes
            case .recentMajority: recentMajority
            case .recentBayes: recentBayes
            }
        if isAdaptive { record.pointee.merits.fade(meritFade) }
        if majority == position { record.pointee.merits.majority += weight }
        if bayes == position { record.pointee.merits.bayes += weight }
        if isAdaptive {
            if recentMajority == position { record.pointee.merits.recentMajority += weight }
            if recentBayes == position { record.pointee.merits.recentBayes += weight }
            rows.remember(position, weight, fading: recentFade)
        }
        return chosen == position
    }

    private var meritFade: Double { 1 - 1 / TreeOptions.meritMemory }
    private var recentFade: Double { 1 - 1 / TreeOptions.recentMemory }

    /// Resistance of the temper to its first steps.
    private static var temperPrior: Double { 10 }
    /// What is left of the curvature when the next example comes.
    private static var curvatureMemory: Double { 0.999 }
    /// A likelihood ratio counts as no more than this many nats: one example must not decide.
    private static var surest: Double { 30 }
    private static var leastTemper: Double { 0.01 }

    /// How much of the likelihoods is believed before anything is known: features are seldom independent, and the more
    /// there are the less.
    var firstTemper: Double {
        let count = Double(options.subspace > 0 ? options.subspace : features.count)
        return 1 / max(count, 1).squareRoot()
    }
}
