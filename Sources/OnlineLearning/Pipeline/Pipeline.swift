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
    let publishedClassification: ClassificationMetrics?
    let publishedRegression: RegressionMetrics?
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
    /// The incarnation that was replaced by this event: its answer's buffer is still borrowed.
    var retired: Incarnation?
    /// The index of the watch whose policy is at work on the champion, or -1.
    var busy = -1
    /// While a reset model trains, the baselines may answer in its place.
    var answersByPrior = false
    /// The highest level that the event before this one raised.
    var lastLevel = DriftLevel.none
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
        prior.deallocate()
        hot.deallocate()
    }

    /// Takes one event: `plan.schema.width` slots (missing NaN, category its index) and its label, or `.none`.
    ///
    /// Returns what the champion answered before it learned the label; its buffers hold until the next event. Cost: the
    /// sum of the components', and about 100 ns; no allocation except for notices and new models.
    public func process(slots raw: UnsafePointer<Double>, label: Label) -> Prediction {
        if !notices.isEmpty {
            notices.removeAll(keepingCapacity: true)
            retired = nil
        }
        var answer = Prediction()
        answer.drift = lastLevel
        lastLevel = .none
        if modelCount == 0 {
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
        let example = shared.isEmpty ? Example(slots: raw, count: plan.schema.width) : shared.transform(raw)
        for index in 0..<modelCount {
            hot[index]._withUnsafeGuaranteedRef {
                $0.predict(raw, example, known: known, candidate: index == candidateSlot ? candidate : nil)
            }
        }
        let current = hot[champion]._withUnsafeGuaranteedRef { $0.current }
        answer.model = champion
        answer.version = hot[champion]._withUnsafeGuaranteedRef { $0.version }
        if answersByPrior {
            baselines.prior(into: prior)
            answer.classIndex = isClassification ? Incarnation.best(prior, known) : -1
            answer.value = isClassification ? .nan : baselines.prior
        } else {
            answer.classIndex = current.classIndex
            answer.value = current.value
        }
        guard isClassification else {
            digest(answer.value.bitPattern)
            return
        }
        let probabilities = answersByPrior ? prior : current.probabilities
        // Not those of `classes`: a decoder has already added the class of this event's label.
        let count = known
        answer.probabilities = UnsafeBufferPointer(start: probabilities, count: count)
        digest(UInt64(truncatingIfNeeded: Int(answer.classIndex)))
        for index in 0..<count { digest(probabilities[index].bitPattern) }
    }

    @inline(__always)
    private func learn(_ raw: UnsafePointer<Double>, _ label: Label, _ answer: Prediction) {
        let usable =
            isClassification
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
        for index in 0..<modelCount {
            hot[index]._withUnsafeGuaranteedRef { slot in
                guard usable else {
                    if slot.ownsChain { _ = slot.chain.learn(raw) }
                    return
                }
                slot.learn(
                    raw, example, label, flags: flags, records: modelCount > 1,
                    candidate: index == candidateSlot ? candidate : nil)
                digest(slot.current.fineLoss.bitPattern)
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
        let loss =
            answersByPrior
            ? ClassificationMetrics.logLoss(prior[Int(label.classIndex)])
            : hot[champion]._withUnsafeGuaranteedRef { $0.current.fineLoss }
        let score =
            answersByPrior
            ? prior[classCount - 1]
            : hot[champion]._withUnsafeGuaranteedRef { $0.current.probabilities[classCount - 1] }
        metrics.record(
            label: label.classIndex, predicted: answer.classIndex, logLoss: loss, score: score, flags: flags)
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
        if modelCount > 1 {
            bytes += (publishedClassification?.memoryBytes ?? 0) + (publishedRegression?.memoryBytes ?? 0)
        }
        return bytes + classes.table.memoryBytes
    }
}
