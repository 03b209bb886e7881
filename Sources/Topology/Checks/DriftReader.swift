import OnlineLearning

/// Reads `drift:`.
struct DriftReader {
    /// What `select` was before it had a key of its own.
    private static let formerAction = "switch"

    let checker: Checker
    let components: ComponentReader
    let task: TaskType
    /// The label's type is there and right; else what follows from it is not reported.
    let isTaskKnown: Bool

    /// The detectors, and when the models are compared.
    func read(_ root: Section, models: [ModelPlan]) -> (drift: [DriftPlan], select: SelectionMode) {
        // A model with a mistake counts too.
        let isTuned = root.node("tune") != nil && root.node("tune")?.text != "false"
        let count = (root.node("models")?.entries?.count ?? models.count) + (isTuned ? 1 : 0)
        let drift = entries(root, models: count)
        let chosen = root.choice("select").flatMap(SelectionMode.init) ?? .always
        guard let node = root.node("select") else {
            return (drift.compactMap { $0.plan }, drift.contains { $0.switches } ? .atDrift : chosen)
        }
        if chosen != .never, count < 2, isTaskKnown {
            checker.report(
                node.mark, "`select: \(chosen.rawValue)` needs a challenger: a second entry of 'models', or 'tune'")
        }
        if chosen == .atDrift, drift.isEmpty {
            checker.report(node.mark, "`select: at_drift` needs a detector: an entry of 'drift'")
        }
        return (drift.compactMap { $0.plan }, chosen)
    }

    private func entries(_ root: Section, models: Int) -> [(plan: DriftPlan?, switches: Bool)] {
        guard let node = root.node("drift") else { return [] }
        let items: [YAMLNode]
        switch node.value {
        case .list(let list): items = list
        case .map: items = [node]
        case .scalar:
            checker.report(node.mark, "'drift' must be a list of maps, not \(node.kindInWords)")
            return []
        }
        return items.map { entry($0, models: models) }
    }

    private func entry(_ node: YAMLNode, models: Int) -> (plan: DriftPlan?, switches: Bool) {
        let section = Section(checker, "drift[]", node, mark: node.mark)
        let detector = section.node("detector").flatMap { components.component($0, [.detector], "a drift detector") }
        let signal = section.node("signal").map(signal) ?? standardSignal(section)
        let written = section.node("action")
        let switches = (written?.text ?? written?.entries?.first?.key) == Self.formerAction
        var action: ComponentPlan?
        if let written, !switches {
            action = components.component(written, [.action], "an action")
            if let action, isTaskKnown { checkNeeds(action, written.mark) }
        } else {
            let standard = TopologyKeys.find("drift[].action")?.standard ?? ""
            action = components.plan(standard, section.mark, parameters: nil, [.action], "an action")
        }
        if let written, switches {
            if isTaskKnown, models < 2 {
                checker.report(written.mark, "`switch` needs a challenger: a second entry of 'models'")
            } else {
                checker.report(
                    written.mark,
                    "`action: switch` is taken for `select: at_drift`, without parameters: write that, or `select: always`, "
                        + "which compares the models at every event", severity: .warning)
            }
        }
        guard let detector, let signal, let action else { return (nil, switches) }
        if let accepted = checker.find(detector.name, .detector)?.signals, !accepted.contains(signal.kind) {
            let hint = task == .regression ? "use another detector for numbers, e.g. adwin" : "write `signal: error`"
            checker.report(
                section.mark(of: section.node("signal") == nil ? "detector" : "signal"),
                "`\(detector.name)` watches wrong answers only, not '\(signal.text)': \(hint)")
        }
        let approval = readApproval(section, action)
        return (DriftPlan(detector: detector, signal: signal, action: action, approval: approval), switches)
    }

    /// Within how many labelled events people must approve; nil: nobody is asked.
    private func readApproval(_ section: Section, _ action: ComponentPlan) -> UInt64? {
        let wait = section.integer("approval_wait")
        guard section.choice("approval") == "manual" else {
            if section.node("approval_wait") != nil {
                checker.report(section.mark(of: "approval_wait"), "'approval_wait' is only for `approval: manual`")
            }
            return nil
        }
        if checker.find(action.name, .action)?.needs == .nothing {
            checker.report(
                section.mark(of: "approval"), "`\(action.name)` changes nothing, so there is nothing to approve")
        }
        return UInt64(wait)
    }

    private func checkNeeds(_ action: ComponentPlan, _ mark: YAMLMark) {
        let needs = checker.find(action.name, .action)?.needs ?? .nothing
        if needs != .nothing, task == .none {
            let harmless = checker.components.filter { $0.role == .action && $0.needs == .nothing }
            let names = harmless.map { "`\($0.name)`" }.joined(separator: " or ")
            checker.report(mark, "`\(action.name)` acts on models, and there are none: use \(names)")
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
