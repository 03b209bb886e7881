import EventFormats
import KafkaClient
import OnlineLearning
import Synchronization
import Text

extension EngineStatus {
    /// Where the past and the other processes' partitions are known from.
    public enum Reading: Sendable, Equatable {
        /// Nothing is read: only what this process does itself is known.
        case none
        /// What was before is being read.
        case loading
        /// All is read that was there; what comes is read as it comes.
        case following
        /// It cannot be read, and why.
        case failed(String)
    }

    /// A partition as its process told of it last.
    public struct Told: Sendable {
        /// The process.
        public var instance: String
        /// When, in seconds since 1970.
        public var x: Double
        /// What it told.
        public var status: TaskStatus
    }

    /// What is known from the topology's own topics.
    struct Published: Sendable {
        var reading = Reading.none
        var since = ContinuousClock.now
        var told: [Int32: Told] = [:]
        /// Partitions that the topology has; 0: not known.
        var partitions = 0
        var instance = ""
    }

    /// Between two records of `<name>-metrics` of a task whose worker has so many tasks: four records a second at most, so
    /// that two hundred idle partitions stay idle.
    public static func tellingInterval(tasks: Int) -> Duration { max(.seconds(10), .milliseconds(250) * tasks) }

    /// So long the page waits for what was before; then it goes on without: a broker that does not answer must not keep the
    /// present from being shown.
    private static let patience = Duration.seconds(15)

    /// Whether the topology's topics are read, for what was before and for other processes.
    public var reading: Reading { published.withLock { $0.reading } }

    /// The present waits for what was before.
    var isHeldBack: Bool { published.withLock { $0.reading == .loading && .now - $0.since < Self.patience } }

    /// Drift events and decisions do not come from the topics.
    var tellsItself: Bool {
        switch reading {
        case .none, .failed: true
        case .loading, .following: false
        }
    }

    /// This process's name within its group; empty where it is not known.
    public var instance: String { published.withLock { $0.instance } }

    /// Partitions that the topology has; 0: not known.
    public var partitions: Int { published.withLock { $0.partitions } }

    /// Every partition as its process told of it last, those of this process included.
    public var told: [Int32: Told] { published.withLock { $0.told } }

    /// What was published is read from the begin.
    func beginReading() {
        for history in histories.values { history.forgetTold() }
        published.withLock { state in
            // The present waits once, and not again with every try.
            if state.reading == .none { state.since = .now }
            state.reading = .loading
        }
    }

    func note(_ reading: Reading) { published.withLock { $0.reading = reading } }

    func noteGroup(instance: String) { published.withLock { $0.instance = instance } }

    /// The partitions of the input, as far as anything is known of them. Cost: one lock and a look at each task.
    public var knownPartitions: Int {
        max(partitions, values.withLock { Int($0.tasks.keys.max() ?? -1) + 1 })
    }

    func notePartitions(_ count: Int) { published.withLock { $0.partitions = count } }

    /// Where the input of partitions ends now.
    func note(ends: [Int32: Int64]) {
        published.withLock { state in for (partition, end) in ends { state.told[partition]?.status.end = end } }
    }

    /// Takes a record of `<name>-metrics`, stamped `x`. While what was before is read, all are; later those of this process's
    /// own partitions say less than it knows itself.
    func take(_ record: MetricsRecord, at x: Double) {
        let isOwn = read().tasks[record.partition] != nil
        let isLoading = published.withLock { state in
            state.told[record.partition] = Told(instance: record.instance, x: x, status: record.status)
            return state.reading == .loading
        }
        if isLoading || !isOwn { history(of: record.partition).take(record.status, at: x) }
    }

    /// Takes a drift event or a decision of any process.
    func take(_ notice: Notice, partition: Int32, at x: Double) {
        history(of: partition).tell(TaskHistory.Told(x: x, notice: notice))
    }
}
