public import Text

extension Notice {
    /// Reads a record of `<name>-drift` or `<name>-decisions`; nil where it is something else.
    public init?(_ json: JSON) {
        func text(_ name: String) -> String { json[name]?.string ?? "" }
        func number(_ name: String) -> Double { json[name]?.double ?? .nan }
        guard let at = json["at"]?.count else { return nil }
        if json["action"] != nil {
            self = .decision(
                DecisionNotice(
                    at: at, action: text("action"), detector: text("detector"), signal: text("signal"),
                    modelBefore: text("model_before"), modelAfter: text("model_after"),
                    versionBefore: UInt32(clamping: json["version_before"]?.whole ?? 0),
                    versionAfter: UInt32(clamping: json["version_after"]?.whole ?? 0),
                    lossBefore: number("loss_before"), lossAfter: number("loss_after"), reason: text("reason")))
            return
        }
        guard let level = json["level"]?.string, let point = json["change_point"]?.count else { return nil }
        var change = DriftChange()
        change.direction = text("direction") == "down" ? .down : .up
        change.meanBefore = number("mean_before")
        change.meanAfter = number("mean_after")
        change.statistic = number("statistic")
        change.threshold = number("threshold")
        change.age = Int(clamping: at &- min(point, at))
        self = .drift(
            DriftNotice(
                at: at, detector: text("detector"), signal: text("signal"),
                level: level == "warning" ? .warning : .drift, change: change, changePoint: point, model: text("model"),
                moved: (json["moved"]?.elements ?? []).map { move in
                    FeatureMove(
                        feature: move["feature"]?.string ?? "", what: move["what"]?.string ?? "",
                        before: move["before"]?.double ?? .nan, after: move["after"]?.double ?? .nan,
                        effect: move["effect"]?.double ?? .nan)
                },
                suffering: (json["suffering"]?.elements ?? []).map { slice in
                    SliceChange(
                        feature: slice["feature"]?.string ?? "", slice: slice["slice"]?.string ?? "",
                        before: slice["before"]?.double ?? .nan, after: slice["after"]?.double ?? .nan)
                })
        )
    }
}
