/// One entry of a topology's `tests:` block.
public struct TopologyTest: Sendable, Equatable {
    /// Where the events come from.
    public enum Input: Sendable, Equatable {
        /// A CSV or JSON-lines file, relative to the topology's file.
        case file(String)
        /// A stream of `StreamCatalog`, with parameters as written; with a label topic its labels come by themselves, so
        /// long after their events.
        case generate(
            stream: String, events: Int, seed: UInt64, parameters: [String: String] = [:],
            labelDelay: DelayRange? = nil)
    }
    /// One thing that must hold.
    public struct Expected: Sendable, Equatable {
        /// A name of `evaluate --json`, e.g. `accuracy`, `drifts`, `window.accuracy`, `models.tree.accuracy`.
        public var metric: String
        /// What its value must be.
        public var expectation: Expectation

        /// An expectation of a metric.
        public init(metric: String, expectation: Expectation) {
            self.metric = metric
            self.expectation = expectation
        }
    }
    /// What the test shows.
    public var name: String
    /// Where its events come from.
    public var input: Input
    /// The file with the labels, where the topology has a label topic.
    public var labels: String?
    /// When its labels are known; nil: with their events.
    public var delay: LabelDelay?
    /// All must hold.
    public var expect: [Expected]

    /// A test of these parts.
    public init(
        name: String, input: Input, labels: String? = nil, delay: LabelDelay? = nil, expect: [Expected]
    ) {
        self.labels = labels
        self.name = name
        self.input = input
        self.delay = delay
        self.expect = expect
    }
}

extension TopologyPlan {
    /// The path of a file named in the topology: relative ones start from the topology's folder.
    public func resolve(_ path: String) -> String { Self.resolve(path, beside: file) }

    static func resolve(_ path: String, beside file: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}
