import OnlineLearning

/// Reads `drift:`.
struct DriftReader {
    let checker: Checker
    let components: ComponentReader
    let task: TaskType
    /// The label's type is there and right; else what follows from it is not reported.
    let isTaskKnown: Bool

    func read(_ root: Section, models: [ModelPlan]) -> [DriftPlan] {
        guard let node = root.node("drift") else { return [] }
        let items: [YAMLNode]
        switch node.value {
        case .list(let list): items = list
        case .map: items = [node]
        case .scalar:
            checker.report(node.mark, "'drift' must be a list of maps, not \(node.kindInWords)")
            return []
        }
        // A model with a mistake counts too.
        let count = root.node("models")?.entries?.count ?? models.count
        return items.compactMap { entry($0, models: count) }
    }

    private func entry(_ node: YAMLNode, models: Int) -> DriftPlan? {
        let section = Section(checker, "drift[]", node, mark: node.mark)
        let detector = section.node("detector").flatMap { components.component($0, [.detector], "a drift detector") }
        let signal = section.node("signal").map(signal) ?? standardSignal(section)
        var action: ComponentPlan?
        if let node = section.node("action") {
            action = components.component(node, [.action], "an action")
            if let action, isTaskKnown { checkNeeds(action, node.mark, models) }
        } else {
            let standard = TopologyKeys.find("drift[].action")?.standard ?? ""
            action = components.plan(standard, section.mark, parameters: nil, [.action], "an action")
        }
        guard let detector, let signal, let action else { return nil }
        if let accepted = checker.find(detector.name, .detector)?.signals, !accepted.contains(signal.kind) {
            let hint = task == .regression ? "use another detector for numbers, e.g. adwin" : "write `signal: error`"
            checker.report(
                section.mark(of: section.node("signal") == nil ? "detector" : "signal"),
                "`\(detector.name)` watches wrong answers only, not '\(signal.text)': \(hint)")
        }
        return DriftPlan(detector: detector, signal: signal, action: action)
    }

    private func checkNeeds(_ action: ComponentPlan, _ mark: YAMLMark, _ models: Int) {
        let needs = checker.find(action.name, .action)?.needs ?? .nothing
        if needs != .nothing, task == .none {
            let harmless = checker.components.filter { $0.role == .action && $0.needs == .nothing }
            let names = harmless.map { "`\($0.name)`" }.joined(separator: " or ")
            checker.report(mark, "`\(action.name)` acts on models, and there are none: use \(names)")
        } else if needs == .challenger, models < 2 {
            checker.report(mark, "`\(action.name)` needs a challenger: a second entry of 'models'")
        }
    }

    private func standardSignal(_ section: Section) -> DriftSignal? {
        switch task {
        case .binary, .multiclass: return .error
        case .regression: return .loss
        case .none:
            if isTaskKnown { checker.report(section.mark, "'signal' is missing: without a label it must be a feature") }
            return nil
        }
    }

    private func signal(_ node: YAMLNode) -> DriftSignal? {
        let features = components.schema.features
        switch node.text {
        case "error":
            if task == .binary || task == .multiclass || !isTaskKnown { return .error }
            checker.report(
                node.mark,
                task == .regression
                    ? "`signal: error` counts wrong classes; for numbers write `signal: loss`"
                    : "`signal: error` needs a label: without one it must be a feature")
            return nil
        case "loss":
            if task != .none || !isTaskKnown { return .loss }
            checker.report(node.mark, "`signal: loss` needs a label: without one it must be a feature")
            return nil
        case .some(let name):
            guard let feature = features.first(where: { $0.name == name }) else { fallthrough }
            if feature.kind == .categorical {
                checker.report(node.mark, "a detector watches numbers, and the feature '\(name)' is categorical")
                return nil
            }
            return .feature(name)
        default:
            checker.report(
                node.mark, "'signal' must be error, loss or a feature, not \(node.kindInWords)",
                suggestion: node.text.flatMap { text in
                    checker.nearest(to: text, in: ["error", "loss"] + features.map { $0.name })
                })
            return nil
        }
    }
}
