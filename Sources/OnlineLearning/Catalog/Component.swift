/// What a component does in a pipeline.
public enum ComponentRole: String, Sendable, CaseIterable {
    case classifier, regressor, transformer, detector, action

    /// With its article, for sentences.
    public var phrase: String { (self == .action ? "an " : "a ") + rawValue }
}

/// What a detector can watch.
public enum SignalKind: String, Sendable, CaseIterable {
    /// Right and wrong answers.
    case error
    /// A loss.
    case loss
    /// A feature's values.
    case feature
}

/// Which models of a topology an action works on.
public enum ModelNeed: Sendable {
    /// None: it serves where nothing is learned, too.
    case nothing
    /// The one that answers.
    case champion
}

/// One entry of the catalog: the single source for lint, schema, docs and command line.
public struct ComponentDescription: Sendable, Equatable {
    /// The name in YAML.
    public let name: String
    /// What it does in a pipeline.
    public let role: ComponentRole
    /// One sentence.
    public let summary: String
    /// Where it comes from: paper with DOI, or what it is a yardstick for.
    public let source: String
    /// Operations per event and memory, in words.
    public let cost: String
    /// Its parameters, in the order of the docs.
    public let parameters: [ParameterDescription]
    /// Transforms a model gets where the topology states no pipeline for it.
    public let defaultPipeline: [String]
    /// What a detector can watch.
    public let signals: [SignalKind]
    /// The features that a transform rewrites, or that a model reads.
    public let features: [FeatureKind]
    /// The models that an action needs.
    public let needs: ModelNeed

    /// An entry of these parts; what is left out is everything.
    public init(
        name: String, role: ComponentRole, summary: String, source: String, cost: String,
        parameters: [ParameterDescription] = [], defaultPipeline: [String] = [],
        signals: [SignalKind] = SignalKind.allCases, features: [FeatureKind] = FeatureKind.allCases,
        needs: ModelNeed = .nothing
    ) {
        self.signals = signals
        self.features = features
        self.needs = needs
        self.name = name
        self.role = role
        self.summary = summary
        self.source = source
        self.cost = cost
        self.parameters = parameters
        self.defaultPipeline = defaultPipeline
    }

    /// Checked parameters with every default.
    public var defaults: ParameterValues { ParameterValues(self) }
}

/// What a component is told when it is made.
public struct ComponentContext: Sendable {
    /// The features of the examples it will see.
    public var features: [Feature]
    /// Entries in a probability vector: declared classes, or the most that may be discovered. 0 for a regression.
    public var classCount: Int
    /// Its own random numbers.
    public var random: CounterRandom
    /// Bytes the component's state may take, at every event.
    public var memoryLimit: Int

    /// A context; the defaults serve tests.
    public init(
        features: [Feature], classCount: Int = 2, random: CounterRandom = CounterRandom(seed: 1, component: 0, task: 0),
        memoryLimit: Int = 64 << 20
    ) {
        self.features = features
        self.classCount = classCount
        self.random = random
        self.memoryLimit = memoryLimit
    }

    /// The context of one of `count` parts of a component: random numbers of its own, by its name, and an equal share of
    /// the memory.
    public func member(_ name: String, of count: Int) -> ComponentContext {
        var context = self
        context.random = random.derived(StableHash.of(name))
        context.memoryLimit = memoryLimit / max(count, 1)
        return context
    }
}

/// A part that the catalog can make.
public protocol Component: Snapshottable, SendableMetatype {
    static var description: ComponentDescription { get }
    init(parameters: ParameterValues, context: ComponentContext)
    /// Bytes of state held now. Cost: constant.
    var memoryBytes: Int { get }
}

/// The one face of everything that learns from labels and answers with numbers. Roles adapt themselves to it; a
/// pipeline knows no other.
public protocol Model: Component {
    /// Writes its answer: a probability per class, or one number. Pure.
    func answer(_ example: Example, into values: UnsafeMutablePointer<Double>)
    /// Learns one labelled example; `weight` > 0.
    func learn(_ example: Example, _ label: Label, weight: Double)
    /// Says what is inside it, for people; what cannot be told in a few words says nothing. Not for every event.
    func sketch(_ sketch: inout ModelSketch)
}

extension Model {
    public func sketch(_ sketch: inout ModelSketch) {}
}

/// Learns to tell classes apart.
public protocol Classifier: Model {
    /// Probabilities of the `classCount` classes, summing to 1. Pure: changes nothing that a later answer depends on.
    func predict(_ example: Example, into probabilities: UnsafeMutablePointer<Double>)
    /// Learns one labelled example; `classIndex` in 0..<classCount, `weight` > 0.
    func learn(_ example: Example, classIndex: Int, weight: Double)
}

extension Classifier {
    public func answer(_ example: Example, into values: UnsafeMutablePointer<Double>) {
        predict(example, into: values)
    }

    public func learn(_ example: Example, _ label: Label, weight: Double) {
        learn(example, classIndex: Int(label.classIndex), weight: weight)
    }
}

/// Learns to predict a number.
public protocol Regressor: Model {
    /// Pure.
    func predict(_ example: Example) -> Double
    func learn(_ example: Example, target: Double, weight: Double)
}

extension Regressor {
    public func answer(_ example: Example, into values: UnsafeMutablePointer<Double>) { values[0] = predict(example) }

    public func learn(_ example: Example, _ label: Label, weight: Double) {
        learn(example, target: label.target, weight: weight)
    }
}

/// Rewrites examples.
public protocol Transformer: Component {
    /// The features of the examples it writes.
    var outputFeatures: [Feature] { get }
    /// Whether, for the features it was made for, it learns nothing and writes what it reads: it is then left out.
    var changesNothing: Bool { get }
    /// Updates statistics from one input example.
    func learn(_ example: Example)
    /// Writes `outputFeatures.count` slots. Pure. `output` never overlaps the example.
    func transform(_ example: Example, into output: UnsafeMutablePointer<Double>)
}

extension Transformer {
    public var changesNothing: Bool { false }
}

/// What a detector is fed, typed so that nobody can give it the wrong polarity.
public enum DetectorInput: Sendable {
    /// A classifier's answer was wrong.
    case error(Bool)
    /// The loss of one prediction, at least 0.
    case loss(Double)
    /// A feature or a prediction, in its own unit.
    case value(Double)

    /// The number a detector of means looks at: an error is 1. A finite one beyond ±1e140 counts as that, so that sums
    /// of squares stay finite.
    @inlinable
    public var number: Double {
        switch self {
        case .error(let wrong): wrong ? 1 : 0
        case .loss(let value), .value(let value): value.isFinite ? min(max(value, -1e140), 1e140) : value
        }
    }
}

/// How sure a detector is of a change.
public enum DriftLevel: UInt8, Sendable, Comparable {
    case none, warning, drift
    /// A sure change for the better: the error or loss of a model that has matured went down. A detector knows no better
    /// or worse and gives `.drift`; notices and policies have this.
    case improvement
    public static func < (a: DriftLevel, b: DriftLevel) -> Bool { a.rawValue < b.rawValue }
}

/// What a detector knows of the change it reported last.
public struct DriftChange: Sendable, Equatable {
    /// Which way the mean went.
    public enum Direction: UInt8, Sendable { case up, down }
    /// Which way the mean went.
    public var direction: Direction = .up
    /// Means before and after, in the input's unit.
    public var meanBefore: Double = .nan
    /// The mean after the change.
    public var meanAfter: Double = .nan
    /// The statistic and the bound it passed.
    public var statistic: Double = .nan
    /// The bound that the statistic passed.
    public var threshold: Double = .nan
    /// Inputs since the estimated change: 0 is the last one.
    public var age: Int = 0
    /// Nothing known.
    public init() {}

    init(
        direction: Direction, meanBefore: Double, meanAfter: Double, statistic: Double, threshold: Double, age: Int
    ) {
        self.direction = direction
        self.meanBefore = meanBefore
        self.meanAfter = meanAfter
        self.statistic = statistic
        self.threshold = threshold
        self.age = age
    }
}

/// Watches a sequence of numbers for a change.
public protocol DriftDetector: Component {
    /// Takes one input. One change is reported as `.drift` once.
    func update(_ input: DetectorInput) -> DriftLevel
    /// The change that the last `.warning` or `.drift` reported.
    var lastChange: DriftChange { get }
    /// Forgets everything.
    func reset()
}
