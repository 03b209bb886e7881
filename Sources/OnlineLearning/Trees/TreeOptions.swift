/// How a Hoeffding tree grows and answers.
struct TreeOptions {
    enum LeafPrediction { case majority, bayes, bayesOrMajority, adaptive }
    /// What happens to tests that were chosen once.
    enum Revision {
        /// They stay (VFDT).
        case never
        /// A tree grown beside a node whose error rises replaces it (HAT).
        case drift
        /// A better test replaces them (EFDT).
        case better
    }

    var criterion = SplitCriterion.infoGain
    var leafPrediction = LeafPrediction.adaptive
    /// Weight a leaf sees between attempts to split.
    var gracePeriod = 200.0
    /// Allowed probability of choosing the wrong test.
    var delta = 0.01
    /// Bound below which the best of nearly equal tests is taken.
    var tau = 0.05
    var binaryOnly = false
    var maxDepth = 100
    /// Share of the weight that two branches of a test must exceed.
    var minBranchFraction = 0.01
    /// Weight a leaf needs before naive Bayes answers.
    var bayesThreshold = 0.0
    /// Examples that what a new leaf has from its parent counts as, at most.
    var heritage = 50.0
    /// Examples over which a leaf's class shares of late fade to 37 %.
    static let recentMemory = 25.0
    /// Examples over which a leaf forgets which way of answering was right.
    static let meritMemory = 500.0
    /// Bytes that all of the tree may take, at every event.
    var maxSize = 32 << 20
    /// Features each leaf draws to watch; 0: all.
    var subspace = 0
    /// Indices of the features the tree may use at all; nil: all.
    var features: [Int]?
    /// Classes that the first leaf has room for from the beginning; a split's leaves take room as classes come.
    var roomForClasses = 0
    var revision = Revision.never
    /// Allowed probability of a false alarm of a node's window of errors.
    var driftDelta = 0.002
    /// Weight a node of a tree that reconsiders sees between looks.
    var reconsiderPeriod = 2000.0
    /// MOA's rules, number for number where that is possible.
    var followsMoa = false

    init() {}

    init(_ parameters: ParameterValues) {
        readGrowth(parameters)
        followsMoa = parameters.choice("compatibility") == "moa"
        if followsMoa {
            heritage = .infinity
            if leafPrediction == .adaptive { leafPrediction = .bayesOrMajority }
        }
        binaryOnly = parameters.boolean("binary_split")
        minBranchFraction = parameters.number("min_branch_fraction")
        bayesThreshold = parameters.number("nb_threshold")
        maxSize = parameters.integer("max_size")
    }

    /// What single trees and the trees of an ensemble have in common.
    mutating func readGrowth(_ parameters: ParameterValues) {
        criterion = SplitCriterion(parameters.choice("split_criterion"))
        leafPrediction =
            switch parameters.choice("leaf_prediction") {
            case "mc": .majority
            case "nb": .bayes
            case "nba": .bayesOrMajority
            default: .adaptive
            }
        gracePeriod = Double(parameters.integer("grace_period"))
        delta = parameters.number("delta")
        tau = parameters.number("tau")
        maxDepth = parameters.integer("max_depth")
    }
}
