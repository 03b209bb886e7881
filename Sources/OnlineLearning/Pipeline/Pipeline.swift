/// A task's whole learning: transforms, models, metrics, detectors and policies as one deterministic state machine.
///
/// The same plan and the same events give the same bytes, in every process. Per event: predict with the champion and the
/// challengers, learn where the label is known, score before learning, feed the detectors, let the policies act. In the
/// steady state an event allocates nothing. Not thread-safe: one task owns it.
public final class Pipeline: Snapshottable {
    /// What it was made from.
    public let plan: PipelinePlan
    /// The classes of a classification, declared or discovered. A decoder interns labels here.
    public let classes: ClassTable
    /// One table per schema slot, non-nil for categorical features. A decoder interns categories here.
    public let categories: [CategoryTable?]
    /// Drift events and decisions of the last event; empty for almost every event.
    public internal(set) var notices: [Notice] = []
    /// Events processed.
    public internal(set) var sequence: UInt64 = 0
    /// Events processed that had a label.
    public internal(set) var labelled: UInt64 = 0
    /// A hash of every prediction and loss so far, in order: two runs that differ in one bit differ here.
    public internal(set) var rollingDigest: UInt64 = 0x6d69_6c6c_7261_6365

    let shared: TransformChain
    let slots: [ModelSlot]
    let watches: [DriftWatch]
    let baselines: Baselines
    /// Metrics of what was published; the champion slot's own where there is only one model.
    let published: (classification: ClassificationMetrics?, regression: RegressionMetrics?)
    let isClassification: Bool
    let classCount: Int
    /// The index of the model that answers.
    var champion = 0
    /// Labelled events since the champion last changed; huge before it ever did.
    var sinceChange: UInt64 = 1 << 62
    /// The highest class seen as a label, plus one; the declared count where classes are declared.
    var known: Int
    /// A model in training that may take the champion's place, and the slot it is of.
    var candidate: Incarnation?
    var candidateSlot = -1
    /// The index of the watch whose policy is at work on the champion, or -1.
    var busy = -1
    /// While a reset model trains, the baselines may answer in its place.
    var answersByPrior = false
    /// The highest level that the event before this one raised.
    var lastLevel = DriftLevel.none
    private let prior: UnsafeMutablePointer<Double>

    /// - Parameters: a checked plan (names and parameters are the linter's work); the task's number, which is the input
    ///   partition and 0 for `evaluate`.
    public init(plan: PipelinePlan, task: UInt32 = 0) {
        self.plan = plan
        isClassification = plan.task == .binary || plan.task == .multiclass
        let least = plan.task == .binary ? 2 : 1
        classes = ClassTable(declared: plan.classes, capacity: isClassification ? max(plan.maxClasses, least) : 1)
        classCount = isClassification ? classes.capacity : 0
        categories = plan.schema.features.map { $0.kind == .categorical ? CategoryTable(capacity: $0.maxCategories) : nil }
        known = plan.classes.count
        let spare = plan.drift.contains { Policies.trainsCandidate($0.action) } ? 1 : 0
        let chainShare = plan.memory / 16
        let share = max((plan.memory - chainShare) / max(plan.models.count + spare, 1), 1 << 12)
        let classCount = classCount
        func chain(_ plans: [ComponentPlan]) -> TransformChain {
            TransformChain(
                plans: plans, features: plan.schema.features, classCount: classCount, seed: plan.seed, task: task,
                memoryLimit: chainShare)
        }
        let shared = chain(plan.transforms)
        self.shared = shared
        slots = (plan.task == .none ? [] : plan.models).map { model in
            ModelSlot(
                plan: model, pipeline: plan, chain: model.transforms.map(chain) ?? shared,
                ownsChain: model.transforms != nil, classCount: classCount, memory: share, taskNumber: task)
        }
        watches = plan.drift.enumerated().map { DriftWatch(plan: $1, index: $0, pipeline: plan, task: task) }
        baselines = Baselines(classCount: classCount)
        if slots.count == 1 {
            published = (slots[0].classification, slots[0].regression)
        } else if isClassification {
            published = (
                ClassificationMetrics(classCount: classCount, isBinary: plan.task == .binary, window: plan.window), nil
            )
        } else {
            published = (nil, RegressionMetrics(window: plan.window))
        }
        prior = .allocate(capacity: max(classCount, 1))
        prior.initialize(repeating: 0, count: max(classCount, 1))
    }

    deinit { prior.deallocate() }

    /// Takes one event: `plan.schema.width` slots (missing NaN, category its index) and its label, or `.none`.
    ///
    /// Returns what the champion answered before it learned the label; its buffers hold until the next event. Cost: the
    /// sum of the components', and about 100 ns; no allocation except for notices and new models.
    public func process(slots raw: UnsafePointer<Double>, label: Label) -> Prediction {
        if !notices.isEmpty { notices.removeAll(keepingCapacity: true) }
        var answer = Prediction()
        answer.drift = lastLevel
        lastLevel = .none
        if slots.isEmpty {
            _ = shared.learn(raw)
            watch(raw, labelled: false, error: .nan, loss: .nan)
        } else {
            predict(raw, &answer)
            learn(raw, label, answer)
        }
        sequence &+= 1
        return answer
    }

    @inline(__always)
    private func predict(_ raw: UnsafePointer<Double>, _ answer: inout Prediction) {
        let example = shared.transform(raw)
        for index in slots.indices {
            let slot = slots[index]
            let input = slot.ownsChain ? slot.chain.transform(raw) : example
            slot.current.predict(input, known: known)
            if index == candidateSlot { candidate?.predict(input, known: known) }
        }
        let slot = slots[champion]
        answer.model = champion
        answer.version = slot.version
        if answersByPrior {
            baselines.prior(into: prior)
            answer.classIndex = isClassification ? Incarnation.best(prior, known) : -1
            answer.value = isClassification ? .nan : baselines.prior
        } else {
            answer.classIndex = slot.current.classIndex
            answer.value = slot.current.value
        }
        guard isClassification else {
            digest(answer.value.bitPattern)
            return
        }
        let probabilities = answersByPrior ? prior : slot.current.probabilities
        answer.probabilities = UnsafeBufferPointer(start: probabilities, count: classes.count)
        digest(UInt64(truncatingIfNeeded: Int(answer.classIndex)))
        for index in 0..<classes.count { digest(probabilities[index].bitPattern) }
    }

    @inline(__always)
    private func learn(_ raw: UnsafePointer<Double>, _ label: Label, _ answer: Prediction) {
        let usable = isClassification
            ? label.classIndex >= 0 && Int(label.classIndex) < classCount : label.target.isFinite
        let example = shared.isEmpty ? Example(slots: raw, count: plan.schema.width) : shared.learn(raw)
        var flags: UInt8 = 0
        if usable {
            labelled &+= 1
            sinceChange &+= 1
            if isClassification {
                flags = baselines.record(classIndex: label.classIndex)
                known = max(known, Int(label.classIndex) + 1)
            } else {
                baselines.record(target: label.target)
            }
        }
        for index in slots.indices {
            let slot = slots[index]
            let input = slot.ownsChain ? slot.chain.learn(raw) : example
            guard usable else { continue }
            slot.current.score(label)
            digest(slot.current.fineLoss.bitPattern)
            if slots.count > 1 { record(slot, label, flags) }
            slot.current.learn(input, label)
            if index == candidateSlot, let candidate {
                candidate.score(label)
                candidate.learn(input, label)
            }
        }
        let scored = usable ? publish(label, answer, flags) : (error: .nan, loss: .nan)
        watch(raw, labelled: usable, error: scored.error, loss: scored.loss)
    }

    @inline(__always)
    private func record(_ slot: ModelSlot, _ label: Label, _ flags: UInt8) {
        let current = slot.current
        if let metrics = slot.classification {
            metrics.record(
                label: label.classIndex, predicted: current.classIndex, logLoss: current.fineLoss,
                score: current.probabilities[classCount - 1], flags: flags)
        } else {
            slot.regression?.record(target: label.target, value: current.value)
        }
    }

    /// Scores what was published. Returns the error (0 or 1, or absolute) and the loss.
    @inline(__always)
    private func publish(_ label: Label, _ answer: Prediction, _ flags: UInt8) -> (error: Double, loss: Double) {
        guard let metrics = published.classification else {
            published.regression?.record(target: label.target, value: answer.value)
            let loss = abs(answer.value - label.target)
            return (loss, loss)
        }
        let probabilities = answersByPrior ? prior : slots[champion].current.probabilities
        let loss = answersByPrior
            ? ClassificationMetrics.logLoss(prior[Int(label.classIndex)]) : slots[champion].current.fineLoss
        metrics.record(
            label: label.classIndex, predicted: answer.classIndex, logLoss: loss, score: probabilities[classCount - 1],
            flags: flags)
        return (answer.classIndex == label.classIndex ? 0 : 1, loss)
    }

    @inline(__always)
    private func digest(_ bits: UInt64) {
        let mixed = (rollingDigest ^ bits) &* 0x9e37_79b9_7f4a_7c15
        rollingDigest = mixed ^ (mixed >> 29)
    }

    /// Bytes of state held now: models, transforms, metrics, detectors and tables.
    public var memoryBytes: Int {
        var bytes = shared.memoryBytes + classCount * 16 + (candidate?.memoryBytes ?? 0)
        for slot in slots { bytes += slot.memoryBytes }
        for watch in watches { bytes += watch.memoryBytes }
        for table in categories { bytes += table?.memoryBytes ?? 0 }
        if slots.count > 1 { bytes += (published.classification?.memoryBytes ?? 0) + (published.regression?.memoryBytes ?? 0) }
        return bytes + classes.table.memoryBytes
    }
}
