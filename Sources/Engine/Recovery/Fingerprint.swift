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
        if let separator = layout.separator { lines.append("separator \(separator)") }
        if decoder.hasDecimalComma { lines.append("decimal comma") }
        if let missing = decoder.missing { lines.append("missing \(missing)") }
        for (name, values) in decoder.sentinels.sorted(by: { $0.key < $1.key }) {
            lines.append("missing \(name) \(values)")
        }
        lines += labelLines
        lines.append("largest record \(maxRecordBytes)")
        return lines.joined(separator: "\n")
    }

    /// What is waited for, and by which rules.
    var labelText: String { labelLines.joined(separator: "\n") }

    private var labelLines: [String] {
        guard let labels else { return [] }
        var lines: [String] = []
        let rules = labels.rules
        lines.append("labels within \(rules.within) late \(rules.lateWithin) \(rules.onTimeout) \(rules.onLate)")
        lines.append("labels \(rules.onDuplicate) memory \(labels.memory) disk \(labels.disk) period \(labels.period)")
        if labels.tellsExamples { lines.append("labels keep their sources") }
        let plan = labels.decoder
        lines.append("labels \(plan.labelField ?? "-") \(plan.idField ?? "-") \(plan.timeField ?? "-")")
        lines.append("labels \(plan.timeFormat) \(labels.layout.format.rawValue) \(labels.layout.columns)")
        lines.append("events \(decoder.idField ?? "-") \(decoder.timeField ?? "-") \(decoder.timeFormat)")
        return lines
    }

    var fingerprint: UInt64 { StableHash.of(learningText) }
}
