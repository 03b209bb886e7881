/// A decision tree that grows leaf by leaf from a stream (VFDT: Domingos & Hulten 2000, doi:10.1145/347090.347107).
///
/// A leaf splits when the Hoeffding bound says that its best test beats the second best, or that they are so close that
/// either will do (`tau`). Differences from MOA and River, each for a reason:
/// - a split needs a real gain: there a useless feature can be split on again and again once the tie rule fires;
/// - not splitting has the merit 0, not −∞, and the gain is measured on one set of examples (see `SplitSearch`);
/// - a leaf with a tiny minority keeps its statistics: there a share above 0.99 wipes them, and rare classes are never
///   isolated;
/// - naive Bayes works with logarithms and cannot underflow;
/// - `max_size` is a bound at every event, counted in allocated bytes: leaves with the least to gain (weight outside
/// the majority class) give their statistics to those with more, and go on counting classes.
///
/// A missing tested value follows the child that has seen more. Ties go by feature-name hash.
/// Cost per event: one walk and, with naive Bayes leaves, two multiplications per class and feature to predict; the
/// same and one division and logarithm per feature to learn; a split search every `grace_period` examples of a leaf.
/// Memory: 32 bytes per node, 40 and 16 per class for a leaf, and 56 per class and numeric feature (8 per class and
/// nominal value) for an active leaf.
public final class HoeffdingTree: Classifier {
    enum LeafPrediction { case majority, bayes, adaptive }

    let layout: StatisticsLayout
    let classCount: Int
    let leafPrediction: LeafPrediction
    let search: SplitSearch
    let gracePeriod: Double
    let logInverseDelta: Double
    let tau: Double
    let maxDepth: Int32
    let bayesThreshold: Double
    /// Bytes that all of the tree may take.
    let limit: Int

    /// Values of the nominal slots, 0 for numeric ones; by slot.
    let nominalCounts: FlatBuffer<Int32>
    let nodes: Arena<TreeNode>
    let leaves: Arena<TreeLeaf>
    /// For each leaf the counts of the classes and their logarithms.
    let counts: Arena<Double>
    let branches: Arena<Int32>
    /// Leaves with statistics.
    var activeCount = 0
    private let values: FlatBuffer<Double>
    private let scores: FlatBuffer<Double>
    private let scratch: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        classCount = max(context.classCount, 1)
        layout = StatisticsLayout(features: context.features, classCount: classCount)
        nominalCounts = FlatBuffer(context.features.map { Int32($0.nominalCount) })
        leafPrediction =
            switch parameters.choice("leaf_prediction") {
            case "mc": .majority
            case "nb": .bayes
            default: .adaptive
            }
        values = FlatBuffer(layout.numericSlots.count, repeating: 0)
        scores = FlatBuffer(classCount, repeating: 0)
        scratch = FlatBuffer(classCount * 3, repeating: 0)
        search = SplitSearch(
            criterion: parameters.choice("split_criterion") == "gini" ? .gini : .infoGain,
            binaryOnly: parameters.boolean("binary_split"),
            minBranchFraction: parameters.number("min_branch_fraction"), scratch: scratch.base)
        gracePeriod = Double(parameters.integer("grace_period"))
        logInverseDelta = -Numerics.log(parameters.number("delta"))
        tau = parameters.number("tau")
        maxDepth = Int32(parameters.integer("max_depth"))
        bayesThreshold = parameters.number("nb_threshold")
        limit = min(parameters.integer("max_size"), context.memoryLimit)
        nodes = Arena(capacity: 1)
        leaves = Arena(capacity: 1)
        counts = Arena(capacity: 2 * classCount)
        branches = Arena(capacity: 1)
        plant()
    }

    /// One empty leaf. The arenas are empty and have room for it.
    func plant(block: UnsafeMutablePointer<Double>? = nil) {
        nodes.append(.leaf(0, weight: 0, depth: 0))
        appendLeaf(node: 0)
        guard let block else {
            _ = activate(0)
            return
        }
        block.update(repeating: 0, count: max(layout.size, 1))
        leaves.base[0].block = block
        activeCount = 1
    }

    deinit {
        for index in 0..<leaves.count { leaves[index].block?.deallocate() }
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        let index = leaf(of: example)
        let leaf = leaves.base + index
        if let block = leaf.pointee.block, usesBayes(leaf.pointee) {
            score(example, index, block, missing: layout.gather(example, into: values.base), into: probabilities)
            Numerics.softmax(probabilities, classCount)
            return
        }
        // One pseudo-example spread over all classes: no class is impossible, and the empty tree is undecided.
        let own = counts.base + index * 2 * classCount
        var sum = 1.0
        for classIndex in 0..<classCount { sum += own[classIndex] }
        let share = 1 / Double(classCount)
        for classIndex in 0..<classCount { probabilities[classIndex] = (own[classIndex] + share) / sum }
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        let index = descend(example, weight)
        let leaf = leaves.base + index
        let own = counts.base + index * 2 * classCount
        if let block = leaf.pointee.block {
            let missing = layout.gather(example, into: values.base)
            if leafPrediction == .adaptive {
                if best(own) == classIndex { leaf.pointee.majorityCorrect += weight }
                score(example, index, block, missing: missing, into: scores.base)
                if best(scores.base) == classIndex { leaf.pointee.bayesCorrect += weight }
            }
            layout.learn(example, values.base, classIndex: classIndex, weight: weight, into: block)
        }
        own[classIndex] += weight
        own[classCount + classIndex] = Numerics.log(own[classIndex])
        let seen = nodes[Int(leaf.pointee.node)].weight
        if seen - leaf.pointee.lastAttempt >= gracePeriod {
            leaf.pointee.lastAttempt = seen
            grow(index)
        }
    }

    private func usesBayes(_ leaf: TreeLeaf) -> Bool {
        switch leafPrediction {
        case .majority: false
        case .bayes: nodes[Int(leaf.node)].weight >= bayesThreshold
        case .adaptive:
            leaf.bayesCorrect >= leaf.majorityCorrect && nodes[Int(leaf.node)].weight >= bayesThreshold
        }
    }

    /// Unnormalised log probabilities of naive Bayes in a leaf.
    @inline(__always)
    private func score(
        _ example: Example, _ index: Int, _ block: UnsafeMutablePointer<Double>, missing: Bool,
        into scores: UnsafeMutablePointer<Double>
    ) {
        let own = counts.base + index * 2 * classCount
        for classIndex in 0..<classCount {
            scores[classIndex] =
                own[classIndex] > 0
                ? own[classCount + classIndex]
                    + layout.logLikelihood(example, values.base, missing: missing, classIndex: classIndex, block)
                : -.infinity
        }
    }

    /// The first of the largest.
    @inline(__always)
    private func best(_ scores: UnsafeMutablePointer<Double>) -> Int {
        var best = 0
        for index in 1..<max(classCount, 1) where scores[index] > scores[best] { best = index }
        return best
    }

    public var memoryBytes: Int {
        layout.bytes + nominalCounts.bytes + values.bytes + scores.bytes + scratch.bytes + nodes.bytes + leaves.bytes
            + counts.bytes + branches.bytes + activeCount * blockBytes
    }

    var blockBytes: Int { max(layout.size, 1) * 8 }
}
