import OnlineLearning

extension PlanReader {
    /// `tune`, or nil: it is not there, false, or wrong.
    func readTuning(_ models: [ModelPlan], _ label: LabelPart, _ select: SelectionMode) -> TuningPlan? {
        if root.node("tune") == nil, root.keys.contains(where: { $0.key == "tune" }) {
            checker.report(root.mark(of: "tune"), "'tune' is empty: write true, or a model's name")
        }
        guard let node = root.node("tune"), node.text != "false" else { return nil }
        let mark = root.mark(of: "tune")
        let isMap = node.entries != nil
        let section = Section(checker, "tune", isMap ? node : nil, mark: mark)
        guard label.isKnown, label.task != .none else {
            if label.isKnown { checker.report(mark, "'tune' is of models, and nothing is predicted") }
            return nil
        }
        if select == .never {
            checker.report(mark, "'tune' lets the proven best answer: that needs `select: always` or `at_drift`")
        }
        if !isMap, node.text == nil {
            checker.report(node.mark, "'tune' must be true, a model's name or a map, not \(node.kindInWords)")
            return nil
        }
        let word = isMap ? section.text("model") : node.text
        let name = word == nil || (!isMap && word == "true") ? models.first?.name : word
        guard let name, !models.isEmpty else { return nil }
        guard let model = models.first(where: { $0.name == name }) else {
            checker.report(
                isMap ? section.mark(of: "model") : node.mark, "'tune' names '\(name)', which is no model",
                suggestion: checker.nearest(to: name, in: models.map(\.name)))
            return nil
        }
        let role: ComponentRole = label.task == .regression ? .regressor : .classifier
        let known = checker.find(model.component.name, role)?.parameters ?? []
        let tunable = known.filter { $0.steps != nil }.map(\.name)
        let words = section.words("parameters")
        for word in words where !tunable.contains(word.text) {
            let list = tunable.isEmpty ? "it has none" : "there is \(tunable.joined(separator: ", "))"
            checker.report(
                word.mark, "'\(word.text)' is no tunable parameter of \(model.component.name): \(list)",
                suggestion: checker.nearest(to: word.text, in: tunable))
        }
        var plan = TuningPlan(
            model: name, parameters: words.map(\.text), challengers: section.integer("challengers"),
            lease: UInt64(section.integer("lease")))
        let moves = plan.neighbours(of: model.component, role).count
        plan.challengers = max(min(plan.challengers, moves), 1)
        if tunable.isEmpty {
            checker.report(node.mark, "`\(model.component.name)` has no parameter that could be tuned")
        } else if words.isEmpty, moves == 0 {
            checker.report(node.mark, "nothing is next to the parameters of '\(name)' that could be tried")
        }
        for name in plan.names where models.contains(where: { $0.name == name }) {
            let names = plan.names.joined(separator: ", ")
            checker.report(mark, "'tune' calls its challengers \(names): rename the model '\(name)'")
        }
        return plan
    }
}
