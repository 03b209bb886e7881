import EventFormats
import OnlineLearning
import Text
import Topology

extension TopologyPlan {
    /// Everything that decides what a task learns, in one spelling: stored with every snapshot.
    var learningText: String {
        let plan = pipeline
        func chain(_ transforms: [ComponentPlan]) -> String { transforms.map(\.canonicalText).joined(separator: " | ") }
        var lines = [
            "seed \(plan.seed)", "task \(plan.task.rawValue)", "classes \(plan.classes) of \(plan.maxClasses)",
        ]
        lines += plan.schema.features.map { "feature \($0.name) \($0.kind.rawValue) \($0.maxCategories)" }
        lines.append("pipeline \(chain(plan.transforms))")
        lines += plan.models.map { model in
            "model \(model.name) \(model.component.canonicalText) \(model.transforms.map(chain) ?? "shared")"
        }
        lines += plan.drift.map {
            "drift \($0.detector.canonicalText) on \($0.signal.text) then \($0.action.canonicalText)"
        }
        lines.append("memory \(plan.memory) window \(plan.window)")
        lines.append("label \(decoder.labelField ?? "-")")
        lines.append("format \(layout.format.rawValue) \(layout.columns)")
        if let missing = decoder.missing { lines.append("missing \(missing)") }
        for (name, values) in decoder.sentinels.sorted(by: { $0.key < $1.key }) {
            lines.append("missing \(name) \(values)")
        }
        lines.append("largest record \(maxRecordBytes)")
        return lines.joined(separator: "\n")
    }

    var fingerprint: UInt64 { StableHash.of(learningText) }
}
