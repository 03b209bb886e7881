public import OnlineLearning
public import Topology

/// What the page is about: the parts of a topology that sentences need.
public struct Subject: Sendable {
    /// The topology's name.
    public var name: String
    /// The topic that is read, or the file.
    public var source: String
    /// What people call things.
    public var words = TopologyWords()
    /// What is predicted.
    public var task = TaskType.binary
    /// The classes as they are spelled; empty: discovered.
    public var classes: [String] = []
    /// What is done at a drift, as the topology has it: `background`, `alert`, …
    public var actions: [String] = []
    /// How each detector stands in the topology: what it watches, its name.
    public var detectors: [(signal: String, name: String)] = []
    /// After how many seconds without an outcome an event is given up, and what it then counts as; nil: outcomes stand in
    /// the events.
    public var outcomeLimit: (seconds: Double, learns: Bool, className: String)?
    /// `exactly_once` or `at_least_once`.
    public var guarantee = ""

    /// A subject that is known by its name only.
    public init(name: String, source: String = "") {
        self.name = name
        self.source = source
    }

    /// The parts of a plan.
    public init(_ plan: TopologyPlan, source: String? = nil) {
        self.init(name: plan.name, source: source ?? plan.inputTopic)
        words = plan.words
        task = plan.pipeline.task
        classes = plan.pipeline.classes
        actions = plan.pipeline.drift.map { $0.action.name }
        detectors = plan.pipeline.drift.map { ($0.signal.text, $0.detector.name) }
        guarantee = plan.guarantee.rawValue
        guard let rules = plan.labels?.rules else { return }
        outcomeLimit = (Double(rules.within) / 1000, false, "")
        if case .learn(let label) = rules.onTimeout, classes.indices.contains(Int(label.classIndex)) {
            outcomeLimit = (Double(rules.within) / 1000, true, classes[Int(label.classIndex)])
        }
    }

    static func plural(_ word: String) -> String { TopologyWords.plural(word) }
    /// Many events.
    var items: String { TopologyWords.plural(words.item) }
    /// The positive class has a word of its own: catching it is what the page speaks of.
    var hasPositive: Bool { task == .binary && !words.positive.isEmpty }
    /// A number is predicted.
    var isNumber: Bool { task == .regression }
}
