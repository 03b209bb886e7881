extension Pipeline {
    /// Bytes of state held now: models, transforms, metrics, detectors and tables.
    public var memoryBytes: Int {
        slots.reduce(
            sharedBytes + (state.pointee.candidate?.memoryBytes ?? 0)
                + (state.pointee.replayed?.memoryBytes ?? 0) + (state.pointee.shadow?.memoryBytes ?? 0)
        ) { $0 + $1.current.memoryBytes }
    }

    /// All that is held beside the models.
    private var sharedBytes: Int {
        var bytes = shared.memoryBytes + objective.width * 8 + deferredRow.bytes + vocabulary.memoryBytes
        for slot in slots { bytes += slot.memoryBytes - slot.current.memoryBytes }
        for watch in watches { bytes += watch.memoryBytes }
        return bytes + published.memoryBytes + (selection?.memoryBytes ?? 0)
            + (quarantine?.memoryBytes ?? 0) + (memories?.memoryBytes ?? 0)
            + (moves?.memoryBytes ?? 0) + (reasons?.memoryBytes ?? 0) + (tuning?.memoryBytes ?? 0)
            + (lessons?.memoryBytes ?? 0) + (slices?.memoryBytes ?? 0)
    }

    /// What takes more than its share of the plan's memory from the start, or nil: trees grow within theirs, the other
    /// parts have their size from the beginning. Meant for a pipeline that was just made.
    public var shortage: (part: String, bytes: Int, share: Int)? {
        let rest = plan.memory / PipelinePlan.sharedPart
        if sharedBytes > rest { return ("windows, transforms and tables", sharedBytes, rest) }
        for slot in slots where slot.current.memoryBytes > plan.memoryOfModel {
            return ("the model '\(slot.plan.name)'", slot.current.memoryBytes, plan.memoryOfModel)
        }
        return nil
    }
}

extension PipelinePlan {
    /// Models beside those of the topology: at most one policy is at work on the champion.
    var spareModels: Int { drift.map { Catalog.policy($0.action.name).spareModels }.max() ?? 0 }

    /// One part in so many is for all that is not a model.
    static let sharedPart = 8

    /// Each model's share, a candidate's beside them where a policy trains one.
    var memoryOfModel: Int {
        let spare = spareModels
        return max((memory - memory / Self.sharedPart) / max(models.count + spare, 1), 1 << 12)
    }
}
