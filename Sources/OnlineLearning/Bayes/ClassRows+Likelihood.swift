/// How likely an example is under each class.
extension ClassRows {
    /// A class's variance is never below this share of that of all classes together: a class that has shown one value
    /// would else be infinitely sure of it.
    static let leastVariance = 0.01
    /// Weight of the statistics of all classes together in those of one class: what a class that has not shown a
    /// feature is taken to look like.
    static let prior = 1.0
    /// A class's mean is taken to be that of all classes until it differs by more than chance, where a feature is mostly
    /// missing: of a feature that nobody ever fills in, half of the difference is believed at so many squared standard
    /// errors. Many such features would else outvote the few that say something.
    static let doubt = 6.0

    /// Numbers that `prepare` writes for a shape: values, means, variances, their inverses, doubts.
    static func scratchSize(_ shape: LeafShape) -> Int { shape.pairs * 2 * 5 }

    /// Fills `scratch` with what is the same for all classes: the values, and mean, variance and inverse variance of
    /// all classes together. An inverse of 0 marks a feature that says nothing: missing, or constant up to rounding.
    @inline(__always)
    func prepare(_ example: Example, _ scratch: UnsafeMutablePointer<Double>) {
        gather(example, into: scratch)
        let pairs = shape.pairs
        let (values, means) = (Self.column(scratch, 0, pairs), Self.column(scratch, 1, pairs))
        let (variances, inverses) = (Self.column(scratch, 2, pairs), Self.column(scratch, 3, pairs))
        let doubts = Self.column(scratch, 4, pairs)
        let least = SIMD2<Double>(repeating: 1e-9)
        let whole = 1 / max(majority.sum, 1)
        let (weight, mean) = (Self.column(pooled, 0, pairs), Self.column(pooled, 1, pairs))
        let square = Self.column(pooled, 2, pairs)
        let zero = SIMD2<Double>(repeating: 0)
        let one = SIMD2<Double>(repeating: 1)
        for pair in 0..<pairs {
            let spread = square[pair]
            let says =
                (values[pair] .== values[pair]) .& (weight[pair] .> one)
                .& (spread .> weight[pair] * mean[pair] * mean[pair] * 1e-24)
            let variance = one.replacing(with: spread / (weight[pair] - one), where: says)
            let distance = values[pair] - mean[pair]
            let far =
                says .& (weight[pair] .>= SIMD2(repeating: Self.familiar))
                .& (distance * distance .> variance * Self.reach(weight[pair]))
            if far[0] || far[1] {
                values[pair] = bring(values[pair], mean[pair], variance * Self.reach(weight[pair]), where: far)
            }
            variances[pair] = variance
            inverses[pair] = zero.replacing(with: one / variance, where: says)
            means[pair] = mean[pair]
            let rarity = (one - weight[pair] * whole) * Self.doubt
            doubts[pair] = least.replacing(with: rarity, where: says .& (rarity .> least))
        }
    }

    /// ln of the likelihood of the prepared example under the class at a position, relative to that under all classes
    /// together: 0 where the class has shown nothing. A class's variance is (squares + prior · pooled variance) /
    /// (weight + prior), and at least `leastVariance` of the pooled one. Only ratios enter, so that the unit of a
    /// feature changes no bit.
    @inline(__always)
    func logLikelihood(
        _ example: Example, _ scratch: UnsafeMutablePointer<Double>, position: Int
    ) -> Double {
        let pairs = shape.pairs
        let own = row(position)
        let (values, pooledMeans) = (Self.column(scratch, 0, pairs), Self.column(scratch, 1, pairs))
        let (variances, inverses) = (Self.column(scratch, 2, pairs), Self.column(scratch, 3, pairs))
        let doubts = Self.column(scratch, 4, pairs)
        let (weights, means, squares) = (
            Self.column(own, 0, pairs), Self.column(own, 1, pairs), Self.column(own, 2, pairs)
        )
        let zero = SIMD2<Double>(repeating: 0)
        let one = SIMD2<Double>(repeating: 1)
        let prior = SIMD2<Double>(repeating: Self.prior)
        var distance = zero
        var above = one
        var below = one
        var sum = 0.0
        for pair in 0..<pairs {
            let inverse = inverses[pair]
            let says = inverse .> zero
            let doubt = doubts[pair]
            let lean = prior + doubt
            let weight = weights[pair] + lean
            let variance = variances[pair]
            let floor = Self.leastVariance * variance * weight
            let spread = squares[pair] + variance * lean
            let square = spread.replacing(with: floor, where: spread .< floor)
            var shift = zero.replacing(with: means[pair] - pooledMeans[pair], where: weights[pair] .> zero)
            if doubt[0] > 0.5 || doubt[1] > 0.5 {
                let evidence = shift * shift * weights[pair] * inverse
                shift *= evidence / (evidence + doubt)
            }
            let difference = zero.replacing(with: values[pair] - pooledMeans[pair] - shift, where: says)
            distance += difference * difference * weight / square
            above *= one.replacing(with: square * inverse, where: says)
            below *= one.replacing(with: weight, where: says)
            if pair & 7 == 7 {
                sum += 0.5 * Numerics.log(below[0] * below[1] / (above[0] * above[1]))
                above = one
                below = one
            }
        }
        if pairs & 7 != 0 { sum += 0.5 * Numerics.log(below[0] * below[1] / (above[0] * above[1])) }
        sum -= 0.5 * (distance[0] + distance[1])
        if shape.nominalCount > 0 { sum += nominal(example, own) }
        return max(sum, -1e300)
    }

    /// The nominal features' part: shares of values, smoothed towards those of all classes together.
    @inline(__always)
    private func nominal(_ example: Example, _ own: UnsafeMutablePointer<Double>) -> Double {
        let all = pooled
        var ratio = 1.0
        var sum = 0.0
        for index in 0..<shape.nominalCount {
            let category = Numerics.category(
                example.slots[Int(shape.nominalSlots[index])], Int(shape.nominalValues[index]))
            guard category >= 0 else { continue }
            let offset = Int(shape.nominalOffsets[index])
            let share = all[offset + 1 + category] / max(all[offset], 1)
            guard share > 0 else { continue }
            ratio *= (own[offset + 1 + category] / share + Self.prior) / (own[offset] + Self.prior)
            if index & 7 == 7 {
                sum += Numerics.log(ratio)
                ratio = 1
            }
        }
        return sum + Numerics.log(ratio)
    }
}
