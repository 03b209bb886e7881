extension HoeffdingTree {
    public static let description = ComponentDescription(
        name: "hoeffding_tree", role: .classifier,
        summary: "Decision tree that grows from a stream, with majority or naive Bayes leaves.",
        source: "VFDT: Domingos & Hulten 2000, doi:10.1145/347090.347107; leaves: Holmes, Kirkby & Pfahringer 2005, "
            + "doi:10.1007/11564126_51",
        cost: "one walk and a naive Bayes per event; 40 bytes per active leaf, class and numeric feature",
        parameters: TreeOptions.descriptions)
}

extension TreeOptions {
    /// The parameters that all Hoeffding trees have.
    static let descriptions = [
        ParameterDescription(
            "grace_period", .integer(1...1_000_000, default: 200), "Weight a leaf sees between attempts to split.",
            isHot: true, steps: .ladder([50, 100, 200, 400, 800])),
        ParameterDescription(
            "delta", .number(1e-12...0.5, default: 0.01),
            "Allowed probability of choosing the wrong test.",
            compatible: ["moa": .number(1e-7)], isHot: true, steps: .factor(10)),
        ParameterDescription(
            "tau", .number(0...1, default: 0.05), "Below this Hoeffding bound the best of nearly equal tests is taken.",
            isHot: true, steps: .ladder([0, 0.02, 0.05, 0.1, 0.2])),
        ParameterDescription(
            "split_criterion", .choice(["info_gain", "gini", "hellinger"], default: "info_gain"),
            "How the gain of a test is measured; hellinger does not depend on how rare a class is.",
            steps: .words(["info_gain", "gini", "hellinger"])),
        ParameterDescription(
            "leaf_prediction", .choice(["mc", "nb", "nba", "adaptive"], default: "adaptive"),
            "Majority class, naive Bayes, per leaf the one that was right more often (nba), or also the same two with the "
                + "class shares of the leaf's last examples (adaptive).",
            steps: .words(["mc", "nb", "nba", "adaptive"])),
        ParameterDescription(
            "nb_threshold", .number(0...1e12, default: 0), "Weight a leaf needs before naive Bayes answers."),
        ParameterDescription("max_depth", .integer(1...1000, default: 100), "Tests on the longest path."),
        ParameterDescription("binary_split", .boolean(default: false), "Only tests with two branches."),
        ParameterDescription(
            "min_branch_fraction", .number(0...0.5, default: 0.01),
            "Share of the weight that two branches of a test must exceed."),
        ParameterDescription(
            "max_size", .integer(4096...1 << 40, default: 32 << 20), "Bytes the tree may take, at every event."),
        ParameterDescription(
            "compatibility", .choice(["none", "moa"], default: "none"),
            "MOA's rules of splitting, quirks included, and its likelihoods untempered."),
    ]
}
