/// How much purer the branches of a split are than the whole.
enum SplitCriterion {
    /// Fall of the entropy, in bits.
    case infoGain
    /// Fall of the Gini impurity.
    case gini
    /// Hellinger distance between the branches' shares of each class and of the rest, mean over the classes: it does
    /// not depend on how rare a class is (Cieslak et al. 2012, doi:10.1007/s10618-011-0222-1).
    case hellinger

    init(_ name: String) {
        self =
            switch name {
            case "gini": .gini
            case "hellinger": .hellinger
            default: .infoGain
            }
    }

    /// The most that the merit can differ, for the Hoeffding bound.
    func range(classes: Int) -> Double {
        switch self {
        case .infoGain: Numerics.log(Double(max(classes, 2))) * 1.4426950408889634
        case .gini: 1
        case .hellinger: 1.4142135623730951
        }
    }

    /// A run's sum and its sum times its impurity (entropy in nats, or Gini).
    @inline(__always)
    func impurity(_ counts: UnsafePointer<Double>, _ classCount: Int) -> (sum: Double, mass: Double) {
        var sum = 0.0
        var inner = 0.0
        for index in 0..<classCount where counts[index] > 0 {
            sum += counts[index]
            inner += self == .gini ? counts[index] * counts[index] : counts[index] * Numerics.log(counts[index])
        }
        guard sum > 0 else { return (0, 0) }
        return (sum, self == .gini ? sum - inner / sum : sum * Numerics.log(sum) - inner)
    }

    /// The same of two runs at once.
    @inline(__always)
    func impurities(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ classCount: Int
    ) -> (sums: SIMD2<Double>, masses: SIMD2<Double>) {
        let zero = SIMD2<Double>(repeating: 0)
        var sums = zero
        var inner = zero
        for index in 0..<classCount {
            let raw = SIMD2(a[index], b[index])
            let counts = raw.replacing(with: zero, where: raw .< zero)
            sums += counts
            inner += counts * (self == .gini ? counts : Numerics.logs(counts))
        }
        if self != .gini { return (sums, sums * Numerics.logs(sums) - inner) }
        return (sums, sums - (inner / sums).replacing(with: zero, where: sums .<= zero))
    }

    /// What a class's share of one branch adds to twice its squared Hellinger distance.
    static func hellingerPart(_ own: Double, of ownSum: Double, _ rest: Double, of restSum: Double) -> Double {
        guard ownSum > 0, restSum > 0 else { return 0 }
        let difference = (max(own, 0) / ownSum).squareRoot() - (max(rest, 0) / restSum).squareRoot()
        return difference * difference
    }
}
