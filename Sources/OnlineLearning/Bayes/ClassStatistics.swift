/// Where the statistics of one block stand: per class a Gaussian of each numeric feature and counts of each nominal
/// one.
///
/// Naive Bayes has one block, a decision tree one per leaf that it watches. A block is a flat run of `size` numbers:
/// first the distinct values of each nominal feature, then for each class the columns of the numeric features (weight,
/// mean, sum of squared deviations, low, high, 1/2σ², ln of the density's factor) and, for each nominal feature, a
/// total and one count per value. Features are held in the order of their name hashes, so that the order of a schema
/// changes no bit of any result.
struct StatisticsLayout: ~Copyable {
    static let columns = 7
    /// Values beyond ± this count as this: their squares stay finite.
    static let largestValue = 1e150

    let classCount: Int
    let numericSlots: FlatBuffer<Int32>
    let nominalSlots: FlatBuffer<Int32>
    /// Values of each nominal feature, and where its total stands within a class.
    let nominalCounts: FlatBuffer<Int32>
    let nominalOffsets: FlatBuffer<Int32>
    let classStride: Int
    /// Numbers in a block.
    let size: Int

    init(features: [Feature], classCount: Int) {
        self.classCount = classCount
        let order = features.indices.sorted { features[$0].nameHash < features[$1].nameHash }
        let numeric = order.filter { features[$0].kind == .numeric }
        let nominal = order.filter { features[$0].kind != .numeric }
        numericSlots = FlatBuffer(numeric.map(Int32.init))
        nominalSlots = FlatBuffer(nominal.map(Int32.init))
        nominalCounts = FlatBuffer(nominal.map { Int32(features[$0].nominalCount) })
        var position = numeric.count * Self.columns
        var offsets: [Int32] = []
        for slot in nominal {
            offsets.append(Int32(position))
            position += 1 + features[slot].nominalCount
        }
        nominalOffsets = FlatBuffer(offsets)
        classStride = position
        size = nominal.count + classCount * position
    }

    var bytes: Int { numericSlots.bytes + nominalSlots.bytes * 3 }

    @inline(__always)
    func classBlock(_ block: UnsafeMutablePointer<Double>, _ index: Int) -> UnsafeMutablePointer<Double> {
        block + nominalSlots.count + index * classStride
    }

    /// Copies the numeric slots into `values` in the layout's order, held to ± `largestValue`; true where one is
    /// missing.
    @inline(__always)
    func gather(_ example: Example, into values: UnsafeMutablePointer<Double>) -> Bool {
        var missing = false
        let slots = numericSlots.base
        for index in 0..<numericSlots.count {
            let value = Numerics.clip(example.slots[Int(slots[index])], Self.largestValue)
            values[index] = value
            if value != value { missing = true }
        }
        return missing
    }

    /// Takes one example of a class. `values` comes from `gather`.
    func learn(
        _ example: Example, _ values: UnsafeMutablePointer<Double>, classIndex: Int, weight: Double,
        into block: UnsafeMutablePointer<Double>
    ) {
        let count = numericSlots.count
        let own = classBlock(block, classIndex)
        let (weights, means, squares) = (own, own + count, own + 2 * count)
        let (lows, highs) = (own + 3 * count, own + 4 * count)
        // Without missing values all weights of a class are equal: one division serves all features.
        var known = 0.0
        var share = 0.0
        var hasDoubled = false
        for index in 0..<count {
            let value = values[index]
            guard value == value else { continue }
            let total = weights[index] + weight
            if total != known {
                known = total
                share = weight / total
                hasDoubled = total.exponent > weights[index].exponent || weights[index] == 0
            }
            if weights[index] == 0 {
                lows[index] = value
                highs[index] = value
            }
            weights[index] = total
            let before = value - means[index]
            means[index] += before * share
            squares[index] = min(squares[index] + weight * before * (value - means[index]), 1e300)
            if value < lows[index] { lows[index] = value }
            if value > highs[index] { highs[index] = value }
            refresh(block, own, index)
            // What the other classes borrow changes with it; often enough at each doubling.
            if hasDoubled { refreshOthers(block, classIndex, index) }
        }
        for index in 0..<nominalSlots.count {
            let category = Numerics.category(example.slots[Int(nominalSlots[index])], Int(nominalCounts[index]))
            guard category >= 0 else { continue }
            let counts = own + Int(nominalOffsets[index])
            if counts[1 + category] == 0, isNew(category, nominal: index, block) { block[index] += 1 }
            counts[0] += weight
            counts[1 + category] += weight
        }
    }

    /// Makes the two numbers from which the density is computed.
    @inline(__always)
    private func refresh(
        _ block: UnsafeMutablePointer<Double>, _ own: UnsafeMutablePointer<Double>, _ index: Int
    ) {
        let count = numericSlots.count
        let weight = own[index]
        let square = own[2 * count + index]
        var precision =
            weight > 1 && square > 0
            ? (weight - 1) / (2 * square)
            : degeneratePrecision(block, index, weight)
        precision = min(precision, 1e300)
        own[5 * count + index] = precision
        own[6 * count + index] = precision > 0 ? 0.5 * Numerics.log(precision * 0.3183098861837907) : 0
    }

    /// Makes them anew for the classes that have shown no variance of this feature, except one.
    @inline(never)
    private func refreshOthers(_ block: UnsafeMutablePointer<Double>, _ except: Int, _ index: Int) {
        for other in 0..<classCount where other != except {
            let own = classBlock(block, other)
            if own[index] > 0, own[2 * numericSlots.count + index] == 0 { refresh(block, own, index) }
        }
    }

    /// 1/2σ² of a class that has shown no variance: that of all classes together divided by the weight it has shown,
    /// in place of an infinite density; 0 where the classes do not differ by more than rounding.
    @inline(never)
    private func degeneratePrecision(_ block: UnsafeMutablePointer<Double>, _ index: Int, _ weight: Double) -> Double {
        let count = numericSlots.count
        var total = 0.0
        var mean = 0.0
        var square = 0.0
        for classIndex in 0..<classCount {
            let other = classBlock(block, classIndex)
            let share = other[index]
            guard share > 0 else { continue }
            let difference = other[count + index] - mean
            total += share
            mean += difference * share / total
            let between = difference * difference * share * (total - share) / total
            square = min(square + other[2 * count + index] + between, 1e300)
        }
        return square > total * mean * mean * 1e-24 && total > 1 ? max(weight, 1) * (total - 1) / (2 * square) : 0
    }

    private func isNew(_ category: Int, nominal index: Int, _ block: UnsafeMutablePointer<Double>) -> Bool {
        for classIndex in 0..<classCount
        where classBlock(block, classIndex)[Int(nominalOffsets[index]) + 1 + category] > 0 { return false }
        return true
    }

    /// ln of the likelihood of an example under a class, up to a constant that all classes share; −∞ where it vanishes.
    /// Missing values, and features of which the class has shown nothing, contribute nothing.
    @inline(__always)
    func logLikelihood(
        _ example: Example, _ values: UnsafeMutablePointer<Double>, missing: Bool, classIndex: Int,
        _ block: UnsafeMutablePointer<Double>
    ) -> Double {
        let count = numericSlots.count
        let own = classBlock(block, classIndex)
        let (means, precisions, factors) = (own + count, own + 5 * count, own + 6 * count)
        var sum = 0.0
        if missing {
            for index in 0..<count where values[index] == values[index] {
                let difference = values[index] - means[index]
                sum += factors[index] - difference * difference * precisions[index]
            }
        } else {
            for index in 0..<count {
                let difference = values[index] - means[index]
                sum += factors[index] - difference * difference * precisions[index]
            }
        }
        for index in 0..<nominalSlots.count {
            let category = Numerics.category(example.slots[Int(nominalSlots[index])], Int(nominalCounts[index]))
            guard category >= 0 else { continue }
            let counts = own + Int(nominalOffsets[index])
            sum += Numerics.log((counts[1 + category] + 1) / (counts[0] + max(block[index], 1)))
        }
        return sum
    }
}
