/// A task's whole learning: transforms, models, metrics, detectors and policies as one deterministic state machine.
///
/// The same plan and the same events give the same bytes, in every process. Per event: predict with the champion and
/// the challengers, learn where the label is known, score before learning, feed the detectors, let the policies act. In
/// the steady state an event allocates nothing. Not thread-safe: one task owns it.
public final class Pipeline: Snapshottable {
    /// What it was made from.
    public let plan: PipelinePlan
    /// The classes of a classification, declared or discovered. A decoder interns labels here.
    public let classes: ClassTable
    /// One table per schema slot, non-nil for categorical features. A decoder interns categories here.
    public let categories: [CategoryTable?]
    /// Drift events and decisions of the last event; empty for almost every event.
    public var notices: [Notice] { state.pointee.notices }
    /// Whether the last event left any.
    public var hasNotices: Bool { !state.pointee.notices.isEmpty }
    /// Events processed.
    public var sequence: UInt64 { state.pointee.sequence }
    /// Events processed that had a label.
    public var labelled: UInt64 { state.pointee.labelled }
    /// A hash of every prediction and loss so far, in order: two runs that differ in one bit differ here.
    public var rollingDigest: UInt64 { state.pointee.digest }

    /// What events change; behind a pointer, where a stored property would be checked for exclusive access.
    let state: UnsafeMutablePointer<PipelineState>
    let shared: TransformChain
    let slots: [ModelSlot]
    let watches: [DriftWatch]
    let baselines: Baselines
    /// Metrics of what was published; the champion slot's own where there is only one model.
    let publishedClassification: ClassificationMetrics?
    let publishedRegression: RegressionMetrics?
    let isClassification: Bool
    let classCount: Int
    /// `slots` without reference counting, for the path of every event.
    private let hot: UnsafeMutablePointer<Unmanaged<ModelSlot>>
    private let modelCount: Int
    private let prior: UnsafeMutablePointer<Double>

    /// - Parameters: a checked plan (names and parameters are the linter's work); the task's number, which is the input
    ///   partition and 0 for `evaluate`.
    public init(plan: PipelinePlan, task: UInt32 = 0) {
        self.plan = plan
        isClassification = plan.task == .binary || plan.task == .multiclass
        let least = plan.task == .binary ? 2 : 1
        classes = ClassTable(declared: plan.classes, capacity: isClassification ? max(plan.maxClasses, least) : 1)
        classCount = isClassification ? classes.capacity : 0
        categories = plan.schema.features.map {
            $0.kind == .categorical ? CategoryTable(capacity: $0.maxCategories) : nil
        }
        state = .allocate(capacity: 1)
        state.initialize(to: PipelineState(known: plan.classes.count))
        let chainShare = plan.memory / PipelinePlan.sharedPart
        let share = plan.memoryOfModel
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
        modelCount = slots.count
        hot = .allocate(capacity: max(slots.count, 1))
        for (index, slot) in slots.enumerated() { (hot + index).initialize(to: Unmanaged.passUnretained(slot)) }
        let isBinary = plan.task == .binary
        let isAlone = slots.count == 1
        publishedClassification =
            isAlone
            ? slots[0].classification
            : isClassification
                ? ClassificationMetrics(classCount: classCount, isBinary: isBinary, window: plan.window) : nil
        publishedRegression =
            isAlone
            ? slots[0].regression : plan.task == .regression ? RegressionMetrics(window: plan.window) : nil
        prior = .allocate(capacity: max(classCount, 1))
        prior.initialize(repeating: 0, count: max(classCount, 1))
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
        prior.deallocate()
        hot.deallocate()
    }

    /// Takes one event: `plan.schema.width` slots (missing NaN, category its index) and its label, or `.none`.
    ///
    /// Returns what the champion answered before it learned the label; its buffers hold until the next event. Cost: the
    /// sum of the components', and about 50 ns; no allocation except for notices and new models.
    public func process(slots raw: UnsafePointer<Double>, label: Label) -> Prediction {
        if hasNotices {
            state.pointee.notices.removeAll(keepingCapacity: true)
            state.pointee.retired.removeAll()
        }
        var answer = Prediction()
        answer.drift = state.pointee.lastLevel
        state.pointee.lastLevel = .none
        if modelCount == 0 {
            _ = shared.learn(raw, sequence: sequence)
            watch(raw, labelled: false, error: .nan, loss: .nan)
        } else {
            predict(raw, &answer)
            learn(raw, label, answer)
        }
        state.pointee.sequence &+= 1
        return answer
    }

    @inline(__always)
    private func predict(_ raw: UnsafePointer<Double>, _ answer: inout Prediction) {
        let example = shared.transform(raw, sequence: sequence)
        let known = state.pointee.known
        for index in 0..<modelCount {
            let input = hot[index]._withUnsafeGuaranteedRef { $0.predict(raw, example, known: known) }
            if index == state.pointee.candidateSlot { state.pointee.candidate?.predict(input, known: known) }
        }
        let champion = state.pointee.champion
        let current = hot[champion]._withUnsafeGuaranteedRef { $0.answer }
        answer.model = champion
        answer.version = hot[champion]._withUnsafeGuaranteedRef { $0.version }
        let byPrior = state.pointee.answersByPrior
        if byPrior {
            baselines.prior(into: prior)
            answer.classIndex = isClassification ? Incarnation.best(prior, known) : -1
            answer.value = isClassification ? .nan : baselines.prior
        } else {
            answer.classIndex = current.classIndex
            answer.value = current.value
        }
        guard isClassification else {
            state.pointee.mix(answer.value.bitPattern)
            return
        }
        let probabilities = byPrior ? prior : current.probabilities
        // Not those of `classes`: a decoder has already added the class of this event's label.
        let count = known
        answer.probabilities = UnsafeBufferPointer(start: probabilities, count: count)
        state.pointee.mix(UInt64(truncatingIfNeeded: Int(answer.classIndex)))
        for index in 0..<count { state.pointee.mix(probabilities[index].bitPattern) }
    }

    @inline(__always)
    private func learn(_ raw: UnsafePointer<Double>, _ label: Label, _ answer: Prediction) {
        let usable =
            isClassification
            ? label.classIndex >= 0 && Int(label.classIndex) < classCount : label.target.isFinite
        let example = shared.learn(raw, sequence: sequence)
        var flags: UInt8 = 0
        if usable {
            state.pointee.labelled &+= 1
            state.pointee.sinceChange &+= 1
            if isClassification {
                flags = baselines.record(classIndex: label.classIndex)
                state.pointee.known = max(state.pointee.known, Int(label.classIndex) + 1)
            } else {
                baselines.record(target: label.target)
            }
        }
        for index in 0..<modelCount {
            hot[index]._withUnsafeGuaranteedRef { slot in
                let input = slot.transform(raw, example)
                guard usable else { return }
                state.pointee.mix(slot.learn(input, label, flags: flags, records: modelCount > 1).bitPattern)
                if index == state.pointee.candidateSlot, let candidate = state.pointee.candidate {
                    candidate.score(label)
                    candidate.learn(input, label)
                }
            }
        }
        let scored = usable ? publish(label, answer, flags) : (error: .nan, loss: .nan)
        watch(raw, labelled: usable, error: scored.error, loss: scored.loss)
    }

    /// Scores what was published. Returns the error (0 or 1, or absolute) and the loss.
    @inline(__always)
    private func publish(_ label: Label, _ answer: Prediction, _ flags: UInt8) -> (error: Double, loss: Double) {
        guard let metrics = publishedClassification else {
            publishedRegression?.record(target: label.target, value: answer.value)
            let loss = abs(answer.value - label.target)
            return (loss, loss)
        }
        let current = hot[state.pointee.champion]._withUnsafeGuaranteedRef { $0.answer }
        let byPrior = state.pointee.answersByPrior
        let loss = byPrior ? ClassificationMetrics.logLoss(prior[Int(label.classIndex)]) : current.fineLoss
        metrics.record(
            label: label.classIndex, predicted: answer.classIndex, logLoss: loss,
            score: (byPrior ? prior : current.probabilities)[classCount - 1], flags: flags)
        return (answer.classIndex == label.classIndex ? 0 : 1, loss)
    }
}
