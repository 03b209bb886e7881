/// A task's whole learning: transforms, models, metrics, detectors and policies as one deterministic state machine.
///
/// The same plan and the same inputs give the same bytes, in every process. Per event: predict with the champion and
/// the challengers, learn where the label is known, score before learning, feed the detectors, let the policies act. In
/// the steady state an event allocates nothing. Not thread-safe: one task owns it.
public final class Pipeline: Snapshottable {
    /// What it was made from.
    public let plan: PipelinePlan
    /// The classes and categories met so far.
    public let vocabulary: Vocabulary
    /// The classes of a classification, declared or discovered.
    public var classes: ClassTable { vocabulary.classes }
    /// One table per schema slot, non-nil for categorical features.
    public var categories: [CategoryTable?] { vocabulary.categories }
    /// Events processed.
    public var sequence: UInt64 { state.pointee.sequence }
    /// Labels processed.
    public var labelled: UInt64 { state.pointee.labelled }
    /// Whether learning rests, by command.
    public var isFrozen: Bool { state.pointee.isFrozen }
    /// The latest tick in milliseconds since 1970, or `Int64.min`: none yet.
    public var time: Int64 { state.pointee.time }
    /// A hash of every prediction and loss so far, in order: two runs that differ in one bit differ here.
    public var rollingDigest: UInt64 { state.pointee.digest }

    private let cell = Cell(PipelineState())
    /// What events change.
    var state: UnsafeMutablePointer<PipelineState> { cell.pointer }
    let shared: TransformChain
    let slots: [ModelSlot]
    let watches: [DriftWatch]
    /// Compares the models, or nil: there is nothing to choose.
    let selection: Selection?
    /// Decides which parameters the challengers of `tune` try, or nil: none are tuned.
    let tuning: Tuning?
    /// What features were like of late and before, or nil: nothing is watched.
    let moves: FeatureMoves?
    /// Models that were replaced and may come back, or nil: none is kept.
    let memories: Memories?
    /// What was learned of late, or nil: nobody learns it again.
    let lessons: KeptLessons?
    /// Decides what is learned, and when; nil: everything, at once.
    let quarantine: Quarantine?
    /// Finds the reasons of what is published, or nil: they are not wanted.
    let reasons: PublishedReasons?
    let baselines: any Baselines
    /// The record of what was published.
    let published: any Scoreboard
    /// The same for parts of the events, or nil: nothing is told apart.
    let slices: Slices?
    let objective: Objective
    /// `slots` without reference counting, for the path of every event.
    let hot: FlatBuffer<Unmanaged<ModelSlot>>
    /// What the baselines answer in a model's place, or an answer that was kept.
    let standIn: FlatBuffer<Double>
    /// What was published, where models learn of other events before it is used up.
    let shown: FlatBuffer<Double>
    /// The answer that was kept last: its memory is used again.
    let kept: Cell<Answer>
    /// The row of an event that the detectors have not seen yet.
    let deferredRow: FlatBuffer<Double>

    /// - Parameters: a checked plan (names and parameters are the linter's work); the task's number, which is the input
    ///   partition and 0 for `evaluate`.
    public init(plan: PipelinePlan, task: UInt32 = 0) {
        self.plan = plan
        vocabulary = Vocabulary(
            schema: plan.schema, task: plan.task, declared: plan.classes, maxClasses: plan.maxClasses)
        let objective = Objective(plan, classCount: vocabulary.classes.capacity)
        self.objective = objective
        let chainShare = plan.memory / PipelinePlan.sharedPart
        func chain(_ plans: [ComponentPlan]) -> TransformChain {
            TransformChain(
                plans: plans, features: plan.schema.features, classCount: objective.classCount, seed: plan.seed,
                task: task, memoryLimit: chainShare)
        }
        let shared = chain(plan.transforms)
        self.shared = shared
        let models = objective == .nothing ? [] : plan.models
        slots = models.map { model in
            ModelSlot(
                plan: model, pipeline: plan, objective: objective, chain: model.transforms.map(chain) ?? shared,
                ownsChain: model.transforms != nil, isAlone: models.count == 1, taskNumber: task)
        }
        watches = plan.drift.enumerated().map { DriftWatch(plan: $1, index: $0, pipeline: plan, task: task) }
        selection = plan.compares && !models.isEmpty ? Selection(plan.select, models: models.count) : nil
        tuning = selection == nil ? nil : plan.tune.flatMap { Tuning($0, pipeline: plan, task: task) }
        moves = plan.drift.isEmpty ? nil : FeatureMoves(plan.schema)
        memories = plan.remembers ? Memories() : nil
        lessons =
            plan.keptLessons > 0 && !models.isEmpty
            ? KeptLessons(plan.keptLessons, schema: plan.schema, classes: objective.classCount) : nil
        let isGuarded = plan.quarantine != nil || !plan.without.isEmpty
        quarantine =
            isGuarded
            ? Quarantine(
                plan.quarantine ?? .none, schema: plan.schema, classes: objective.classCount, excluded: plan.without)
            : nil
        reasons = plan.reasons > 0 && !models.isEmpty ? PublishedReasons(plan.schema) : nil
        baselines = objective.makeBaselines()
        published = objective.makeScoreboard(window: plan.window)
        slices =
            plan.slices.isEmpty || models.isEmpty
            ? nil : Slices(plan.slices, plan.schema, isShare: objective.role == .classifier)
        hot = FlatBuffer(slots.map(Unmanaged.passUnretained))
        standIn = FlatBuffer(max(objective.width, 1), repeating: 0)
        shown = FlatBuffer(max(objective.width, 1), repeating: 0)
        kept = Cell(Answer(rowWidth: plan.schema.width, answerWidth: objective.width))
        deferredRow = FlatBuffer(plan.schema.width, repeating: .nan)
        beginTuning()
    }

    /// Takes one input and gives what it brought about; a refused input changes nothing.
    ///
    /// Cost of an event: the sum of the components', and about 50 ns; no allocation except for notices, new models, new
    /// words and answers that are kept.
    public func step(_ input: PipelineInput) -> PipelineOutput {
        switch input {
        case .event(let event, let keeping): return take(event, keeping)
        case .label(let answer, let value): return take(answer, value)
        case .correction(let answer, let value): return correct(answer, value)
        case .tick(let time): return take(time)
        case .control(let command): return take(command)
        }
    }

    /// What `step` would predict for the event now. Pure: not a bit of the state changes. Its views hold until the
    /// pipeline's next call.
    public func peek(_ event: Event) -> Prediction {
        vocabulary.find(event)
        var prediction = Prediction()
        prediction.drift = state.pointee.lastLevel
        if !slots.isEmpty { _ = ask(event.slots, sequence, &prediction) }
        return prediction
    }

    /// The events of late that are kept to give reasons, or nil: none are published.
    public var recent: RecentRows? { reasons?.rows }

    /// Why a label would not be taken now, or nil. Pure.
    public func refusal(of label: LabelValue) -> PipelineRefusal? {
        if case .failure(let refusal) = vocabulary.read(label) { refusal } else { nil }
    }

    /// Before an input takes effect: what the last one left is put away, and the detectors see its event.
    func begin() {
        if !state.pointee.retired.isEmpty { state.pointee.retired.removeAll() }
        if state.pointee.isDeferred { watchDeferred() }
    }

    private func watchDeferred() {
        state.pointee.isDeferred = false
        // Behind a quarantine the event waits with its row.
        if quarantine == nil { watch(deferredRow.base, nil) }
    }

    /// Hands over the notices.
    @inline(__always)
    func end(_ output: inout PipelineOutput) {
        if !state.pointee.notices.isEmpty { swap(&output.notices, &state.pointee.notices) }
    }
}
