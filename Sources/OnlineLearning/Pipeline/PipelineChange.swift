/// What becomes of each component's state where a pipeline goes on under another plan: components are matched by their
/// names, detectors by what they are and watch. The same for `millrace plan`, which tells it, and `Pipeline.adopt`, which
/// does it.
public struct PipelineChange: Sendable, Equatable {
    /// What becomes of a component.
    public enum Fate: Sendable, Equatable {
        /// Its state goes on, bit for bit.
        case kept
        /// Its state goes on, bit for bit, with these parameters changed.
        case hot([String])
        /// It begins anew, for this reason.
        case cold(String)
        /// It was not there before.
        case new
        /// It is not there any more.
        case removed
        /// The whole change cannot be made, for this reason.
        case refused(String)

        /// What is learned goes on.
        var goesOn: Bool {
            switch self {
            case .kept, .hot: true
            default: false
            }
        }
    }

    /// One component.
    public struct Entry: Sendable, Equatable {
        /// What it is: `model linear`, `detector adwin on error`.
        public var name: String
        /// What becomes of it.
        public var fate: Fate

        /// An entry of these parts.
        public init(name: String, fate: Fate) { (self.name, self.fate) = (name, fate) }
    }

    /// Every component, in the order of the new plan; those that go come last.
    public private(set) var entries: [Entry] = []
    /// Places of the old plan's watches, by place in the new one; nil: it begins anew.
    private(set) var watches: [Int?] = []
    /// What becomes of the models of the new plan.
    private(set) var models: [Fate] = []
    /// What policies and selection have found goes on: they know models by their places, and compare what they learned.
    private(set) var comparesOn = true
    /// How many of the shared transforms go on.
    private(set) var transforms = 0

    /// Why it cannot be made, or empty.
    public var refusals: [String] {
        entries.compactMap { if case .refused(let reason) = $0.fate { "\($0.name): \(reason)" } else { nil } }
    }

    /// The difference of two plans.
    public init(from old: PipelinePlan, to new: PipelinePlan) {
        compareWhole(old, new)
        compareFeatures(old, new)
        let isWider = old.schema.width != new.schema.width
        compareTransforms(old, new, isWider)
        for model in new.models {
            let fate = Self.fate(of: model, old, new, isWider)
            models.append(fate)
            entries.append(Entry(name: "model \(model.name)", fate: fate))
        }
        comparesOn =
            new.models.map(\.name).starts(with: old.models.map(\.name))
            && models.prefix(old.models.count).allSatisfy(\.goesOn)
        if !comparesOn, old.tune != nil, new.tune != nil {
            entries.append(
                Entry(
                    name: "comparison of models",
                    fate: .cold("models begin anew or stand at other places: leases, shadows and kept models too")))
        }
        let isRecordKept = old.recordText == new.recordText
        entries.append(
            Entry(
                name: "metrics", fate: isRecordKept ? .kept : .cold("the window of the metrics has another length")))
        compareWatches(old, new)
        compareQuarantine(old, new)
        for model in old.models where !new.models.contains(where: { $0.name == model.name }) {
            entries.append(Entry(name: "model \(model.name)", fate: .removed))
        }
    }

    private mutating func compareWhole(_ old: PipelinePlan, _ new: PipelinePlan) {
        func refuse(_ name: String, _ isSame: Bool, _ reason: String) {
            if !isSame { entries.append(Entry(name: name, fate: .refused(reason))) }
        }
        refuse("label.type", old.task == new.task, "was \(old.task.rawValue), and every model learned that")
        refuse("seed", old.seed == new.seed, "was \(old.seed): all that was drawn would be another draw")
        refuse("label.classes", old.classesText == new.classesText, "were \(old.classesText)")
        if old.select != new.select { entries.append(Entry(name: "select", fate: .hot(["select"]))) }
        if old.slices != new.slices {
            let others: Fate = new.slices.isEmpty ? .removed : .cold("was \(old.slicesText)")
            entries.append(Entry(name: "slices", fate: old.slices.isEmpty ? .new : others))
        }
        if old.tune != new.tune {
            let others: Fate = new.tune == nil ? .removed : .cold("leases and what was won began with other settings")
            entries.append(Entry(name: "tune", fate: old.tune == nil ? .new : others))
        }
        if old.keptLessons > 0, old.lessonsText != new.lessonsText || old.schema != new.schema {
            let reason = old.lessonsText == new.lessonsText ? Self.upstream(true) : "were \(old.lessonsText)"
            let others: Fate = new.keptLessons == 0 ? .removed : .cold(reason)
            entries.append(Entry(name: "lessons kept for replay", fate: others))
        }
        if old.memory != new.memory { entries.append(Entry(name: "memory", fate: .hot(["memory"]))) }
    }

    private mutating func compareFeatures(_ old: PipelinePlan, _ new: PipelinePlan) {
        let before = old.schema.features, after = new.schema.features
        for (place, feature) in before.enumerated() {
            guard place < after.count, after[place].name == feature.name else {
                let isThere = after.contains { $0.name == feature.name }
                entries.append(
                    Entry(
                        name: "feature \(feature.name)",
                        fate: .refused(isThere ? "stands at another place: new ones come last" : "is gone")))
                return
            }
            if after[place].text != feature.text {
                entries.append(Entry(name: "feature \(feature.name)", fate: .refused("was \(feature.text)")))
            }
        }
        for feature in after.dropFirst(before.count) {
            entries.append(Entry(name: "feature \(feature.name)", fate: .new))
        }
    }

    private mutating func compareTransforms(_ old: PipelinePlan, _ new: PipelinePlan, _ isWider: Bool) {
        for (place, plan) in new.transforms.enumerated() {
            let isSame = place < old.transforms.count && old.transforms[place] == plan
            let isKept = isSame && !isWider && transforms == place
            if isKept { transforms += 1 }
            let fate: Fate =
                isKept
                ? .kept
                : place >= old.transforms.count
                    ? .new : .cold(isSame ? Self.upstream(isWider) : "was \(old.transforms[place].canonicalText)")
            entries.append(Entry(name: "transform \(plan.name)", fate: fate))
        }
    }

    private static func upstream(_ isWider: Bool) -> String {
        isWider ? "it does not take further features" : "what stands before it has changed"
    }

    private static func fate(
        of model: ModelPlan, _ old: PipelinePlan, _ new: PipelinePlan, _ isWider: Bool
    ) -> Fate {
        guard let former = old.models.first(where: { $0.name == model.name }) else { return .new }
        guard former.component.name == model.component.name else {
            return .cold("was \(former.component.name)")
        }
        guard former.isTuned == model.isTuned else {
            return .cold(model.isTuned ? "it was no challenger of `tune`" : "it was a challenger of `tune`")
        }
        if isWider { return .cold(upstream(true)) }
        guard (former.transforms ?? old.transforms) == (model.transforms ?? new.transforms),
            (former.transforms == nil) == (model.transforms == nil)
        else { return .cold("the transforms before it have changed") }
        return Self.fate(former.component, model.component, old.task == .regression ? .regressor : .classifier)
    }

    /// Of a component with the same name.
    static func fate(_ former: ComponentPlan, _ plan: ComponentPlan, _ role: ComponentRole) -> Fate {
        let changed = former.parameters.names(differingFrom: plan.parameters)
        if changed.isEmpty { return .kept }
        let description = Catalog.find(plan.name, role)
        let fixed = changed.filter { name in
            !(description?.parameters.first { $0.name == name }?.isHot ?? false)
        }
        return fixed.isEmpty ? .hot(changed) : .cold("\(fixed.joined(separator: ", ")) has changed")
    }

    private mutating func compareWatches(_ old: PipelinePlan, _ new: PipelinePlan) {
        var free = Set(old.drift.indices)
        var found = [Int?](repeating: nil, count: new.drift.count)
        // Those that are the same first, then those that are alike.
        for isExact in [true, false] {
            for (place, watch) in new.drift.enumerated() where found[place] == nil {
                let match = free.sorted().first { index in
                    let former = old.drift[index]
                    return isExact
                        ? former == watch : former.detector.name == watch.detector.name && former.signal == watch.signal
                }
                guard let match else { continue }
                found[place] = match
                free.remove(match)
            }
        }
        for (place, watch) in new.drift.enumerated() {
            let fate = found[place].map { Self.fate(old.drift[$0].detector, watch.detector, .detector) } ?? .new
            entries.append(Entry(name: Self.name(watch), fate: fate))
            if let former = found[place].map({ old.drift[$0].action }), former != watch.action {
                entries.append(
                    Entry(name: "action \(watch.action.name)", fate: .cold("was \(former.canonicalText)")))
            }
            if case .cold = fate { found[place] = nil }
        }
        watches = found
        for index in free.sorted() { entries.append(Entry(name: Self.name(old.drift[index]), fate: .removed)) }
    }

    private mutating func compareQuarantine(_ old: PipelinePlan, _ new: PipelinePlan) {
        if let plan = new.quarantine {
            let isKept = old.quarantine == plan && old.schema == new.schema
            let fate: Fate =
                old.quarantine.map {
                    isKept ? .kept : .cold($0 == plan ? "other features are watched" : "was \($0.text)")
                } ?? .new
            entries.append(Entry(name: "breaker and guards", fate: fate))
        } else if old.quarantine != nil {
            entries.append(Entry(name: "breaker and guards", fate: .removed))
        }
    }

    private static func name(_ watch: DriftPlan) -> String { "detector \(watch.detector.name) on \(watch.signal.text)" }
}
