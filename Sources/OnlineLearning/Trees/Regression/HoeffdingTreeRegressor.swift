/// A tree of linear models that grows leaf by leaf from a stream (FIMT-DD: Ikonomovska, Gama & Džeroski 2011,
/// doi:10.1007/s10618-010-0201-y).
///
/// A leaf splits where a test takes away most of the squared error: by more than the Hoeffding bound beats the second
/// best, or so close to it that either will do (`tau`), and by more than chance would. It answers in the way that was
/// nearest of late: by the mean of its targets, the mean of the last ten, or one of two linear models, a patient and a
/// hasty one. Differences from MOA and River: targets and inputs need no scaler; the merit is the share of the squared
/// error, 0 for not splitting, so that noise grows no split; numeric features are watched in 32 equal parts of three
/// standard deviations around the mean, in place of a tree of all values; a model's step never overshoots its example;
/// leaves follow a changing stream by their ways of answering, there are no alternate trees.
/// Cost: a walk and two multiplications per feature to predict, ten per feature to learn, a search every `grace_period`
/// examples of a leaf. Memory: 32 bytes per node, and per leaf 800 bytes per numeric feature and 40 per nominal value;
/// at `max_size` the tree stops growing. One thread.
public final class HoeffdingTreeRegressor: Regressor {
    public static let description = ComponentDescription(
        name: "hoeffding_tree_regressor", role: .regressor,
        summary: "Regression tree with linear models in its leaves, grown leaf by leaf.",
        source: "FIMT-DD: Ikonomovska, Gama & Džeroski 2011, doi:10.1007/s10618-010-0201-y",
        cost: "a walk and some ten operations per feature; 800 bytes per leaf and numeric feature",
        parameters: RegressionOptions.descriptions + [
            ParameterDescription(
                "max_size", .integer(1 << 16...1 << 40, default: 32 << 20),
                "Bytes the tree may take, at every event; then it stops growing.")
        ])

    private let core: RegressionTree

    public init(parameters: ParameterValues, context: ComponentContext) {
        var options = RegressionOptions(parameters)
        options.maxSize = parameters.integer("max_size")
        core = RegressionTree(options, context)
    }

    public func predict(_ example: Example) -> Double { core.predict(example) }

    public func learn(_ example: Example, target: Double, weight: Double) {
        core.learn(example, target: target, weight: weight)
    }

    public var memoryBytes: Int { core.memoryBytes }
    public func sketch(_ sketch: inout ModelSketch) { TreeSketch.add(core.nodes, tells: true, to: &sketch) }
    public func write(to writer: inout SnapshotWriter) { core.write(to: &writer) }
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) { try core.read(from: &reader) }
}

/// How a regression tree grows and answers.
struct RegressionOptions {
    var gracePeriod = 200.0
    var delta = 0.01
    var tau = 0.05
    var maxDepth = 100
    var maxSize = 32 << 20
    /// Ways in which a leaf may answer.
    var ways = 0..<RegressionLeaf.ways
    /// Indices of the features the tree may use at all; nil: all.
    var features: [Int]?

    static let descriptions = [
        ParameterDescription(
            "grace_period", .integer(1...1_000_000, default: 200), "Weight a leaf sees between attempts to split.",
            steps: .ladder([50, 100, 200, 400, 800])),
        ParameterDescription(
            "delta", .number(1e-12...0.5, default: 0.01), "Allowed probability of choosing the wrong test.",
            steps: .factor(10)),
        ParameterDescription(
            "tau", .number(0...1, default: 0.05), "Bound below which the best of nearly equal tests is taken.",
            steps: .ladder([0, 0.02, 0.05, 0.1, 0.2])),
        ParameterDescription("max_depth", .integer(1...1000, default: 100), "Tests between root and leaf."),
        ParameterDescription(
            "leaf_prediction", .choice(["adaptive", "mean", "model"], default: "adaptive"),
            "What a leaf answers: a mean of its targets, a linear model, or what was nearest of late.",
            steps: .words(["adaptive", "mean", "model"])),
    ]

    init(_ parameters: ParameterValues) {
        gracePeriod = Double(parameters.integer("grace_period"))
        delta = parameters.number("delta")
        tau = parameters.number("tau")
        maxDepth = parameters.integer("max_depth")
        ways =
            switch parameters.choice("leaf_prediction") {
            case "mean": 0..<2
            case "model": 2..<4
            default: 0..<4
            }
    }
}
