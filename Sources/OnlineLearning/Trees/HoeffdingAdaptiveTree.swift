/// A Hoeffding tree that watches the errors seen from each of its nodes and replaces parts that have become worse
/// (Bifet & Gavalda 2009, doi:10.1007/978-3-642-03915-7_22).
///
/// Where the rate of errors rises, a tree is grown beside the node and swapped in once it errs less by more than
/// chance; if it errs more it is dropped. Differences from MOA and River: the alternates are really grown (theirs
/// overwrite the main branch) and do not answer before they are swapped in, leaves do not draw weights, and the counts
/// of nodes are right. Cost: that of `hoeffding_tree` and a window per node on the path; twice that where an alternate
/// is grown. Memory: 704 bytes per node more.
public final class HoeffdingAdaptiveTree: BuiltClassifier {
    public static let description = ComponentDescription(
        name: "hoeffding_adaptive_tree", role: .classifier,
        summary: "Hoeffding tree that replaces the parts whose errors have risen.",
        source: "HAT: Bifet & Gavalda 2009, doi:10.1007/978-3-642-03915-7_22",
        cost: "as hoeffding_tree, and a window of errors per node on the path; 704 bytes per node more",
        parameters: TreeOptions.descriptions + [
            ParameterDescription(
                "adwin_delta", .number(1e-9...0.5, default: 0.002),
                "Allowed probability of a false alarm of a node's window of errors.", steps: .factor(10))
        ])

    let core: HoeffdingTree

    public init(parameters: ParameterValues, context: ComponentContext) {
        var options = TreeOptions(parameters)
        options.revision = .drift
        options.driftDelta = parameters.number("adwin_delta")
        core = HoeffdingTree(options, context)
    }
}
