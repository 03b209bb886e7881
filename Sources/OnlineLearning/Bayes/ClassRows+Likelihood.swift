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
    /// Where a feature is hardly ever missing: no doubt worth a look, and what stands for none.
    private static let littleDoubt = 0.5
    private static let leastDoubt = 1e-9

    /// What `prepare` found: pairs of features of which one says little or nothing, and nominal features that say
    /// something.
    struct Prepared: BitwiseCopyable {
        var odd = OddPairs.all
        var categories = 0
    }

    /// A value of a nominal feature, as all classes together know it.
    private struct KnownCategory: BitwiseCopyable {
        /// Its share of the feature's values.
        var share: Double
        /// Where a class's total and its count of the value stand in the class's row.
        var total: Int32
        var place: Int32
        var index: Int
    }

    /// What a class's likelihood needs of a pair of numeric features, the same for all classes.
    private struct KnownPair: BitwiseCopyable {
        /// From the mean of all classes together, and that mean.
        var distance: SIMD2<Double>
        var mean: SIMD2<Double>
        /// One over the variance of all classes together; 0: the feature says nothing.
        var inverse: SIMD2<Double>
        /// What a class's sum of squares leans on, the least of its variance, and the doubt in its mean.
        var leaning: SIMD2<Double>
        var floor: SIMD2<Double>
        var doubt: SIMD2<Double>
    }

    /// Numbers that `prepare` writes for a shape: the values; twelve per pair; three per nominal feature.
    static func scratchSize(_ shape: LeafShape) -> Int { shape.pairs * 14 + shape.nominalCount * 3 }

    @inline(__always)
    private func knownPairs(_ scratch: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<KnownPair> {
        UnsafeMutableRawPointer(scratch + shape.pairs * 2).assumingMemoryBound(to: KnownPair.self)
    }

    @inline(__always)
    private func categories(_ scratch: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<KnownCategory> {
        UnsafeMutableRawPointer(scratch + shape.pairs * 14).assumingMemoryBound(to: KnownCategory.self)
    }

    /// Fills `scratch` with what is the same for all classes. An inverse variance of 0 marks a feature that says nothing:
    /// missing, or constant up to rounding.
    @inline(__always)
    func prepare(_ example: Example, _ scratch: UnsafeMutablePointer<Double>) -> Prepared {
        let pairs = shape.pairs
        let values = Self.column(scratch, 0, pairs)
        let known = knownPairs(scratch)
        let all = Self.column(pooled, 0, pairs)
        let (means, squares) = (all + pairs, all + 2 * pairs)
        let whole = 1 / max(majority.sum, 1)
        let one = SIMD2<Double>(repeating: 1)
        let least = SIMD2<Double>(repeating: Self.leastDoubt)
        let little = SIMD2<Double>(repeating: Self.littleDoubt)
        var prepared = Prepared(odd: OddPairs(), categories: 0)
        for pair in 0..<pairs {
            let value = self.pair(pair, of: example)
            let (weight, mean, spread) = (all[pair], means[pair], squares[pair])
            let variance = spread / (weight - one)
            let distance = value - mean
            let rarity = (one - weight * whole) * Self.doubt
            values[pair] = value
            // A missing value is not within reach either.
            let isPlain =
                (distance * distance .<= variance * Self.reach(weight)) .& (weight .> one)
                .& (spread .> weight * mean * mean * 1e-24) .& (rarity .<= little)
            if Self.both(isPlain) {
                let doubt = least.replacing(with: rarity, where: rarity .> least)
                known[pair] = KnownPair(
                    distance: distance, mean: mean, inverse: one / variance,
                    leaning: variance * (Self.prior + doubt), floor: Self.leastVariance * variance, doubt: doubt)
            } else {
                prepared.odd.insert(pair)
                (values[pair], known[pair]) = odd(value, weight, mean, spread, rarity)
            }
        }
        if shape.nominalCount > 0 { prepared.categories = prepareCategories(example, scratch) }
        return prepared
    }

    /// A pair of which one feature is missing, constant, far from what was seen, or believed with doubt: its values as
    /// they count, and what is known of it.
    @inline(never)
    private func odd(
        _ value: SIMD2<Double>, _ weight: SIMD2<Double>, _ mean: SIMD2<Double>, _ spread: SIMD2<Double>,
        _ rarity: SIMD2<Double>
    ) -> (SIMD2<Double>, KnownPair) {
        let zero = SIMD2<Double>(repeating: 0)
        let one = SIMD2<Double>(repeating: 1)
        let least = SIMD2<Double>(repeating: Self.leastDoubt)
        let says = (value .== value) .& (weight .> one) .& (spread .> weight * mean * mean * 1e-24)
        let variance = one.replacing(with: spread / (weight - one), where: says)
        let distance = value - mean
        let far =
            says .& (weight .>= SIMD2(repeating: Self.familiar))
            .& (distance * distance .> variance * Self.reach(weight))
        let near = far[0] || far[1] ? bring(value, mean, variance * Self.reach(weight), where: far) : value
        let doubt = least.replacing(with: rarity, where: says .& (rarity .> least))
        let known = KnownPair(
            distance: near - mean, mean: mean, inverse: zero.replacing(with: one / variance, where: says),
            leaning: variance * (Self.prior + doubt), floor: Self.leastVariance * variance, doubt: doubt)
        return (near, known)
    }

    /// The nominal features' values that were met before; how many.
    private func prepareCategories(_ example: Example, _ scratch: UnsafeMutablePointer<Double>) -> Int {
        let all = pooled
        let known = categories(scratch)
        var count = 0
        for index in 0..<shape.nominalCount {
            let category = Numerics.category(
                example.slots[Int(shape.nominalSlots[index])], Int(shape.nominalValues[index]))
            guard category >= 0 else { continue }
            let offset = Int(shape.nominalOffsets[index])
            let share = all[offset + 1 + category] / max(all[offset], 1)
            guard share > 0 else { continue }
            known[count] = KnownCategory(
                share: share, total: Int32(offset), place: Int32(offset + 1 + category), index: index)
            count += 1
        }
        return count
    }

    /// ln of the likelihoods of the prepared example under the classes, relative to that under all classes together: 0
    /// where a class has shown nothing. A class's variance is (squares + prior · pooled variance) / (weight + prior), and at
    /// least `leastVariance` of the pooled one. Only ratios enter, so that the unit of a feature changes no bit.
    @inline(__always)
    func logLikelihoods(
        _ prepared: Prepared, _ scratch: UnsafeMutablePointer<Double>, into scores: UnsafeMutablePointer<Double>
    ) {
        let pairs = shape.pairs
        let known = knownPairs(scratch)
        let stride = shape.stride
        var own = pooled
        for position in 0..<count {
            own += stride
            let shown = Self.column(own, 0, pairs)
            var sum =
                prepared.odd.isEmpty
                ? numeric(shown, known, pairs, nil) : numeric(shown, known, pairs, prepared.odd)
            if shape.nominalCount > 0 { sum += nominal(prepared.categories, categories(scratch), own) }
            scores[position] = max(sum, -1e300)
        }
    }

    /// The numeric features' part. `odd` is nil where no pair is odd.
    @inline(__always)
    private func numeric(
        _ weights: UnsafeMutablePointer<SIMD2<Double>>, _ known: UnsafeMutablePointer<KnownPair>, _ pairs: Int,
        _ odd: OddPairs?
    ) -> Double {
        let (means, squares) = (weights + pairs, weights + 2 * pairs)
        let zero = SIMD2<Double>(repeating: 0)
        let one = SIMD2<Double>(repeating: 1)
        var distance = zero
        var sum = 0.0
        var first = 0
        while first < pairs {
            // One logarithm of eight pairs' product.
            let last = min(first + 8, pairs)
            var above = one
            var below = one
            for pair in first..<last {
                let shown = weights[pair]
                let weight = shown + (Self.prior + known[pair].doubt)
                let spread = squares[pair] + known[pair].leaning
                let floor = known[pair].floor * weight
                let square = spread.replacing(with: floor, where: spread .< floor)
                let shift = zero.replacing(with: means[pair] - known[pair].mean, where: shown .> zero)
                let ratio = square * known[pair].inverse
                if let odd, odd.contains(pair) {
                    let says = known[pair].inverse .> zero
                    let believed = known[pair].distance - self.believed(shift, shown, known[pair])
                    let difference = zero.replacing(with: believed, where: says)
                    distance += difference * difference * weight / square
                    above *= one.replacing(with: ratio, where: says)
                    below *= one.replacing(with: weight, where: says)
                } else {
                    let difference = known[pair].distance - shift
                    distance += difference * difference * weight / square
                    above *= ratio
                    below *= weight
                }
            }
            sum += 0.5 * Numerics.log(below[0] * below[1] / (above[0] * above[1]))
            first = last
        }
        return sum - 0.5 * (distance[0] + distance[1])
    }

    /// How far a class's mean is taken to lie from that of all classes.
    @inline(__always)
    private func believed(_ shift: SIMD2<Double>, _ weight: SIMD2<Double>, _ known: KnownPair) -> SIMD2<Double> {
        guard known.doubt[0] > Self.littleDoubt || known.doubt[1] > Self.littleDoubt else { return shift }
        let evidence = shift * shift * weight * known.inverse
        return shift * (evidence / (evidence + known.doubt))
    }

    /// The nominal features' part: shares of values, smoothed towards those of all classes together.
    @inline(__always)
    private func nominal(
        _ count: Int, _ known: UnsafeMutablePointer<KnownCategory>, _ own: UnsafeMutablePointer<Double>
    ) -> Double {
        var ratio = 1.0
        var sum = 0.0
        for category in 0..<count {
            let (total, place) = (own[Int(known[category].total)], own[Int(known[category].place)])
            ratio *= (place / known[category].share + Self.prior) / (total + Self.prior)
            if known[category].index & 7 == 7 {
                sum += Numerics.log(ratio)
                ratio = 1
            }
        }
        return sum + Numerics.log(ratio)
    }
}
