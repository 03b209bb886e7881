public import OnlineLearning
public import Text

extension Notice {
    /// The fields of a drift event or a decision: the same in the side topics' records, in `evaluate --json` and in the
    /// API. Numbers and texts that are not known are left out.
    ///
    /// - Parameters:
    ///   - at: the event or row that raised it; nil: the task's event number.
    ///   - changePoint: the event or row at which the change is estimated to have begun; nil: the task's event number.
    public func members(at: UInt64? = nil, changePoint: UInt64? = nil) -> [(String, JSON)] {
        let members: [(String, JSON)] =
            switch self {
            case .drift(let drift):
                [
                    ("at", .unsigned(at ?? drift.at)), ("detector", .text(drift.detector)),
                    ("signal", .text(drift.signal)), ("level", .text("\(drift.level)")),
                    ("direction", .text("\(drift.change.direction)")),
                    ("change_point", .unsigned(changePoint ?? drift.changePoint)),
                    ("mean_before", .number(drift.change.meanBefore)), ("mean_after", .number(drift.change.meanAfter)),
                    ("statistic", .number(drift.change.statistic)), ("threshold", .number(drift.change.threshold)),
                    ("model", .text(drift.model)),
                ]
                    + (drift.moved.isEmpty ? [] : [("moved", .array(drift.moved.map(\.json)))])
                    + (drift.suffering.isEmpty ? [] : [("suffering", .array(drift.suffering.map(\.json)))])
            case .decision(let decision):
                [
                    ("at", .unsigned(at ?? decision.at)), ("action", .text(decision.action)),
                    ("detector", .text(decision.detector)), ("signal", .text(decision.signal)),
                    ("model_before", .text(decision.modelBefore)), ("model_after", .text(decision.modelAfter)),
                    ("version_before", .unsigned(UInt64(decision.versionBefore))),
                    ("version_after", .unsigned(UInt64(decision.versionAfter))),
                    ("loss_before", .number(decision.lossBefore)), ("loss_after", .number(decision.lossAfter)),
                    ("reason", .text(decision.reason)),
                ]
            }
        return members.filter { member in
            switch member.1 {
            case .text(let text): !text.isEmpty
            case .number(let number): number.isFinite
            default: true
            }
        }
    }
}

extension SliceChange {
    fileprivate var json: JSON {
        ["feature": .text(feature), "slice": .text(slice), "before": .number(before), "after": .number(after)]
    }
}

extension FeatureMove {
    fileprivate var json: JSON {
        [
            "feature": .text(feature), "what": .text(what), "before": .number(before), "after": .number(after),
            "effect": .number(effect),
        ]
    }
}
