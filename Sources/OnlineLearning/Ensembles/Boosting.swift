/// Online boosting (Oza & Russell 2001, doi:10.1145/502512.502565): trees in a row, each of which sees an example the
/// more often the more of its predecessors were wrong about it.
///
/// An example enters with weight 1; a tree sees it as often as a Poisson draw with that mean says, and passes it on with
/// the weight that halves of all examples' weight are right and wrong. A tree's say is the logarithm of its odds of being
/// right on what it was given; one that is no better than a coin has none. Differences from MOA: right and wrong are
/// those of the answer before learning, the sums of weights fade (each example counts 0.02 % less than the next), so that
/// the votes follow a changing stream, and a member without a say does not silence those behind it.
/// Trees differ in haste (`tau` to `tau_last`, see `streaming_random_patches`): the later ones, which see what the others
/// got wrong, grow the most.
/// Cost and memory: those of `models` Hoeffding trees.
public final class Boosting: Classifier {
    public static let description = ComponentDescription(
        name: "boosting", role: .classifier,
        summary: "Hoeffding trees in a row, each of which learns most from what its predecessors got wrong.",
        source: "Oza & Russell 2001, doi:10.1145/502512.502565",
        cost: "that of `models` Hoeffding trees",
        parameters: [EnsembleParameters.models, EnsembleParameters.maxSize, EnsembleParameters.lastTau]
            + EnsembleParameters.tree(grace: 100, delta: 0.001))

    /// What is left of an example's weight in the sums when the next one comes.
    private static let memory = 0.9998
    /// An example's greatest weight: beyond it noise would rule.
    private static let heaviest = 50.0

    private let trees: [HoeffdingTree]
    private let classCount: Int
    private let random: CounterRandom
    /// Per tree the faded weight of examples it got right and wrong.
    private let sums: FlatBuffer<Double>
    private let votes: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        let count = parameters.integer("models")
        classCount = max(context.classCount, 1)
        random = context.random
        sums = FlatBuffer(2 * count, repeating: 0)
        votes = FlatBuffer(classCount, repeating: 0)
        let fixed = sums.bytes + votes.bytes
        var options = TreeOptions(ensemble: parameters)
        options.maxSize = max(min(parameters.integer("max_size"), context.memoryLimit) - fixed, 0) / count
        var style = EnsembleStyle()
        style.models = count
        let tau = max(parameters.number("tau"), 0.001)
        style.tau = tau...max(tau, parameters.number("tau_last"))
        trees = (0..<count).map { index in
            var own = context
            own.random = context.random.derived(UInt64(index))
            own.memoryLimit = options.maxSize
            options.tau = style.tau(of: index)
            return HoeffdingTree(options, own)
        }
    }

    public func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>) {
        probabilities.update(repeating: 0, count: classCount)
        var total = 0.0
        for index in trees.indices {
            let voice = voice(index)
            guard voice > 0 else { continue }
            trees[index].predict(example, into: votes.base)
            total += voice
            for classIndex in 0..<classCount { probabilities[classIndex] += voice * votes[classIndex] }
        }
        guard total > 0 else { return trees[0].predict(example, into: probabilities) }
        for classIndex in 0..<classCount { probabilities[classIndex] /= total }
    }

    /// The logarithm of a tree's odds of being right, at least 0.
    private func voice(_ index: Int) -> Double {
        let (right, wrong) = (sums[2 * index], sums[2 * index + 1])
        return right > wrong ? Numerics.log((right + 1) / (wrong + 1)) : 0
    }

    public func learn(_ example: Example, classIndex: Int, weight: Double) {
        var share = 1.0
        for index in trees.indices {
            let tree = trees[index]
            tree.predict(example, into: votes.base)
            var best = 0
            for other in 1..<max(classCount, 1) where votes[other] > votes[best] { best = other }
            let count = Poisson.count(mean: share, random.bits(event: example.sequence, draw: UInt64(index)))
            if count > 0 { tree.learn(example, classIndex: classIndex, weight: weight * Double(count)) }
            let side = 2 * index + (best == classIndex ? 0 : 1)
            sums[2 * index] *= Self.memory
            sums[2 * index + 1] *= Self.memory
            sums[side] += share
            let half = (sums[2 * index] + sums[2 * index + 1]) / 2
            share = min(share * half / sums[side], Self.heaviest)
        }
    }

    public func sketch(_ sketch: inout ModelSketch) { for tree in trees { tree.sketch(&sketch, tells: false) } }
    public var memoryBytes: Int { trees.reduce(sums.bytes + votes.bytes) { $0 + $1.memoryBytes } }

    public func write(to writer: inout SnapshotWriter) {
        sums.write(to: &writer)
        for tree in trees { tree.write(to: &writer) }
    }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try sums.read(from: &reader, minimum: 0)
        for tree in trees { try tree.read(from: &reader) }
    }
}
