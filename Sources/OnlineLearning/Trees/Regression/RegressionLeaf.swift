/// What a leaf of a regression tree has learned.
struct RegressionLeaf: BitwiseCopyable {
    /// Ways to answer: the mean, the mean of late, the patient and the hasty linear model.
    static let ways = 4
    /// Equal parts in which the values of a numeric feature are watched.
    static let parts = 32
    /// Numbers of a part: weight, sum and sum of squares of the targets less `center`.
    static let sums = 3
    /// Examples that what a new leaf has from its parent counts as, at most.
    static let heritage = 50.0
    /// Shares of an example's error that the models take away, and of an error that is left when the next one comes.
    private static let patience = 0.02
    private static let haste = 0.3
    private static let memory = 0.98

    var node: Int32
    /// Weight, mean and squared deviations of the targets; mean of the last ten or so.
    var weight = 0.0
    var mean = 0.0
    var square = 0.0
    var recent = 0.0
    /// Faded absolute errors of the ways.
    var errors = SIMD4<Double>(repeating: 0)
    /// Weight of the node at the last attempt to split.
    var lastAttempt = 0.0
    /// Weight that the sums have seen, and what targets are counted from there.
    var seen = 0.0
    var center = 0.0
    /// Whether the numeric features' parts are laid out.
    var isLaidOut = false
    /// The models' weights: inputs, then one for an input of 1; patient, then hasty.
    let model: UnsafeMutablePointer<Double>
    /// Per numeric feature the lowest edge and the width of a part; then the sums of the parts and of nominal values.
    let statistics: UnsafeMutablePointer<Double>

    init(node: Int, inputs: Int, statistics count: Int) {
        self.init(
            node, model: .allocate(capacity: 2 * (inputs + 1)), statistics: .allocate(capacity: max(count, 1)))
        forget(inputs: inputs, statistics: count)
    }

    private init(_ node: Int, model: UnsafeMutablePointer<Double>, statistics: UnsafeMutablePointer<Double>) {
        self.node = Int32(node)
        self.model = model
        self.statistics = statistics
    }

    /// Becomes the empty leaf of an empty tree.
    mutating func forget(inputs: Int, statistics count: Int) {
        model.initialize(repeating: 0, count: 2 * (inputs + 1))
        statistics.initialize(repeating: 0, count: max(count, 1))
        self = RegressionLeaf(Int(node), model: model, statistics: statistics)
    }

    func deallocate() {
        model.deallocate()
        statistics.deallocate()
    }

    /// The way that was nearest of late, of those allowed; the simplest on ties.
    @inline(__always)
    func best(of ways: Range<Int>) -> Int {
        var best = ways.lowerBound
        for way in ways where errors[way] < errors[best] { best = way }
        return best
    }

    /// Takes a target and what the models had answered.
    @inline(__always)
    mutating func learn(_ target: Double, _ weight: Double, models answers: SIMD2<Double>) {
        if self.weight > 0 {
            let misses = SIMD4(mean, recent, answers[0], answers[1]) - target
            errors = errors * Self.memory + misses.replacing(with: -misses, where: misses .< 0)
            errors.replace(with: 1e300, where: errors .> 1e300)
        }
        self.weight += weight
        let before = target - mean
        mean += before * (weight / self.weight)
        square = min(square + weight * before * (target - mean), 1e300)
        recent += (target - recent) * max(0.1, min(weight / self.weight, 1))
    }

    /// Shares of a step for the patient and the hasty model: larger at the beginning.
    @inline(__always)
    var paces: SIMD2<Double> { SIMD2(max(Self.patience, 1 / (1 + weight)), Self.haste) }
}
