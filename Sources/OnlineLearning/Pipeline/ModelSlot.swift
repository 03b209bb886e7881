/// One model of the plan: its transforms, its living incarnation and its record.
final class ModelSlot {
    let plan: ModelPlan
    let chain: TransformChain
    /// False where the chain is the topology's shared one, which the pipeline runs and stores.
    let ownsChain: Bool
    var current: Incarnation { didSet { hot = .passUnretained(current) } }
    /// `current` without reference counting.
    private var hot: Unmanaged<Incarnation>
    /// 1 at the start, one more for every replacement.
    var version: UInt32 = 1
    /// Incarnations ever made, so that each draws its own random numbers.
    var attempts: UInt32 = 0
    let classification: ClassificationMetrics?
    let regression: RegressionMetrics?
    private let task: TaskType
    private let context: ComponentContext
    private let seed: UInt64
    private let taskNumber: UInt32

    init(
        plan: ModelPlan, pipeline: PipelinePlan, chain: TransformChain, ownsChain: Bool, classCount: Int, memory: Int,
        taskNumber: UInt32
    ) {
        self.plan = plan
        self.chain = chain
        self.ownsChain = ownsChain
        self.taskNumber = taskNumber
        task = pipeline.task
        seed = pipeline.seed
        context = ComponentContext(features: chain.outputFeatures, classCount: classCount, memoryLimit: memory)
        let isRegression = pipeline.task == .regression
        classification =
            isRegression
            ? nil
            : ClassificationMetrics(classCount: classCount, isBinary: pipeline.task == .binary, window: pipeline.window)
        regression = isRegression ? RegressionMetrics(window: pipeline.window) : nil
        current = Incarnation(plan: plan, task: task, context: context, seed: seed, number: taskNumber, attempt: 0)
        hot = .passUnretained(current)
        attempts = 1
    }

    /// A new incarnation that knows nothing.
    func makeFresh() -> Incarnation {
        defer { attempts += 1 }
        return make(attempt: attempts)
    }

    private func make(attempt: UInt32) -> Incarnation {
        Incarnation(plan: plan, task: task, context: context, seed: seed, number: taskNumber, attempt: attempt)
    }

    /// An incarnation of this slot from a snapshot: made as the same attempt, so that it draws the same numbers.
    func readIncarnation(from reader: inout SnapshotReader) throws(SnapshotError) -> Incarnation {
        let incarnation = make(attempt: try reader.read())
        try incarnation.read(from: &reader)
        return incarnation
    }

    /// The last answer.
    @inline(__always)
    var answer: ModelAnswer { hot._withUnsafeGuaranteedRef { $0.answer } }

    /// Answers from its own transforms of `raw`, or from the shared ones' `example`. Returns what the model saw.
    @inline(__always)
    func predict(_ raw: UnsafePointer<Double>, _ example: Example, known: Int) -> Example {
        let input = ownsChain ? chain.transform(raw, sequence: example.sequence) : example
        hot._withUnsafeGuaranteedRef { $0.predict(input, known: known) }
        return input
    }

    /// Lets its own transforms learn from `raw`. Returns what the model is to learn from.
    @inline(__always)
    func transform(_ raw: UnsafePointer<Double>, _ example: Example) -> Example {
        ownsChain ? chain.learn(raw, sequence: example.sequence) : example
    }

    /// Scores the last answer, then learns. `flags` are the baselines', `records` false where someone else keeps the
    /// record. Returns the log-loss or absolute error of the answer.
    @inline(__always)
    func learn(_ input: Example, _ label: Label, flags: UInt8, records: Bool) -> Double {
        hot._withUnsafeGuaranteedRef {
            $0.score(label)
            let answer = $0.answer
            if records { record(answer, label, flags) }
            $0.learn(input, label)
            return answer.fineLoss
        }
    }

    @inline(__always)
    private func record(_ answer: ModelAnswer, _ label: Label, _ flags: UInt8) {
        if let metrics = classification {
            metrics.record(
                label: label.classIndex, predicted: answer.classIndex, logLoss: answer.fineLoss,
                score: answer.probabilities[context.classCount - 1], flags: flags)
        } else {
            regression?.record(target: label.target, value: answer.value)
        }
    }

    var text: String { "\(plan.name): \(plan.component.canonicalText)" }

    var memoryBytes: Int {
        current.memoryBytes + (ownsChain ? chain.memoryBytes : 0) + (classification?.memoryBytes ?? 0)
            + (regression?.memoryBytes ?? 0)
    }

    var cumulative: MetricValues { classification?.cumulative ?? regression?.cumulative ?? [] }
    var windowed: MetricValues { classification?.windowed ?? regression?.windowed ?? [] }

    /// Mean error or absolute error of the last `count` labelled events, or NaN.
    func recentLoss(_ count: Int) -> Double {
        classification?.recentError(count) ?? regression?.recentError(count) ?? .nan
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(text)
        writer.write(version)
        writer.write(attempts)
        if ownsChain { chain.write(to: &writer) }
        writer.write(current.attempt)
        current.write(to: &writer)
        classification?.write(to: &writer)
        regression?.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try reader.expect(text, "model '\(plan.name)'")
        version = try reader.read()
        attempts = try reader.read()
        guard version >= 1, attempts >= 1 else {
            throw SnapshotError("the snapshot's model '\(plan.name)' was never made")
        }
        if ownsChain { try chain.read(from: &reader) }
        current = try readIncarnation(from: &reader)
        try classification?.read(from: &reader)
        try regression?.read(from: &reader)
    }
}
