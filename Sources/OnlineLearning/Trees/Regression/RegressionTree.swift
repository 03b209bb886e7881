/// The core of regression trees: nodes, leaves, the walk, and what a leaf answers and learns.
final class RegressionTree {
    let options: RegressionOptions
    let features: WatchedFeatures
    let nodes: Arena<TreeNode>
    let leaves: Arena<RegressionLeaf>
    let limit: Int
    /// Inputs of the models: one per numeric feature and one per nominal value.
    let inputCount: Int
    private let scale: RunningScale
    /// The example that is looked at: numeric features in standard deviations from their means, 0 where missing; and as
    /// they count.
    private let inputs: FlatBuffer<Double>
    private let held: FlatBuffer<Double>

    init(_ options: RegressionOptions, _ context: ComponentContext) {
        self.options = options
        features = WatchedFeatures(context.features, part: options.features)
        let shape = features.whole
        inputCount = shape.numericCount + (0..<shape.nominalCount).reduce(0) { $0 + Int(shape.nominalValues[$1]) }
        limit = min(options.maxSize, context.memoryLimit)
        scale = RunningScale(shape.numericCount)
        inputs = FlatBuffer(shape.numericCount, repeating: 0)
        held = FlatBuffer(shape.numericCount, repeating: 0)
        nodes = Arena(capacity: 1)
        leaves = Arena(capacity: 1)
        plant()
    }

    deinit { clear() }

    var shape: LeafShape { features.whole }

    /// Numbers of a leaf's statistics.
    var statisticsCount: Int {
        shape.numericCount * (2 + RegressionLeaf.parts * RegressionLeaf.sums)
            + (inputCount - shape.numericCount) * RegressionLeaf.sums
    }

    /// What a leaf takes beside its place in the arena.
    var leafBytes: Int { Heap.size(2 * (inputCount + 1) * 8) + Heap.size(max(statisticsCount, 1) * 8) }

    func makeLeaf(_ node: Int) -> RegressionLeaf {
        RegressionLeaf(node: node, inputs: inputCount, statistics: statisticsCount)
    }

    func plant() {
        nodes.append(TreeNode(weight: 0, record: 0, depth: 0))
        leaves.append(makeLeaf(0))
    }

    /// Forgets everything; the first leaf's room is kept.
    func reset() {
        var kept = leaves[0]
        kept.node = 0
        for index in 1..<leaves.count { leaves[index].deallocate() }
        nodes.removeAll()
        leaves.removeAll()
        kept.forget(inputs: inputCount, statistics: statisticsCount)
        nodes.append(TreeNode(weight: 0, record: 0, depth: 0))
        leaves.append(kept)
        scale.reset()
    }

    func clear() {
        for index in 0..<leaves.count { leaves[index].deallocate() }
        nodes.removeAll()
        leaves.removeAll()
    }

    var memoryBytes: Int {
        features.bytes + scale.bytes + inputs.bytes + held.bytes + 400 + nodes.bytes + leaves.bytes
            + leaves.count * leafBytes
    }

    func predict(_ example: Example) -> Double {
        let leaf = leaves.base + Int(nodes[walk(example, counting: 0)].record)
        let way = leaf.pointee.best(of: options.ways)
        switch way {
        case 0: return leaf.pointee.mean
        case 1: return leaf.pointee.recent
        default:
            look(at: example)
            let answer = answers(leaf.pointee, example)[way - 2]
            return Numerics.clip(answer, ClassRows.largestValue)
        }
    }

    func learn(_ example: Example, target: Double, weight: Double) {
        let target = Numerics.clip(target, ClassRows.largestValue)
        let place = walk(example, counting: weight)
        let leaf = leaves.base + Int(nodes[place].record)
        look(at: example)
        let answers = answers(leaf.pointee, example)
        // The models begin at the first target, not at 0.
        if leaf.pointee.weight == 0 { begin(leaf, target) }
        leaf.pointee.learn(target, weight, models: answers)
        step(leaf.pointee, example, (target - answers) * leaf.pointee.paces)
        for index in 0..<shape.numericCount {
            held[index] = scale.learn(example.slots[Int(shape.numericSlots[index])], index)
        }
        watch(leaf, example, target, weight)
        let seen = nodes[place].weight
        guard seen - leaf.pointee.lastAttempt >= options.gracePeriod else { return }
        leaf.pointee.lastAttempt = seen
        grow(Int(nodes[place].record))
    }

    private func begin(_ leaf: UnsafeMutablePointer<RegressionLeaf>, _ target: Double) {
        leaf.pointee.recent = target
        for way in 1...2 { leaf.pointee.model[way * (inputCount + 1) - 1] = target }
    }

    /// The node of the leaf that an example falls into; each on the way sees so much weight more.
    @inline(__always)
    private func walk(_ example: Example, counting weight: Double) -> Int {
        let node = nodes.base
        var place = 0
        while true {
            node[place].weight += weight
            let value = node[place].test == .leaf ? 0 : example.slots[Int(node[place].feature)]
            let child = Int(node[place].child)
            switch node[place].test {
            case .atMost where value == value: place = value <= node[place].threshold ? child : child + 1
            case .equals where value == value: place = value == node[place].threshold ? child : child + 1
            case .leaf, .absent: return place
            default: place = node[child].weight >= node[child + 1].weight ? child : child + 1
            }
        }
    }

    private func look(at example: Example) {
        for index in 0..<shape.numericCount {
            inputs[index] = scale.standardized(example.slots[Int(shape.numericSlots[index])], index)
        }
    }

    /// Calls `body` with the input of each nominal value that the example shows.
    @inline(__always)
    private func eachCategory(_ example: Example, _ body: (Int) -> Void) {
        var first = shape.numericCount
        for index in 0..<shape.nominalCount {
            let values = Int(shape.nominalValues[index])
            let category = Numerics.category(example.slots[Int(shape.nominalSlots[index])], values)
            if category >= 0 { body(first + category) }
            first += values
        }
    }

    /// What both models say of the example that is looked at.
    private func answers(_ leaf: RegressionLeaf, _ example: Example) -> SIMD2<Double> {
        let (patient, hasty) = (leaf.model, leaf.model + inputCount + 1)
        var sum = SIMD2(patient[inputCount], hasty[inputCount])
        for index in 0..<shape.numericCount { sum += SIMD2(patient[index], hasty[index]) * inputs[index] }
        eachCategory(example) { sum += SIMD2(patient[$0], hasty[$0]) }
        return sum
    }

    /// Takes so much of the errors away (normalised least mean squares: Widrow & Hoff 1960).
    private func step(_ leaf: RegressionLeaf, _ example: Example, _ errors: SIMD2<Double>) {
        let (patient, hasty) = (leaf.model, leaf.model + inputCount + 1)
        var norm = 1.0
        for index in 0..<shape.numericCount { norm += inputs[index] * inputs[index] }
        eachCategory(example) { _ in norm += 1 }
        let most = SIMD2<Double>(repeating: ClassRows.largestValue)
        var share = errors / norm
        share = share.replacing(with: most, where: share .> most).replacing(with: -most, where: share .< -most)
        func move(_ input: Int, _ value: Double) {
            patient[input] = Numerics.clip(patient[input] + share[0] * value, ClassRows.largestValue)
            hasty[input] = Numerics.clip(hasty[input] + share[1] * value, ClassRows.largestValue)
        }
        for index in 0..<shape.numericCount { move(index, inputs[index]) }
        eachCategory(example) { move($0, 1) }
        move(inputCount, 1)
    }

    /// Adds a target to the sums of the features' parts and values.
    private func watch(
        _ leaf: UnsafeMutablePointer<RegressionLeaf>, _ example: Example, _ target: Double, _ weight: Double
    ) {
        if !leaf.pointee.isLaidOut {
            guard leaf.pointee.weight >= RegressionLeaf.heritage else { return }
            layOut(leaf)
        }
        leaf.pointee.seen += weight
        let distance = target - leaf.pointee.center
        func add(_ sums: UnsafeMutablePointer<Double>) {
            sums[0] += weight
            sums[1] = Numerics.clip(sums[1] + weight * distance, 1e300)
            sums[2] = min(sums[2] + weight * distance * distance, 1e300)
        }
        for index in 0..<shape.numericCount where held[index] == held[index] {
            add(parts(leaf.pointee, index) + part(leaf.pointee, index, held[index]) * RegressionLeaf.sums)
        }
        eachCategory(example) { add(nominalSums(leaf.pointee, $0)) }
    }

    /// Three standard deviations on both sides of the means, for the first leaf.
    private func layOut(_ leaf: UnsafeMutablePointer<RegressionLeaf>) {
        leaf.pointee.isLaidOut = true
        leaf.pointee.center = leaf.pointee.mean
        for index in 0..<shape.numericCount {
            let (low, high) = scale.range(index)
            leaf.pointee.statistics[2 * index] = low
            leaf.pointee.statistics[2 * index + 1] = (high - low) / Double(RegressionLeaf.parts)
        }
    }

    /// The part of a numeric feature that a value falls into; the first and the last take what lies beyond.
    @inline(__always)
    private func part(_ leaf: RegressionLeaf, _ index: Int, _ value: Double) -> Int {
        let (low, width) = (leaf.statistics[2 * index], leaf.statistics[2 * index + 1])
        guard width > 0 else { return 0 }
        // A value on an edge belongs below it, as in the test that is made of it.
        let place = ((value - low) / width).rounded(.up) - 1
        return Int(max(0, min(place, Double(RegressionLeaf.parts - 1))))
    }

    func parts(_ leaf: RegressionLeaf, _ index: Int) -> UnsafeMutablePointer<Double> {
        leaf.statistics + 2 * shape.numericCount + index * RegressionLeaf.parts * RegressionLeaf.sums
    }

    /// The sums of a nominal value, by its input.
    func nominalSums(_ leaf: RegressionLeaf, _ input: Int) -> UnsafeMutablePointer<Double> {
        leaf.statistics + 2 * shape.numericCount + shape.numericCount * RegressionLeaf.parts * RegressionLeaf.sums
            + (input - shape.numericCount) * RegressionLeaf.sums
    }

    func write(scaleTo writer: inout SnapshotWriter) { scale.write(to: &writer) }
    func read(scaleFrom reader: inout SnapshotReader) throws(SnapshotError) { try scale.read(from: &reader) }
}
