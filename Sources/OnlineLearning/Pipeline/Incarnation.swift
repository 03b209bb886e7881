/// What a model said of the last event, and how wrong that was once its label is scored.
struct ModelAnswer {
    /// One per class; the model's own buffer.
    let probabilities: UnsafeMutablePointer<Double>
    /// The class, or -1: no class is known yet.
    var classIndex: Int32 = -1
    /// The number of a regressor.
    var value = Double.nan
    /// 0 or 1 for a classifier, the absolute error for a regressor.
    var loss = Double.nan
    /// Log-loss or absolute error.
    var fineLoss = Double.nan
}

/// One living model: made fresh, trained, and one day replaced.
final class Incarnation {
    private let classifier: (any Classifier)?
    private let regressor: (any Regressor)?
    private let isRegression: Bool
    private let classCount: Int
    /// The last answer, and its losses once it is scored.
    private(set) var answer: ModelAnswer
    /// Labelled events it has learned.
    private(set) var learned: UInt64 = 0

    /// Which making of the model this is: decides the random numbers it draws.
    let attempt: UInt32

    init(plan: ModelPlan, task: TaskType, context: ComponentContext, seed: UInt64, number: UInt32, attempt: UInt32) {
        self.attempt = attempt
        var context = context
        let id = StableHash.of(plan.name) &+ UInt64(attempt) &* 0x9e37_79b9_7f4a_7c15
        context.random = CounterRandom(seed: seed, component: id, task: number)
        let plan = plan.component
        isRegression = task == .regression
        classifier = isRegression ? nil : Catalog.makeClassifier(plan, context)
        regressor = isRegression ? Catalog.makeRegressor(plan, context) : nil
        classCount = isRegression ? 0 : context.classCount
        answer = ModelAnswer(probabilities: .allocate(capacity: max(classCount, 1)))
        answer.probabilities.initialize(repeating: 0, count: max(classCount, 1))
    }

    deinit { answer.probabilities.deallocate() }

    /// Answers from what was learned so far; `known` classes can be answered.
    @inline(__always)
    func predict(_ example: Example, known: Int) {
        if isRegression {
            answer.value = regressor!.predict(example)
        } else {
            classifier!.predict(example, into: answer.probabilities)
            answer.classIndex = Incarnation.best(answer.probabilities, known)
        }
    }

    /// The most probable class; the lowest index wins a tie. -1 where no class is known.
    @inline(__always)
    static func best(_ probabilities: UnsafePointer<Double>, _ known: Int) -> Int32 {
        guard known > 0 else { return -1 }
        var best = 0
        for index in 1..<max(known, 1) where probabilities[index] > probabilities[best] { best = index }
        return Int32(truncatingIfNeeded: best)
    }

    /// Compares the last answer with the label.
    @inline(__always)
    func score(_ label: Label) {
        if !isRegression {
            answer.loss = answer.classIndex == label.classIndex ? 0 : 1
            answer.fineLoss = ClassificationMetrics.logLoss(answer.probabilities[Int(label.classIndex)])
        } else {
            answer.loss = abs(answer.value - label.target)
            answer.fineLoss = answer.loss
        }
    }

    @inline(__always)
    func learn(_ example: Example, _ label: Label) {
        if isRegression {
            regressor!.learn(example, target: label.target, weight: 1)
        } else {
            classifier!.learn(example, classIndex: Int(label.classIndex), weight: 1)
        }
        learned += 1
    }

    var memoryBytes: Int { (classifier?.memoryBytes ?? regressor?.memoryBytes ?? 0) + classCount * 8 }

    /// The last answer belongs to one event and is not state.
    func write(to writer: inout SnapshotWriter) {
        writer.write(learned)
        if let classifier { classifier.write(to: &writer) } else { regressor?.write(to: &writer) }
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        learned = try reader.read()
        if let classifier { try classifier.read(from: &reader) } else { try regressor?.read(from: &reader) }
    }
}
