/// Streaming random patches for regression (Gomes et al. 2020, doi:10.1109/IJCNN48605.2020.9206756): regression trees,
/// each on a random part of the features and examples, each replaced by one grown since a warning when its errors rise.
///
/// Differences from River: the trees' answers are averaged by one over their squared errors of late; an error counts as
/// one where it is larger than the tree's mean error of long, and ADWIN watches the share of such, fed with the answer
/// before learning. Cost: that of `models` trees on a part of the features. Memory: `max_size`, half of it for
/// successors. One thread.
public final class StreamingRandomPatchesRegressor: Regressor {
    public static let description = ComponentDescription(
        name: "streaming_random_patches_regressor", role: .regressor,
        summary: "Regression trees on random parts of the features and examples, each renewed when its errors rise.",
        source: "Gomes et al. 2020, doi:10.1109/IJCNN48605.2020.9206756",
        cost: "that of `models` regression trees on a part of the features",
        parameters: [
            EnsembleParameters.models, EnsembleParameters.lambda(6),
            ParameterDescription(
                "subspace", .number(0.01...1, default: 0.7), "Share of the features that each tree sees, at least two.",
                steps: .ladder([0.3, 0.5, 0.7, 1])),
            EnsembleParameters.delta("drift_delta", 0.001, "ADWIN's confidence: the lower, the fewer replacements."),
            EnsembleParameters.delta("warning_delta", 0.01, "The same for the warning at which a successor begins."),
            EnsembleParameters.maxSize,
        ] + RegressionOptions.descriptions)

    private let members: [RegressionMember]
    private let poisson: Poisson
    private let random: CounterRandom
    /// What each member answered last.
    private let answers: FlatBuffer<Double>

    public init(parameters: ParameterValues, context: ComponentContext) {
        let count = parameters.integer("models")
        poisson = Poisson(mean: parameters.number("lambda"))
        random = context.random
        answers = FlatBuffer(count, repeating: 0)
        var style = EnsembleStyle()
        style.share = parameters.number("subspace")...parameters.number("subspace")
        let fixed = answers.bytes + poisson.bytes + count * RegressionMember.fixedBytes
        let share = max(min(parameters.integer("max_size"), context.memoryLimit) - fixed, 0) / (2 * count)
        let seen = style.featureCount(0, of: context.features.count)
        members = (0..<count).map { index in
            var own = context
            own.random = context.random.derived(UInt64(index))
            own.memoryLimit = share
            var options = RegressionOptions(parameters)
            options.maxSize = share
            options.features = TreeMember.subspace(seen, own)
            return RegressionMember(
                options, own, driftDelta: parameters.number("drift_delta"),
                warningDelta: parameters.number("warning_delta"))
        }
    }

    public func predict(_ example: Example) -> Double {
        var least = Double.infinity
        for (index, member) in members.enumerated() {
            answers[index] = member.tree.predict(example)
            if let error = member.error { least = min(least, error) }
        }
        var (sum, weights) = (0.0, 0.0)
        for (index, member) in members.enumerated() {
            // Relative to the best, so that the vote has no unit; who is not known votes where nobody is.
            guard let error = member.error ?? (least.isFinite ? nil : 1) else { continue }
            let ratio = error > 0 && least.isFinite ? least / error : 1
            let voice = ratio * ratio
            sum += voice * answers[index]
            weights += voice
        }
        return weights > 0 ? sum / weights : 0
    }

    public func learn(_ example: Example, target: Double, weight: Double) {
        for (index, member) in members.enumerated() {
            member.score(Numerics.difference(member.tree.predict(example), target))
            let count = poisson.count(random.bits(event: example.sequence, draw: UInt64(index)))
            if count > 0 { member.learn(example, target: target, weight: weight * Double(count)) }
        }
    }

    public func sketch(_ sketch: inout ModelSketch) {
        for member in members { TreeSketch.add(member.tree.nodes, tells: false, to: &sketch) }
    }

    public var memoryBytes: Int { members.reduce(answers.bytes + poisson.bytes) { $0 + $1.memoryBytes } }
    public func write(to writer: inout SnapshotWriter) { for member in members { member.write(to: &writer) } }

    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for member in members { try member.read(from: &reader) }
    }
}
