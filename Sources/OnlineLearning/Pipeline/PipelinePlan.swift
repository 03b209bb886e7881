/// A component that was chosen in a topology, with checked parameters.
public struct ComponentPlan: Sendable, Equatable {
    /// The name in the catalog.
    public var name: String
    /// All parameters, defaults included.
    public var parameters: ParameterValues

    /// A component with its checked parameters.
    public init(_ name: String, _ parameters: ParameterValues) {
        self.name = name
        self.parameters = parameters
    }

    /// One spelling per plan: stored in snapshots and compared on load.
    public var canonicalText: String { "\(name)(\(parameters.canonicalText))" }
}

/// What the models predict.
public enum TaskType: String, Sendable, CaseIterable {
    case binary, multiclass, regression
    /// Nothing is learned: transforms and detectors on features only.
    case none
}

/// One model of a topology.
public struct ModelPlan: Sendable, Equatable {
    /// The name in the topology, in records and in metrics.
    public var name: String
    /// What it is made of.
    public var component: ComponentPlan
    /// Its own transforms, or nil: the topology's shared ones.
    public var transforms: [ComponentPlan]?
    /// It is a challenger of `tune`: it begins with parameters next to those of its component, and may get others.
    public var isTuned = false

    /// A model of these parts.
    public init(name: String, component: ComponentPlan, transforms: [ComponentPlan]? = nil) {
        self.name = name
        self.component = component
        self.transforms = transforms
    }
}

/// What a detector looks at.
public enum DriftSignal: Sendable, Equatable {
    /// The champion's errors (classification).
    case error
    /// The champion's loss: log-loss or absolute error.
    case loss
    /// A feature's value; missing ones are skipped.
    case feature(String)

    /// What kind of numbers it is.
    public var kind: SignalKind {
        switch self {
        case .error: .error
        case .loss: .loss
        case .feature: .feature
        }
    }

    /// The word in YAML and in records.
    public var text: String {
        switch self {
        case .error: "error"
        case .loss: "loss"
        case .feature(let name): name
        }
    }
}

/// One detector and what is done when it fires.
public struct DriftPlan: Sendable, Equatable {
    /// What watches.
    public var detector: ComponentPlan
    /// What is watched.
    public var signal: DriftSignal
    /// What is done at a drift.
    public var action: ComponentPlan
    /// People must approve what is done to the champion, within so many labelled events; nil: nobody is asked.
    public var approval: UInt64?

    /// A detector, what it watches and what follows.
    public init(detector: ComponentPlan, signal: DriftSignal, action: ComponentPlan, approval: UInt64? = nil) {
        self.detector = detector
        self.signal = signal
        self.action = action
        self.approval = approval
    }
}

/// Everything that decides what a task learns: the same plan and the same events give the same bytes.
public struct PipelinePlan: Sendable, Equatable {
    public var schema: Schema
    public var task: TaskType
    /// Declared classes in canonical spelling order (the last is the positive one), or empty: discovered.
    public var classes: [String]
    /// The most classes that are discovered; `classes.count` where they are declared.
    public var maxClasses: Int
    /// Transforms shared by all models without their own.
    public var transforms: [ComponentPlan]
    /// The first is the champion.
    public var models: [ModelPlan]
    /// Detectors and policies, in the topology's order.
    public var drift: [DriftPlan]
    /// When the models are compared, so that the best one answers.
    public var select: SelectionMode
    /// Whose parameters are tuned, or nil: nobody's. Its challengers are among the models.
    public var tune: TuningPlan?
    /// Features by which errors are told apart.
    public var slices: [String] = []
    /// When learning stops by itself, or nil: never.
    public var quarantine: QuarantinePlan?
    /// Places among the events, and the labels that come later, that are scored and never learned; both ends included.
    public var without: [ClosedRange<UInt64>] = []
    /// Reasons that are published with each answer; 0: none.
    public var reasons = 0
    /// Another seed, other random draws.
    public var seed: UInt64
    /// Bytes per task, a bound.
    public var memory: Int
    /// Labelled events in the windowed metrics.
    public var window: Int

    /// A plan of checked parts.
    public init(
        schema: Schema, task: TaskType, classes: [String] = [], maxClasses: Int = 2, transforms: [ComponentPlan] = [],
        models: [ModelPlan], drift: [DriftPlan] = [], select: SelectionMode = .always,
        quarantine: QuarantinePlan? = nil, seed: UInt64 = 1, memory: Int = 256 << 20, window: Int = 1000
    ) {
        self.schema = schema
        self.task = task
        self.classes = classes
        self.maxClasses = maxClasses
        self.transforms = transforms
        self.models = models
        self.drift = drift
        self.select = select
        self.quarantine = quarantine
        self.seed = seed
        self.memory = memory
        self.window = window
    }

    /// Models that are replaced are kept.
    var remembers: Bool { drift.contains { Catalog.policy($0.action.name).remembers } }

    /// Lessons that are kept to be learned again; 0: none.
    public var keptLessons: Int {
        drift.map { Catalog.policy($0.action.name).keptLessons($0.action.parameters) }.max() ?? 0
    }

    /// There may be more than one model to choose from: the topology's, or a fresh one and its predecessor.
    var compares: Bool { (select != .never && models.count > 1) || spareModels > 1 }
}
