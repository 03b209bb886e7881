/// Per class a weight and the statistics of the watched features: what naive Bayes and a tree's leaf know.
///
/// One flat block: a head of four numbers per class (weight, its logarithm, the class's index, unused), the row of all
/// classes together, then one row per class in the order in which the classes appeared. A class takes no room before it
/// is met, so that a leaf which sees three of two hundred classes holds three rows. The block belongs to the owner,
/// who asks `bytesToAdd` before it lets a class in.
///
/// Values beyond ±1e150 count as that, so that their squares stay finite; and a value far outside of what all classes
/// together have shown counts as `farthest`, so that no single value decides what a feature looks like.
struct ClassRows: BitwiseCopyable {
    static let largestValue = 1e150
    static let headSize = 4
    /// Standard deviations of all classes together beyond which a value counts as that far from their mean, and the
    /// weight from which on that is known. While little has been seen it is less: see `reach`.
    static let farthest = 8.0
    static let familiar = 10.0

    /// The square of how many standard deviations count, so that one value never makes the variance more than half as
    /// large again.
    @inline(__always)
    static func reach(_ weight: SIMD2<Double>) -> SIMD2<Double> {
        let most = SIMD2<Double>(repeating: farthest * farthest)
        let early = weight * 0.25 + 9
        return early.replacing(with: most, where: early .> most)
    }

    var shape: LeafShape
    private(set) var block: UnsafeMutablePointer<Double>
    /// Classes met.
    private(set) var count = 0
    private(set) var capacity: Int

    /// An empty block with room for that many classes.
    init(_ shape: LeafShape, capacity: Int) {
        self.shape = shape
        self.capacity = capacity
        block = .allocate(capacity: max(Self.size(shape, capacity), 2))
        clear(pooled)
    }

    /// Rows without a block, for a record that is free.
    static func unallocated(_ shape: LeafShape) -> ClassRows { ClassRows(free: shape) }

    private init(free shape: LeafShape) {
        self.shape = shape
        capacity = 0
        block = UnsafeMutablePointer(bitPattern: 16)!
    }

    static func size(_ shape: LeafShape, _ capacity: Int) -> Int {
        capacity * headSize + (shape.stride == 0 ? 0 : (capacity + 1) * shape.stride)
    }

    static func bytes(_ shape: LeafShape, _ capacity: Int) -> Int { Heap.size(max(size(shape, capacity), 2) * 8) }

    var bytes: Int { Self.bytes(shape, capacity) }

    func deallocate() { block.deallocate() }

    /// The weight of the class at a position.
    @inline(__always) func weight(_ position: Int) -> Double { block[position * Self.headSize] }
    /// ln of the weight.
    @inline(__always) func logWeight(_ position: Int) -> Double { block[position * Self.headSize + 1] }
    /// The weight of late: what `fade` leaves of it.
    @inline(__always) func recentWeight(_ position: Int) -> Double { block[position * Self.headSize + 3] }
    /// Lets the weights of late fade, and adds the example of the class at a position.
    @inline(__always)
    func remember(_ position: Int, _ weight: Double, fading share: Double) {
        for other in 0..<count { block[other * Self.headSize + 3] *= share }
        block[position * Self.headSize + 3] += weight
    }
    @inline(__always) func classIndex(_ position: Int) -> Int { Int(block[position * Self.headSize + 2]) }
    /// Statistics of all classes together.
    @inline(__always) var pooled: UnsafeMutablePointer<Double> { block + capacity * Self.headSize }
    /// Attempts to split, then a sum of merits per feature, where the shape has room for them.
    var merits: UnsafeMutablePointer<Double> { pooled + shape.meritOffset }
    @inline(__always) func row(_ position: Int) -> UnsafeMutablePointer<Double> {
        block + capacity * Self.headSize + (position + 1) * shape.stride
    }

    /// A column of a row, in pairs.
    @inline(__always)
    static func column(
        _ row: UnsafeMutablePointer<Double>, _ index: Int, _ pairs: Int
    ) -> UnsafeMutablePointer<SIMD2<Double>> {
        UnsafeMutableRawPointer(row + index * pairs * 2).assumingMemoryBound(to: SIMD2<Double>.self)
    }

    /// Where a class stands, or -1: not met.
    @inline(__always)
    func position(of classIndex: Int) -> Int {
        let wanted = Double(classIndex)
        for position in 0..<count where block[position * Self.headSize + 2] == wanted { return position }
        return -1
    }

    /// The room for `extra` more classes.
    func grown(_ extra: Int) -> Int { count + extra <= capacity ? capacity : max(count + extra, capacity * 2) }

    /// Lets a class in with that weight; its position. There must be room.
    mutating func add(classIndex: Int, weight: Double) -> Int {
        precondition(count < capacity)
        let own = block + count * Self.headSize
        own[2] = Double(classIndex)
        own[3] = 0
        count += 1
        clear(row(count - 1))
        setWeight(count - 1, weight)
        return count - 1
    }

    @inline(__always)
    func setWeight(_ position: Int, _ weight: Double) {
        block[position * Self.headSize] = weight
        block[position * Self.headSize + 1] = weight > 0 ? Numerics.log(weight) : -1e300
    }

    /// Moves to a block of another capacity, at least `count`, or another shape: then the statistics begin anew.
    mutating func move(to shape: LeafShape, capacity: Int) {
        var moved = ClassRows(shape, capacity: capacity)
        for position in 0..<count {
            _ = moved.add(classIndex: classIndex(position), weight: weight(position))
            moved.setHead(position, from: self)
        }
        if shape.words == self.shape.words, shape.stride > 0 {
            moved.pooled.update(from: pooled, count: shape.stride * (count + 1))
        }
        deallocate()
        self = moved
    }

    private func setHead(_ position: Int, from other: ClassRows) {
        (block + position * Self.headSize).update(from: other.block + position * Self.headSize, count: Self.headSize)
    }

    private func clear(_ row: UnsafeMutablePointer<Double>) {
        guard shape.stride > 0 else { return }
        let numbers = shape.pairs * 2
        row.initialize(repeating: 0, count: shape.stride)
        (row + 3 * numbers).update(repeating: Numerics.largest, count: numbers)
        (row + 4 * numbers).update(repeating: -Numerics.largest, count: numbers)
    }

    /// Two sets of rows of one capacity change blocks and keep their classes' weights; statistics begin anew.
    static func exchange(_ a: inout ClassRows, _ b: inout ClassRows) {
        precondition(a.capacity == b.capacity)
        for index in 0..<a.capacity * headSize {
            (a.block[index], b.block[index]) = (b.block[index], a.block[index])
        }
        (a.block, b.block) = (b.block, a.block)
        (a.shape, b.shape) = (b.shape, a.shape)
        for rows in [a, b] where rows.shape.stride > 0 {
            for row in -1..<rows.count { rows.clear(rows.row(row)) }
        }
    }

    /// Forgets everything and keeps the memory.
    mutating func removeAll() {
        count = 0
        clear(pooled)
    }

    /// All weights together, and the position of the highest.
    @inline(__always)
    var majority: (sum: Double, position: Int) {
        var sum = 0.0
        var best = 0
        for position in 0..<count {
            sum += weight(position)
            if weight(position) > weight(best) { best = position }
        }
        return (sum, best)
    }

    /// Values of a nominal feature that have been seen.
    func distinctValues(_ index: Int) -> Int {
        let counts = pooled + Int(shape.nominalOffsets[index]) + 1
        return (0..<Int(shape.nominalValues[index])).count { counts[$0] > 0 }
    }

    /// A pair of numeric features of an example, held to ±`largestValue`; NaN is missing, also in an unused last lane.
    @inline(__always)
    func pair(_ index: Int, of example: Example) -> SIMD2<Double> {
        let slots = shape.numericSlots + 2 * index
        let isWhole = 2 * index + 1 < shape.numericCount
        let raw = SIMD2(example.slots[Int(slots[0])], isWhole ? example.slots[Int(slots[1])] : .nan)
        let most = SIMD2<Double>(repeating: Self.largestValue)
        let low = raw.replacing(with: -most, where: raw .< -most)
        return low.replacing(with: most, where: raw .> most)
    }

    /// Copies the numeric features into `values`, in pairs.
    @inline(__always)
    func gather(_ example: Example, into values: UnsafeMutablePointer<Double>) -> OddPairs {
        let pairs = shape.pairs
        let known = Self.column(values, 0, pairs)
        for pair in 0..<pairs { known[pair] = self.pair(pair, of: example) }
        return .all
    }

    /// The same, with values beyond `farthest` brought there. The odd pairs are those with a missing value.
    @inline(__always)
    func gatherSteady(_ example: Example, into values: UnsafeMutablePointer<Double>) -> OddPairs {
        let pairs = shape.pairs
        let known = Self.column(values, 0, pairs)
        let (weights, means) = (Self.column(pooled, 0, pairs), Self.column(pooled, 1, pairs))
        let squares = Self.column(pooled, 2, pairs)
        var odd = OddPairs()
        for pair in 0..<pairs {
            let value = self.pair(pair, of: example)
            let (weight, mean, square) = (weights[pair], means[pair], squares[pair])
            let distance = value - mean
            known[pair] = value
            // A missing value is not within reach either.
            let isNear = distance * distance * (weight - 1) .<= square * Self.reach(weight)
            guard !Self.both(isNear) else { continue }
            if !Self.both(value .== value) { odd.insert(pair) }
            let far =
                (distance * distance * (weight - 1) .> square * Self.reach(weight))
                .& isFamiliar(weight, mean, square)
            known[pair] = bring(value, mean, square / (weight - 1) * Self.reach(weight), where: far)
        }
        return odd
    }

    /// Whether a comparison holds for both features of a pair.
    @inline(__always)
    static func both(_ mask: SIMDMask<SIMD2<Int64>>) -> Bool { mask[0] && mask[1] }

    /// Where enough has been seen, and more than one value, up to rounding.
    @inline(__always)
    func isFamiliar(
        _ weight: SIMD2<Double>, _ mean: SIMD2<Double>, _ square: SIMD2<Double>
    ) -> SIMDMask<SIMD2<Int64>> {
        (weight .>= SIMD2(repeating: Self.familiar)) .& (square .> weight * mean * mean * 1e-24)
    }

    /// Values brought as near to the mean as the square root of `most`.
    @inline(never)
    func bring(
        _ values: SIMD2<Double>, _ mean: SIMD2<Double>, _ most: SIMD2<Double>, where far: SIMDMask<SIMD2<Int64>>
    ) -> SIMD2<Double> {
        let reach = most.squareRoot()
        return values.replacing(
            with: mean + reach.replacing(with: -reach, where: values .< mean), where: far)
    }

    /// Takes one example of the class at a position; `values` comes from `gather` or `prepare`, and `odd` with it.
    func learn(
        _ example: Example, _ values: UnsafeMutablePointer<Double>, _ odd: OddPairs, position: Int, weight: Double
    ) {
        setWeight(position, self.weight(position) + weight)
        let pairs = shape.pairs
        let known = Self.column(values, 0, pairs)
        let own = row(position)
        let all = pooled
        let (ownPairs, allPairs) = (Self.column(own, 0, pairs), Self.column(all, 0, pairs))
        for pair in 0..<pairs {
            let value = known[pair]
            if odd.contains(pair) {
                let isKnown = value .== value
                let share = SIMD2<Double>(repeating: 0).replacing(with: weight, where: isKnown)
                absorb(value, share, isKnown, into: ownPairs + pair, pairs)
                absorb(value, share, isKnown, into: allPairs + pair, pairs)
            } else {
                absorb(value, weight, into: ownPairs + pair, pairs)
                absorb(value, weight, into: allPairs + pair, pairs)
            }
        }
        for index in 0..<shape.nominalCount {
            let category = Numerics.category(
                example.slots[Int(shape.nominalSlots[index])], Int(shape.nominalValues[index]))
            guard category >= 0 else { continue }
            let offset = Int(shape.nominalOffsets[index])
            own[offset] += weight
            own[offset + 1 + category] += weight
            all[offset] += weight
            all[offset + 1 + category] += weight
        }
    }

    /// Welford's step for two known values. `row` is where their weights stand, the other columns `pairs` further each.
    @inline(__always)
    private func absorb(
        _ x: SIMD2<Double>, _ weight: Double, into row: UnsafeMutablePointer<SIMD2<Double>>, _ pairs: Int
    ) {
        let total = row[0] + weight
        let before = x - row[pairs]
        let mean = row[pairs] + before * (weight / total)
        let more = weight * before * (before - (mean - row[pairs]))
        row[0] = total
        settle(x, more, mean, into: row, pairs)
    }

    /// The same where a value may be missing: it has no share, and changes nothing.
    @inline(__always)
    private func absorb(
        _ x: SIMD2<Double>, _ share: SIMD2<Double>, _ isKnown: SIMDMask<SIMD2<Int64>>,
        into row: UnsafeMutablePointer<SIMD2<Double>>, _ pairs: Int
    ) {
        let total = row[0] + share
        let before = SIMD2<Double>(repeating: 0).replacing(with: x - row[pairs], where: isKnown)
        let mean = row[pairs] + before * (share / SIMD2(repeating: 1).replacing(with: total, where: total .> 0))
        let more = share * before * (before - (mean - row[pairs]))
        row[0] = total
        settle(x, more, mean, into: row, pairs)
    }

    /// Takes the mean, the squares (x − mean before) · (x − mean after), and the extremes; NaN is no extreme.
    @inline(__always)
    private func settle(
        _ x: SIMD2<Double>, _ more: SIMD2<Double>, _ mean: SIMD2<Double>,
        into row: UnsafeMutablePointer<SIMD2<Double>>, _ pairs: Int
    ) {
        let most = SIMD2<Double>(repeating: 1e300)
        row[pairs] = mean
        let square = row[2 &* pairs] + more
        row[2 &* pairs] = square.replacing(with: most, where: square .> most)
        let (low, high) = (row[3 &* pairs], row[4 &* pairs])
        row[3 &* pairs] = low.replacing(with: x, where: x .< low)
        row[4 &* pairs] = high.replacing(with: x, where: x .> high)
    }
}
