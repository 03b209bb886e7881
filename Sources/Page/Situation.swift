public import Engine
import EventFormats
import OnlineLearning

/// All that the page says is made from this: a topology at one moment, over one range.
public struct Situation: Sendable {
    /// How it stands with the engine.
    public enum Health: Sendable, Equatable {
        /// No partition is assigned yet.
        case starting
        /// Partitions are being read back.
        case restoring(Int)
        case running
        /// It cannot go on, and why.
        case stopped(String)
        /// A file was read to its end.
        case file
    }

    /// What it is about.
    public var subject: Subject
    /// What the range is measured in.
    public var axis = Axis.clock
    /// The range.
    public var from: Double
    /// Its end.
    public var to: Double
    /// Whether the range ends now and moves on.
    public var isLive = true
    /// How it stands with the engine.
    public var health = Health.running
    /// A process of the group that answers partitions.
    public struct Process: Sendable, Equatable {
        /// Its name; empty: not known.
        public var name: String
        /// When it last told of itself, in seconds since 1970; nil: it is this one.
        public var told: Double?
    }

    /// All partitions of which anything is known, with what they say of themselves.
    public var tasks: [Int32: EngineStatus.TaskStatus] = [:]
    /// Who answers each of them.
    public var processes: [Int32: Process] = [:]
    /// Partitions that the topology has; 0: not known.
    public var partitions = 0
    /// What was before the program's start is being read.
    public var isLoading = false
    /// Why it cannot be read, or nil.
    public var unreadable: String?
    /// What is known of the range, by partition.
    public var past: [Int32: TaskHistory.Copy] = [:]
    /// Transactions so far; nil for a file.
    public var commits: UInt64?
    /// Seconds since the last commit; nil before the first.
    public var sinceCommit: Double?
    /// Seconds since the engine was made.
    public var uptime = 0.0

    /// Nothing known of a range yet.
    public init(_ subject: Subject, from: Double, to: Double) {
        self.subject = subject
        self.from = from
        self.to = to
    }

    /// A topology that runs, at this moment.
    ///
    /// - Parameter reaching: seconds back; nil: as far as fits what is known, ten minutes at least.
    public init(
        _ subject: Subject, _ status: EngineStatus, reaching: Double? = nil, from: Double? = nil, to: Double? = nil
    ) {
        let now = status.time
        let values = status.read()
        let uptime = (ContinuousClock.now - values.started) / .seconds(1)
        let oldest = status.histories.values.compactMap(\.begin).min() ?? now
        let reach = reaching ?? Self.reaches.first { $0 >= max(uptime, now - oldest) } ?? 604_800
        self.init(subject, from: from ?? now - reach, to: to ?? now)
        isLive = to == nil
        tasks = values.tasks
        processes = tasks.mapValues { [name = status.instance] _ in Process(name: name) }
        for (partition, told) in status.told where tasks[partition] == nil {
            tasks[partition] = told.status
            processes[partition] = Process(name: told.instance, told: told.x)
        }
        partitions = status.partitions
        isLoading = status.reading == .loading
        if case .failed(let reason) = status.reading { unreadable = reason }
        past = status.histories.mapValues { $0.copy(from: self.from) }
        commits = values.transactionsCommitted
        sinceCommit = values.lastCommit.map { (ContinuousClock.now - $0) / .seconds(1) }
        self.uptime = uptime
        let restoring = tasks.values.count { $0.state == .restoring }
        if let failure = values.failure {
            health = .stopped(failure)
        } else if tasks.isEmpty {
            health = .starting
        } else {
            health = restoring > 0 ? .restoring(restoring) : .running
        }
    }

    /// Ranges that are offered, in seconds.
    static let reaches = [600.0, 3600, 21_600, 86_400, 604_800]

    /// A file that was evaluated.
    public init(_ subject: Subject, _ result: EvaluationResult) {
        self.init(subject, from: 0, to: Double(result.rows))
        axis = .events
        isLive = false
        health = .file
        var task = EngineStatus.TaskStatus()
        task.state = .running
        task.report = result.report
        task.events = UInt64(result.rows)
        task.deadLetters = Dictionary(result.deadLetters.map { ($0.0, UInt64($0.1)) }) { $0 + $1 }
        task.unseen = result.unseen
        tasks[0] = task
        var told: [TaskHistory.Told] = (result.drifts + result.warnings + result.improvements).map {
            TaskHistory.Told(x: Double($0.row), notice: .drift($0.notice))
        }
        told += result.decisions.map { TaskHistory.Told(x: Double($0.row), notice: .decision($0.notice)) }
        // A drift stands before what was done about it in the same row.
        told = told.enumerated().sorted { ($0.element.x, $0.offset) < ($1.element.x, $1.offset) }.map(\.element)
        // From before the first row to after the last one.
        let last = CourseSample(x: Double(result.rows), result.report)
        let first = CourseSample(zeroAt: 0, like: last)
        let between = result.course.filter { $0.x < last.x }
        past[0] = TaskHistory.Copy(samples: [first] + between + [last], step: result.courseStep, told: told)
    }
}
