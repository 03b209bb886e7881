/// What the models of a pipeline are to get right: how an answer is read and scored, and which scoreboard keeps the
/// record. A new kind of answer is a case here, a role with its face (`Model`) and a `Scoreboard`.
enum Objective: Equatable {
    /// Nothing is predicted.
    case nothing
    /// One of so many classes: an answer is a probability per class.
    case classes(Int, isBinary: Bool)
    /// A number: an answer is one.
    case number

    init(_ plan: PipelinePlan, classCount: Int) {
        switch plan.task {
        case .none: self = .nothing
        case .binary, .multiclass: self = .classes(classCount, isBinary: plan.task == .binary)
        case .regression: self = .number
        }
    }

    /// Numbers in an answer.
    var width: Int {
        switch self {
        case .nothing: 0
        case .classes(let count, _): count
        case .number: 1
        }
    }

    /// Entries in a vector of probabilities; 0 where no class is predicted.
    var classCount: Int { if case .classes(let count, _) = self { count } else { 0 } }

    /// The models that can answer.
    var role: ComponentRole {
        switch self {
        case .nothing, .classes: .classifier
        case .number: .regressor
        }
    }

    /// Reads the answer's numbers; `known` classes can be answered.
    @inline(__always)
    func decide(_ answer: inout ModelAnswer, known: Int) {
        guard case .classes(let count, _) = self else { return }
        if known < count { Self.share(answer.values, known, count) }
        answer.classIndex = Self.best(answer.values, known)
    }

    /// Leaves nothing to classes that nobody has met: what is published sums to 1, and is what is scored.
    @inline(never)
    private static func share(_ probabilities: UnsafeMutablePointer<Double>, _ known: Int, _ count: Int) {
        var sum = 0.0
        for index in 0..<known { sum += probabilities[index] }
        for index in 0..<known { probabilities[index] = sum > 0 ? probabilities[index] / sum : 1 / Double(known) }
        for index in known..<count { probabilities[index] = 0 }
    }

    /// The most probable class; the lowest index wins a tie. -1 where no class is known.
    @inline(__always)
    static func best(_ probabilities: UnsafePointer<Double>, _ known: Int) -> Int32 {
        guard known > 0 else { return -1 }
        var best = 0
        for index in 1..<max(known, 1) where probabilities[index] > probabilities[best] { best = index }
        return Int32(truncatingIfNeeded: best)
    }

    /// Compares an answer with the label.
    @inline(__always)
    func score(_ answer: inout ModelAnswer, _ label: Label) {
        if case .classes = self {
            answer.loss = answer.classIndex == label.classIndex ? 0 : 1
            answer.fineLoss = ClassificationMetrics.logLoss(answer.values[Int(label.classIndex)])
        } else {
            answer.loss = abs(answer.values[0] - label.target)
            answer.fineLoss = answer.loss
        }
    }

    /// What a detector of errors is fed.
    @inline(__always)
    func errorInput(_ error: Double) -> DetectorInput {
        if case .classes = self { .error(error != 0) } else { .loss(error) }
    }

    /// The answer as it is published; `known` classes are shown.
    @inline(__always)
    func publish(_ answer: ModelAnswer, known: Int, as prediction: inout Prediction) {
        switch self {
        case .nothing: break
        case .classes:
            prediction.classIndex = answer.classIndex
            prediction.probabilities = UnsafeBufferPointer(start: answer.values, count: known)
        case .number: prediction.value = answer.values[0]
        }
    }

    /// An empty record of answers.
    func makeScoreboard(window: Int) -> any Scoreboard {
        switch self {
        case .nothing, .number: RegressionMetrics(window: window)
        case .classes(let count, let isBinary):
            ClassificationMetrics(classCount: count, isBinary: isBinary, window: window)
        }
    }

    /// What has to be beaten.
    func makeBaselines() -> any Baselines {
        switch self {
        case .nothing, .number: TargetBaselines()
        case .classes(let count, _): ClassBaselines(classCount: count)
        }
    }
}

/// What a model said of one event, and how wrong that was once its label is scored.
struct ModelAnswer: BitwiseCopyable {
    /// The objective's `width` numbers; the answerer's own buffer.
    let values: UnsafeMutablePointer<Double>
    /// The class, or -1: there is none, or none is known yet.
    var classIndex: Int32 = -1
    /// 0 or 1 for a class, the absolute error for a number.
    var loss = Double.nan
    /// Log-loss or absolute error.
    var fineLoss = Double.nan
}

/// How good answers were, over the whole stream and over the last labelled events: one per objective.
protocol Scoreboard: Snapshottable {
    /// Takes one scored answer; `flags` are the baselines'. No allocation.
    func record(_ answer: ModelAnswer, _ label: Label, flags: UInt8)
    var cumulative: MetricValues { get }
    var windowed: MetricValues { get }
    /// Counts over the whole stream.
    var tally: Tally { get }
    /// How often the positive class followed, by the probability it was given; empty but for two classes.
    var reliability: [ReliabilityBin] { get }
    /// Labelled events in the window now.
    var windowCount: Int { get }
    var memoryBytes: Int { get }
}

extension Scoreboard {
    var reliability: [ReliabilityBin] { [] }
}
