import OnlineLearning

/// Reads `models:`.
struct ModelReader {
    let checker: Checker
    let root: Section
    let components: ComponentReader
    let task: TaskType
    /// The label's type is there and right; else what follows from it is not reported.
    let isTaskKnown: Bool

    /// What stands for a race of models of several kinds.
    private static let race = "auto"

    /// The models in the file's order, or one for the task where there are none.
    ///
    /// - Parameter hasShared: The topology states a pipeline; else each model gets its component's default one.
    func read(hasShared: Bool) -> [ModelPlan] {
        guard let node = root.node("models") else { return standard(hasShared: hasShared) }
        if node.text == Self.race, task != .none {
            return roles.flatMap { Catalog.raced[$0] ?? [] }.compactMap {
                standard($0.component, name: $0.name, hasShared: hasShared)
            }
        }
        guard let entries = node.entries else {
            checker.report(
                node.mark, "'models' must be a map of `name: model`, or `auto`, not \(node.kindInWords)")
            return []
        }
        if task == .none, isTaskKnown, !entries.isEmpty {
            checker.report(
                root.mark(of: "models"), "nothing is predicted (`label.type: none`), so there can be no 'models'")
            return []
        }
        if entries.isEmpty { checker.report(node.mark, "'models' must name at least one model, or be left out") }
        return entries.compactMap { model($0, hasShared: hasShared) }
    }

    private var roles: [ComponentRole] {
        switch task {
        case .binary, .multiclass: [.classifier]
        case .regression: [.regressor]
        case .none: [.classifier, .regressor]
        }
    }

    private var what: String {
        switch task {
        case .binary, .multiclass: "a model of classes (`label.type: \(task.rawValue)`)"
        case .regression: "a model of numbers (`label.type: regression`)"
        case .none: "a model"
        }
    }

    private func model(_ entry: YAMLEntry, hasShared: Bool) -> ModelPlan? {
        if entry.key.isEmpty || entry.key.contains(where: { $0 == "." || $0.isWhitespace }) {
            checker.report(entry.mark, "a model's name must be a word without dots and spaces, not '\(entry.key)'")
        }
        var component: ComponentPlan?
        var transforms: [ComponentPlan]?
        if let text = entry.node.text, !text.isEmpty {
            component = components.plan(text, entry.node.mark, parameters: nil, roles, what)
        } else if let entries = entry.node.entries {
            if let own = entries.first(where: { $0.key == "pipeline" }) { transforms = components.transforms(own.node) }
            let choices = entries.filter { $0.key != "pipeline" }
            if choices.count != 1 {
                checker.report(entry.mark, "the model '\(entry.key)' must have one component, not \(choices.count)")
            }
            for choice in choices {
                let plan = components.plan(choice.key, choice.mark, parameters: choice.node, roles, what)
                component = component ?? plan
            }
        } else {
            checker.report(
                entry.node.mark,
                "the model '\(entry.key)' must be a component or a map of one, not \(entry.node.kindInWords)")
        }
        return component.map {
            ModelPlan(name: entry.key, component: $0, transforms: transforms ?? (hasShared ? nil : defaults(of: $0)))
        }
    }

    private func standard(hasShared: Bool) -> [ModelPlan] {
        guard task != .none else { return [] }
        let name = roles.compactMap { Catalog.standardModels[$0] }.first ?? ""
        guard let plan = standard(name, name: name, hasShared: hasShared) else {
            checker.report(
                root.mark, "'models' is missing: there is \(roles.flatMap(checker.names).joined(separator: ", "))")
            return []
        }
        return [plan]
    }

    /// A component with its defaults, or nil: there is none of that name.
    private func standard(_ component: String, name: String, hasShared: Bool) -> ModelPlan? {
        guard let found = checker.components.first(where: { $0.name == component && roles.contains($0.role) }) else {
            return nil
        }
        let plan = ComponentPlan(component, found.defaults)
        return ModelPlan(name: name, component: plan, transforms: hasShared ? nil : defaults(of: plan))
    }

    /// The transforms that the catalog gives a component where the topology says nothing.
    private func defaults(of plan: ComponentPlan) -> [ComponentPlan] {
        let found = checker.components.first { $0.name == plan.name && roles.contains($0.role) }
        return (found?.defaultPipeline ?? []).compactMap { name in
            checker.components.first { $0.name == name && $0.role == .transformer }.map {
                ComponentPlan(name, $0.defaults)
            }
        }
    }
}
