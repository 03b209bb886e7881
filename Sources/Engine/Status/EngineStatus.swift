public import EventFormats
import Foundation
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

    /// What was wrong with a task's first dead letter of its kind; without the value, which may be nobody else's business.
    public struct FirstDeadLetter: Sendable, Equatable {
        /// Its offset in the task's partition.
        public var offset: Int64
        /// The field at fault, or empty: the whole record.
        public var field: String
        /// What is wrong with it, in words.
        public var reason: String

        /// For tests.
        public init(offset: Int64, field: String, reason: String) {
            self.offset = offset
            self.field = field
            self.reason = reason
        }
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
        /// What was wrong with the first dead letter of a code, and its offset.
        public var firstDeadLetters: [String: FirstDeadLetter] = [:]
        /// Fields of the topology that no record has had since the start.
        public var unseen: [UnseenFields.Field] = []
        /// How often features had no value since the start, of one event in eight.
        var inputs = InputCounts.Values()
        /// Event times later than the broker's by more than five minutes, clamped.
        public var clampedTimes: UInt64 = 0
        /// Drift warnings and drifts published since the start.
        public var driftEvents: UInt64 = 0
        /// Decisions published since the start.
        public var decisions: UInt64 = 0
        /// Size of the newest complete snapshot, in bytes.
        public var snapshotBytes = 0
        /// Offsets from the newest complete snapshot to the committed one, which a restart replays; nil until one was made
        /// since the start.
        public var snapshotLag: Int64?
        /// Sequence of the newest complete snapshot.
        public var snapshot: UInt64 = 0
        /// How far back the task can be looked at; nil: nothing is kept for that.
        public var history: StateHistory?
        /// Events replayed at the last restore.
        public var replayed: UInt64 = 0
        public var memoryBytes = 0
        /// What came of labels that arrive by themselves; nil where they stand in the events.
        public var labels: LabelFigures?
        /// The newest alarm and why it was one; nil: nobody looks, or there was none.
        public var explained: ExplainedEvent?
        /// Each feature's share in what answers rest on, in the schema's order; empty: nobody looks, or too little was seen.
        public var influence: [Double] = []
        /// Why labels find no event, or nil: they do.
        public internal(set) var labelFault: String?
        /// The metrics, refreshed every second or so; nil before the first time.
        public var report: PipelineReport?
        /// The last drift events and decisions, oldest first; at most 50.
        public internal(set) var notices: [Notice] = []

        /// A task of which nothing is known.
        public init() {}

        /// Keeps a drift event or decision and counts it.
        mutating func record(_ notice: Notice) {
            switch notice {
            case .drift(let drift): driftEvents += drift.level == .improvement ? 0 : 1
            case .decision: decisions += 1
            }
            if notices.count == 50 { notices.removeFirst() }
            notices.append(notice)
        }
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
        public var commitSeconds = Durations(bounds: Durations.commits)
        /// From a record's time to the commit of what was said about it: one record of every batch and of every 64.
        public var latencySeconds = Durations(bounds: Durations.latencies)
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

    let values = Mutex(Values())
    let past = Mutex<[Int32: TaskHistory]>([:])
    let published = Mutex(Published())
    private let clock: @Sendable () -> Double

    /// Nothing known yet.
    public convenience init() { self.init { Date().timeIntervalSince1970 } }

    /// - Parameter clock: seconds since 1970, for people who look at the history; nothing learns from it.
    init(clock: @escaping @Sendable () -> Double) { self.clock = clock }

    /// The histories of all partitions of which anything is known.
    public var histories: [Int32: TaskHistory] { past.withLock { $0 } }

    /// Seconds since 1970, by the clock of the histories.
    public var time: Double { clock() }

    /// Keeps what tasks say of themselves. Call it where `tasks` are published.
    func keep(_ tasks: [Int32: TaskStatus]) {
        let now = clock()
        // What was before comes first.
        guard !isHeldBack else { return }
        let tells = tellsItself
        for (partition, task) in tasks where task.state == .running {
            history(of: partition).add(task, at: now, tells: tells)
        }
    }

    func history(of partition: Int32) -> TaskHistory {
        past.withLock { past in
            if let known = past[partition] { return known }
            let made = TaskHistory()
            past[partition] = made
            return made
        }
    }

    /// A copy of everything.
    public func read() -> Values { values.withLock { $0 } }

    /// The state of a partition's task, or nil: it is not of this process.
    public func taskState(_ partition: Int32) -> TaskState? { values.withLock { $0.tasks[partition]?.state } }

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
