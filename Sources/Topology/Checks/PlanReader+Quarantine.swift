import OnlineLearning

extension PlanReader {
    private static let everything = "all"
    private static let mostSlices = 16

    /// `breaker` and `guards`, or nil: neither is there.
    func readQuarantine(_ schema: Schema, _ label: LabelPart) -> QuarantinePlan? {
        let hasBreaker = root.node("breaker") != nil
        let remedies = [
            ("breaker", "`breaker: {}` takes the defaults"), ("guards", "name features, or write `all`"),
            ("slices", "name features, or write `all`"),
        ]
        for (key, remedy) in remedies where root.node(key) == nil && root.keys.contains(where: { $0.key == key }) {
            checker.report(root.mark(of: key), "'\(key)' is empty: \(remedy)")
        }
        if hasBreaker, label.isKnown, label.task == .none {
            checker.report(
                root.mark(of: "breaker"), "'breaker' watches errors, and nothing is predicted: 'guards' watch features")
        }
        let features = features("guards", schema)
        guard hasBreaker || !features.isEmpty else { return nil }
        let section = root.section("breaker")
        return QuarantinePlan(
            window: section.integer("window"), limit: Double(section.integer("limit")),
            patience: section.integer("patience"), watchesError: hasBreaker, features: features)
    }

    /// `slices`.
    func readSlices(_ schema: Schema, _ label: LabelPart) -> [String] {
        let names = features("slices", schema)
        if names.count > Self.mostSlices {
            checker.report(
                root.mark(of: "slices"), "'slices' may name \(Self.mostSlices) features at most, not \(names.count)")
        }
        if !names.isEmpty, label.isKnown, label.task == .none {
            checker.report(root.mark(of: "slices"), "'slices' tell errors apart, and nothing is predicted")
        }
        return names
    }

    /// Names of features, or all of them.
    private func features(_ key: String, _ schema: Schema) -> [String] {
        let names = schema.features.map(\.name)
        let words = root.words(key)
        if words.contains(where: { $0.text == Self.everything }), !names.contains(Self.everything) { return names }
        for word in words where !names.contains(word.text) {
            checker.report(
                word.mark, "'\(key)' must name features, or be `all`: there is no feature '\(word.text)'",
                suggestion: checker.nearest(to: word.text, in: names))
        }
        return names.filter { name in words.contains { $0.text == name } }
    }
}
