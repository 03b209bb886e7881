/// One detector of the plan, what it looks at, and the policy that answers for it.
final class DriftWatch {
    let plan: DriftPlan
    let detector: any DriftDetector
    let policy: any Policy
    /// The schema slot of a feature's signal, or -1.
    let slot: Int
    /// The level of the last input: a warning is reported when it begins.
    var level = DriftLevel.none
    /// The level that the current event raised; `.none` where the detector was not fed.
    var raised = DriftLevel.none

    /// Inputs the detector was given.
    private(set) var fed: UInt64 = 0
    /// The policy wants every event.
    var isActive = false

    init(plan: DriftPlan, index: Int, pipeline: PipelinePlan, task: UInt32) {
        self.plan = plan
        let id = StableHash.of("drift \(index) \(plan.detector.canonicalText)")
        let context = ComponentContext(
            features: pipeline.schema.features, random: CounterRandom(seed: pipeline.seed, component: id, task: task))
        detector = Catalog.makeDetector(plan.detector, context)
        policy = Catalog.makePolicy(plan.action)
        isActive = policy.isActive
        if case .feature(let name) = plan.signal { slot = pipeline.schema.slot(of: name) ?? -1 } else { slot = -1 }
    }

    var isOfFeature: Bool {
        if case .feature = plan.signal { return true }
        return false
    }

    /// The error or loss that it watches went down.
    var isFall: Bool { !isOfFeature && detector.lastChange.direction == .down }

    var memoryBytes: Int { detector.memoryBytes + 64 }

    /// What the policy had begun is given up.
    func abandon() {
        policy.abandon()
        isActive = policy.isActive
    }

    @inline(__always)
    func update(_ input: DetectorInput) -> DriftLevel {
        fed &+= 1
        return detector.update(input)
    }

    /// The event at which the change began, of `events` so far: the detector counts its inputs, and where labels or
    /// values are missing an input stands for several events.
    func changePoint(events: UInt64) -> UInt64 {
        let age = Double(max(detector.lastChange.age, 0)) * (Double(events) / Double(max(fed, 1)))
        return events - 1 - UInt64(min(age.rounded(), Double(events - 1)))
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(level.rawValue)
        writer.write(fed)
        detector.write(to: &writer)
        policy.write(to: &writer)
    }

    /// - Parameter formerPolicy: whose state it is, where that is another policy: this one begins anew.
    func read(from reader: inout SnapshotReader, formerPolicy: ComponentPlan? = nil) throws(SnapshotError) {
        level = try reader.readCase("drift level")
        fed = try reader.read()
        try detector.read(from: &reader)
        if let formerPolicy {
            try Catalog.makePolicy(formerPolicy).read(from: &reader)
        } else {
            try policy.read(from: &reader)
        }
        isActive = policy.isActive
    }
}
