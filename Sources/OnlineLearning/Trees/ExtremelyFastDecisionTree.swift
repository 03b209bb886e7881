/// A Hoeffding tree that splits as soon as some test is better than none, and goes on comparing every node's test with
/// the others (Manapragada, Webb & Salehi 2018, doi:10.1145/3219819.3220005).
///
/// Differences from MOA and River: each node is looked at on its own count (MOA looks only at the path of every
/// 2000th row), and a subtree is kept where only the threshold of its test moves (there it is always destroyed).
/// Cost: that of `hoeffding_tree`, and two Welford steps per feature for every node on the path. Memory: every node
/// has the statistics of a leaf.
public final class ExtremelyFastDecisionTree: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "extremely_fast_decision_tree", role: .classifier,
        summary: "Hoeffding tree that splits early and reconsiders every test.",
        source: "EFDT: Manapragada, Webb & Salehi 2018, doi:10.1145/3219819.3220005",
        cost: "as hoeffding_tree, and the learning of a leaf at every node on the path",
        parameters: TreeOptions.descriptions + [
            ParameterDescription(
                "min_samples_reevaluate", .integer(1...1_000_000, default: 2000),
                "Weight a node sees between looks at its test.", steps: .ladder([500, 1000, 2000, 4000, 8000]))
        ])

    let core: HoeffdingTree

    public init(parameters: ParameterValues, context: ComponentContext) {
        var options = TreeOptions(parameters)
        options.revision = .better
        options.reconsiderPeriod = Double(parameters.integer("min_samples_reevaluate"))
        core = HoeffdingTree(options, context)
    }
}
