/// What the ensembles of Hoeffding trees differ in.
struct EnsembleStyle {
    /// What follows when a member's error rises.
    enum Reaction {
        case none
        /// The member with the highest error begins anew.
        case replaceWorst
        /// A tree grown in the background since the warning takes the member's place.
        case background
    }

    var models = 10
    /// Mean of the weight that an example has for a member.
    var lambda = 1.0
    var reaction = Reaction.none
    /// Shares of the features that the first and the last member see, those between evenly; 1: all.
    var share: ClosedRange<Double> = 1...1
    /// Share of its features that each leaf watches, drawn anew for every leaf; 1: all.
    var leafShare = 1.0
    /// Whether members that were right more often of late count more.
    var isWeighted = false
    var driftDelta = 0.002
    var warningDelta = 0.0
    /// Tie thresholds of the first and of the last member's tree; those between lie on a geometric line.
    var tau: ClosedRange<Double> = 0.05...0.05
    /// Bytes that all of the ensemble may take.
    var maxSize = 64 << 20

    /// The tie threshold of a member.
    func tau(of member: Int) -> Double {
        guard models > 1, tau.lowerBound < tau.upperBound else { return tau.lowerBound }
        let place = Double(member) / Double(models - 1)
        return tau.lowerBound * Numerics.exp(place * Numerics.log(tau.upperBound / tau.lowerBound))
    }

    /// Features a member sees: at least two where there are two.
    func featureCount(_ member: Int, of all: Int) -> Int {
        let place = models > 1 ? Double(member) / Double(models - 1) : 0
        return Self.part(share.lowerBound + place * (share.upperBound - share.lowerBound), of: all)
    }

    /// Features each leaf watches of those its tree sees, 0: all.
    func leafFeatureCount(of seen: Int) -> Int { leafShare < 1 ? Self.part(leafShare, of: seen) : 0 }

    private static func part(_ share: Double, of all: Int) -> Int {
        share < 1 ? min(all, max(2, Int((share * Double(all)).rounded()))) : all
    }
}

/// The parameters that ensembles of trees have in common.
enum EnsembleParameters {
    static let models = ParameterDescription("models", .integer(1...100, default: 10), "Trees that vote.")
    static let maxSize = ParameterDescription(
        "max_size", .integer(1 << 20...1 << 40, default: 64 << 20),
        "Bytes the ensemble may take, at every event; each tree has an equal part.")

    static let lastTau = ParameterDescription(
        "tau_last", .number(0.001...1, default: 0.4),
        "`tau` of the last tree; those between lie geometrically, from 0.001 on. At or below `tau`: all have `tau`.")

    static func lambda(_ value: Double) -> ParameterDescription {
        ParameterDescription(
            "lambda", .number(0.01...100, default: value),
            "Mean of the Poisson distribution from which each tree draws the weight of an example.",
            steps: .ladder([0.5, 1, 2, 4, 6, 8]))
    }

    static func delta(_ name: String, _ value: Double, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, .number(1e-12...0.5, default: value), summary, steps: .factor(10))
    }

    /// The tree's own parameters that matter in an ensemble, with other defaults.
    static func tree(grace: Int, delta: Double, tau: Double = 0.05) -> [ParameterDescription] {
        TreeOptions.descriptions.compactMap { parameter in
            switch (parameter.name, parameter.kind) {
            case ("grace_period", .integer(let range, _)):
                ParameterDescription(
                    parameter.name, .integer(range, default: grace), parameter.sentence, steps: parameter.steps)
            case ("delta", .number(let range, _)):
                ParameterDescription(
                    parameter.name, .number(range, default: delta), parameter.sentence, steps: parameter.steps)
            case ("tau", .number(let range, _)):
                ParameterDescription(
                    parameter.name, .number(range, default: tau), parameter.sentence, steps: parameter.steps)
            case ("split_criterion", _), ("leaf_prediction", _), ("max_depth", _): parameter
            default: nil
            }
        }
    }
}

extension TreeOptions {
    /// Of an ensemble's trees: its values of the parameters in `EnsembleParameters.tree`.
    init(ensemble parameters: ParameterValues) {
        readGrowth(parameters)
    }
}
