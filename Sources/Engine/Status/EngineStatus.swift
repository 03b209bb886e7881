public import EventFormats
public import OnlineLearning
import Synchronization

/// What the engine's threads tell the control plane: written at most a few times a second per worker, read at will.
public final class EngineStatus: Sendable {
    /// What a task is doing.
    public enum TaskState: String, Sendable, CaseIterable {
        case restoring, running
        /// The topology's topics lack its partition: it waits for them.
        case withheld
    }

    /// One task.
    public struct TaskStatus: Sendable {
        /// What it is doing.
        public var state = TaskState.restoring
        /// The next input offset.
        public var offset: Int64 = 0
        /// The committed next input offset.
        public var committed: Int64 = 0
        /// The input's end, open transactions included, as a broker last said; nil before the first time.
        public var end: Int64?
        /// Offsets from the committed one to the end: what is not answered for good yet.
        public var lag: Int64? { end.map { max(0, $0 - committed) } }
        /// Records taken from the input since the start, dead letters included.
        public var events: UInt64 = 0
        /// Dead letters by code.
        public var deadLetters: [String: UInt64] = [:]
        /// Fields of the topology that no record has had since the start.
        public var unseen: [UnseenFields.Field] = []
        /// Event times later than the broker's by more than five minutes, clamped.
        public var clampedTimes: UInt64 = 0
        /// Drift warnings and drifts published since the start.
        public var driftEvents: UInt64 = 0
        /// Decisions published since the start.
        public var decisions: UInt64 = 0
        /// Size of the newest complete snapshot, in bytes.
        public var snapshotBytes = 0
        /// Sequence of the newest complete snapshot.
        public var snapshot: UInt64 = 0
        /// Events replayed at the last restore.
        public var replayed: UInt64 = 0
        public var memoryBytes = 0
        /// What came of labels that arrive by themselves; nil where they stand in the events.
        public var labels: LabelFigures?
        /// Why labels find no event, or nil: they do.
        public internal(set) var labelFault: String?
        /// The metrics, refreshed every second or so; nil before the first time.
        public var report: PipelineReport?
        /// The last drift events and decisions, oldest first; at most 50.
        public internal(set) var notices: [Notice] = []

        /// Keeps a drift event or decision and counts it.
        mutating func record(_ notice: Notice) {
            switch notice {
            case .drift: driftEvents += 1
            case .decision: decisions += 1
            }
            if notices.count == 50 { notices.removeFirst() }
            notices.append(notice)
        }
    }

    /// Durations as a Prometheus histogram has them.
    public struct Durations: Sendable {
        /// Upper bounds of the buckets, in seconds.
        public static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        /// Durations by bucket; the last one is beyond every bound.
        public private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
        /// The sum, in seconds.
        public private(set) var sum = 0.0

        mutating func record(_ duration: Duration) {
            let seconds =
                Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
            sum += seconds
            counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        }

        /// All durations.
        public var count: UInt64 { counts.reduce(0, +) }
    }

    /// Everything at one moment.
    public struct Values: Sendable {
        /// Tasks by partition.
        public var tasks: [Int32: TaskStatus] = [:]
        /// Transactions committed since the start.
        public var transactionsCommitted: UInt64 = 0
        /// When one last was; nil before the first.
        public var lastCommit: ContinuousClock.Instant?
        /// Transactions aborted since the start.
        public var transactionsAborted: UInt64 = 0
        /// How long commits took.
        public var commitSeconds = Durations()
        /// Assignments and revocations since the start.
        public var rebalances: UInt64 = 0
        /// Restores whose digest differed because the numerics id did.
        public var replayDivergences: UInt64 = 0
        /// Workers that began again from their committed positions.
        public var workerRestarts: UInt64 = 0
        /// Per worker: its loop's last turn.
        public var heartbeats: [Int: ContinuousClock.Instant] = [:]
        /// Workers that have their assignment.
        public var assignedWorkers: Set<Int> = []
        /// When the engine was made.
        public var started = ContinuousClock.now
        /// Why the engine cannot go on, or nil.
        public var failure: String?
    }

    private let values = Mutex(Values())

    /// Nothing known yet.
    public init() {}

    /// A copy of everything.
    public func read() -> Values { values.withLock { $0 } }

    func update(_ change: (inout Values) -> Void) { values.withLock { change(&$0) } }

    /// Every worker has its assignment and every task is restored.
    public var isReady: Bool {
        let now = read()
        return now.failure == nil && !now.assignedWorkers.isEmpty
            && now.assignedWorkers.count == now.heartbeats.count
            && now.tasks.values.allSatisfy { $0.state == .running }
    }

    /// No worker's loop has stood still for a minute. Restoring and rebalancing do not count.
    public var isLive: Bool {
        let now = read()
        return now.failure == nil && now.heartbeats.values.allSatisfy { ContinuousClock.now - $0 < .seconds(60) }
    }
}
