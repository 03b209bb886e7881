public import Text
import OnlineLearning

/// Every drift event and warning of a range, for programs.
public enum DriftList {
    /// The events with their time and partition, oldest first.
    public static func json(_ situation: Situation) -> JSON {
        let facts = Facts(situation)
        return .array(
            facts.marks.compactMap { mark in
                guard let drift = mark.drift else { return nil }
                return [
                    "time": .number(mark.x), "began": .number(mark.began), "partition": .integer(Int64(mark.partition)),
                    "kind": .text(mark.kind.rawValue), "level": .text("\(drift.level)"),
                    "signal": .text(drift.signal), "detector": .text(drift.detector), "model": .text(drift.model),
                    "event": .unsigned(drift.at), "change_point": .unsigned(drift.changePoint),
                    "mean_before": .number(drift.change.meanBefore), "mean_after": .number(drift.change.meanAfter),
                ]
            })
    }
}
