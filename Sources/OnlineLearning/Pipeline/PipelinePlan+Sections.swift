extension PipelinePlan {
    /// Everything that decides what a task learns, by the sections of its state: the name of each component's section
    /// and, in one spelling, what its learning depends on. Two plans that agree on a section can share its state.
    public var sections: [(name: String, text: String)] {
        [("pipeline", text), ("classes", classesText), ("published", recordText)]
            + schema.features.filter { $0.kind == .categorical }.map { (Self.section(of: $0), $0.text) }
            + chain(transforms, "transforms")
            + models.flatMap { model in
                [(Self.section(of: model), text(of: model))]
                    + (model.transforms.map { chain($0, Self.section(of: model) + "/transforms") } ?? [])
            } + drift.enumerated().map { (Self.section(ofDrift: $0), $1.text) }
            + (compares ? [("select", select.rawValue)] : []) + (remembers ? [("memories", "recall")] : [])
            + (keptLessons > 0 && !models.isEmpty ? [("lessons", lessonsText)] : [])
            + (tune.map { [("tuning", $0.text)] } ?? [])
            + (slices.isEmpty ? [] : [("slices", slicesText)])
            + (quarantine.map { [("quarantine", $0.text)] } ?? [])
    }

    var text: String { "\(task.rawValue), seed \(seed), memory \(memory), features \(schema.text)" }

    var classesText: String {
        (classes.isEmpty ? "discovered" : classes.joined(separator: ", ")) + ", at most \(maxClasses)"
    }

    var lessonsText: String { "at most \(keptLessons)" }
    var slicesText: String { slices.joined(separator: ", ") }

    /// How answers are recorded.
    var recordText: String { "\(task.rawValue), window \(window)" }

    /// A model depends on what stands before it.
    func text(of model: ModelPlan) -> String {
        let before = (model.transforms ?? transforms).map(\.canonicalText).joined(separator: " | ")
        return "\(model.isTuned ? "tuned " : "")\(model.component.canonicalText) behind [\(before)]"
    }

    private func chain(_ plans: [ComponentPlan], _ name: String) -> [(String, String)] {
        plans.enumerated().map { ("\(name)/\($0 + 1)", $1.canonicalText) }
    }

    static func section(of feature: Feature) -> String { "categories/\(feature.name)" }
    static func section(of model: ModelPlan) -> String { "model/\(model.name)" }
    static func section(ofDrift index: Int) -> String { "drift/\(index + 1)" }
}

extension DriftPlan {
    var text: String {
        "\(detector.canonicalText) on \(signal.text) then \(action.canonicalText)"
            + (approval.map { " approved within \($0)" } ?? "")
    }
}

extension Feature {
    var text: String { kind == .categorical ? "\(kind.rawValue)/\(maxCategories)" : kind.rawValue }
}

extension Schema {
    var text: String { features.map { "\($0.name): \($0.text)" }.joined(separator: ", ") }
}
