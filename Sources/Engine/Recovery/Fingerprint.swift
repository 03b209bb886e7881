import EventFormats
import OnlineLearning
import Text
import Topology

extension TopologyPlan {
    /// Everything that decides what a task learns, in one spelling: stored with every snapshot.
    var learningText: String {
        var lines = pipeline.sections.map { "\($0.name): \($0.text)" }
        lines.append("label \(decoder.labelField ?? "-")")
        lines.append("format \(layout.format.rawValue) \(layout.columns)")
        lines.append("largest record \(maxRecordBytes)")
        return lines.joined(separator: "\n")
    }

    var fingerprint: UInt64 { StableHash.of(learningText) }
}
