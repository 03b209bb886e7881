import Engine
import OnlineLearning

/// One thing that happened, at its place on the axis.
struct Mark {
    enum Kind: String {
        case worse, better, moved
        /// Another model answers.
        case change = "switch"
        case training, discarded, kept, told
    }

    var kind: Kind
    /// When it was noticed.
    var x: Double
    /// When it began, for a drift.
    var began: Double
    var partition: Int32
    var notice: Notice

    /// Of a drift: what was before and after.
    var change: DriftChange? { if case .drift(let drift) = notice { drift.change } else { nil } }
    var drift: DriftNotice? { if case .drift(let drift) = notice { drift } else { nil } }
    var decision: DecisionNotice? { if case .decision(let decision) = notice { decision } else { nil } }
    var isWarning: Bool { drift?.level == .warning }

    init(_ told: TaskHistory.Told, partition: Int32, samples: [CourseSample]) {
        x = told.x
        notice = told.notice
        self.partition = partition
        switch told.notice {
        case .drift(let drift):
            began = min(Self.place(of: Double(drift.changePoint), samples) ?? told.x, told.x)
            if !["error", "loss"].contains(drift.signal) {
                kind = .moved
            } else {
                kind = drift.change.direction == .down ? .better : .worse
            }
        case .decision(let decision):
            began = told.x
            kind =
                switch decision.action {
                case "retrain_swap", "switch", "switch_back", "recall", "reset_done": .change
                case "reset": decision.versionBefore == decision.versionAfter ? .training : .change
                case "retrain_start", "replay_start", "replay_done": .training
                case "retrain_discard": .discarded
                case "alert": .told
                default: .kept
                }
        }
    }

    /// Where on the axis an event of a partition stood, between the samples around it; nil before the first one.
    static func place(of event: Double, _ samples: [CourseSample]) -> Double? {
        guard let first = samples.first, event >= first.events else { return nil }
        guard let index = samples.firstIndex(where: { $0.events >= event }), index > 0 else {
            return event == first.events ? first.x : samples.last?.x
        }
        let (low, high) = (samples[index - 1], samples[index])
        let share = high.events > low.events ? (event - low.events) / (high.events - low.events) : 1
        return low.x + share * (high.x - low.x)
    }
}
