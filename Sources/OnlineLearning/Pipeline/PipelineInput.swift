/// Everything that can happen to a pipeline. The same inputs in the same order give the same bytes.
public enum PipelineInput {
    /// An event: it is scored, and learned where it has a label. `keeping`: its label may come later, so the output has
    /// the `Answer` to give back with it.
    case event(Event, keeping: Bool = false)
    /// The label of an event that was scored before. Given right after the event it leaves the bits that the label in
    /// the event would have left.
    case label(Answer, LabelValue)
    /// What was learned of an event before was wrong, or was no truth: this is. It is learned once, with weight 1; nothing
    /// is unlearned, and neither metrics nor detectors see it.
    case correction(Answer, LabelValue)
    /// Stream time in milliseconds since 1970; it never goes back.
    case tick(Int64)
    /// What an operator asks for.
    case control(PipelineCommand)
}

/// What an operator can ask of a pipeline. Every command that is obeyed leaves a decision.
public enum PipelineCommand: Sendable, Equatable {
    /// Models and transforms stop learning, and policies rest; scoring and measuring go on. With a model's name: it and
    /// its own transforms alone, and policies where it is the champion.
    case freeze(model: String? = nil)
    /// Learning goes on: of that model, else of all.
    case unfreeze(model: String? = nil)
    /// The named model answers from now on; what a policy had begun on the champion is dropped.
    case promote(String)
    /// The model that answered before the last change answers again, where it is kept.
    case rollback
    /// What a policy has proposed is done.
    case approve
    /// It is not, and what was begun for it is dropped.
    case deny
}

/// Why an input was not taken. Nothing has changed.
public enum PipelineRefusal: Error, Sendable, Equatable {
    /// The label's class is none of the declared ones, or there is no room for it.
    case unknownClass
    /// The label is no finite number, or no number is predicted.
    case notFinite
    /// The topology has no model of that name.
    case unknownModel(String)
    /// No policy has proposed anything.
    case nothingProposed
    /// No model that answered before is kept.
    case nothingKept
    /// The answer is of a pipeline with other features, classes or models.
    case foreignAnswer
}

/// What one input brought about. It is handed over and never copied.
public struct PipelineOutput: ~Copyable {
    /// The answer to an event; its views hold until the pipeline's next call.
    public var prediction: Prediction?
    /// The same to be kept, where it was asked for.
    public var answer: Answer?
    /// Why the input was not taken, or nil.
    public var refusal: PipelineRefusal?
    /// Drift events and decisions, in order; empty for almost every input.
    public var notices: [Notice] = []

    @usableFromInline
    init(refusal: PipelineRefusal? = nil) { self.refusal = refusal }
}
