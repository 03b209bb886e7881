public import OnlineLearning
import Synchronization

/// What one partition's counts were: every second of the last ten minutes, and coarser for a week; and what was told.
///
/// It stays while its partition comes and goes. Memory: 2,040 samples at most, of 8 × (7 + 4 per model + 1 per baseline)
/// bytes, taken as time passes; with two models 277 KiB after a week; beside that what answers rested on, 512 KiB at most. Written where a worker publishes its status, at most
/// twice a second; any thread reads.
public final class TaskHistory: Sendable {
    /// The steps that are kept, in seconds, and how many of each: ten minutes, an hour, six hours, a day, a week.
    public static let levels: [(step: Double, count: Int)] = [
        (1, 600), (10, 360), (60, 360), (240, 360), (1680, 360),
    ]

    /// A drift event or a decision, and when it was told.
    public struct Told: Sendable {
        /// Seconds since 1970.
        public var x: Double
        /// What was told.
        public var notice: Notice

        /// Something told at a moment.
        public init(x: Double, notice: Notice) {
            self.x = x
            self.notice = notice
        }
    }

    /// Everything that is known of a stretch of time.
    public struct Copy: Sendable {
        /// Samples in their order, of the finest step that reaches back far enough.
        public var samples: [CourseSample] = []
        /// Seconds between two samples while events come.
        public var step = 1.0
        /// Drift events and decisions in their order.
        public var told: [Told] = []

        /// How often features had no value; nil before enough events were looked at.
        public var inputs: InputShares?
        /// What answers rested on, in the order of time.
        public var influence: [InfluenceSample] = []

        /// Samples and what was told, for tests and for files.
        public init(
            samples: [CourseSample] = [], step: Double = 1, told: [Told] = [], inputs: InputShares? = nil
        ) {
            self.samples = samples
            self.step = step
            self.told = told
            self.inputs = inputs
        }
    }

    fileprivate struct Level {
        var rows: [Double] = []
        /// Where the oldest row begins, once the ring is full.
        var oldest = 0
        var last = -Double.infinity
    }

    fileprivate struct State {
        var levels = [Level](repeating: Level(), count: TaskHistory.levels.count)
        var models = 0
        var width = 0
        var events = 0.0
        /// Events of the newest record that was committed.
        var committed = 0.0
        /// When that was, and when the newest sample was.
        var recorded = -Double.infinity
        var x = -Double.infinity
        var told: [Told] = []
        var seen: UInt64 = 0
        var inputs = InputHistory()
        var influence = InfluenceHistory()
    }

    /// Drift events and decisions that are kept.
    public static let toldLimit = 200

    private let state = Mutex(State())

    init() {}

    /// Takes what a task of this process says of itself.
    ///
    /// A task that was restored says less than the one before it until it has caught up; that is left out.
    ///
    /// - Parameter tells: its drift events and decisions are taken too; otherwise they come by `tell`.
    func add(_ status: EngineStatus.TaskStatus, at x: Double, tells: Bool = true) {
        state.withLock { state in
            if tells { state.hear(status, at: x) }
            state.inputs.add(status.inputs, at: x)
            state.influence.add(status.influence, at: x)
            guard let report = status.report else { return }
            // Less than is committed: it has begun anew.
            if Double(report.events) < state.committed { state.forget() }
            state.add(report, at: x, from: 0)
        }
    }

    /// Takes a committed record of the partition: of the time before this process, or of another one.
    func take(_ status: EngineStatus.TaskStatus, at x: Double) {
        state.withLock { state in
            // Read once more.
            guard x > state.recorded else { return }
            state.recorded = x
            state.inputs.add(status.inputs, at: x)
            state.influence.add(status.influence, at: x)
            guard let report = status.report else { return }
            if Double(report.events) < state.committed { state.forget() }
            state.committed = Double(report.events)
            // The finest step would have more gaps than samples.
            state.add(report, at: x, from: 1)
        }
    }

    /// Forgets what was told: it is told again.
    func forgetTold() { state.withLock { $0.told = [] } }

    /// Takes a drift event or a decision, whose time may lie before others'.
    func tell(_ told: Told) {
        state.withLock { state in
            if state.told.count == Self.toldLimit { state.told.removeFirst() }
            let place = state.told.lastIndex { $0.x <= told.x }.map { $0 + 1 } ?? 0
            state.told.insert(told, at: place)
        }
    }

    /// When the oldest sample was taken; nil: none was.
    public var begin: Double? {
        state.withLock { state in state.levels.compactMap { $0.firstX(state.width) }.min() }
    }

    /// What is known from `start` on, and one sample before it.
    public func copy(from start: Double) -> Copy {
        state.withLock { state in
            let oldest = state.levels.compactMap { $0.firstX(state.width) }.min() ?? 0
            let index =
                // A first record of the topic may be some seconds older than what this process has seen itself.
                state.levels.firstIndex { $0.firstX(state.width).map { $0 <= max(start, oldest) + 10 } ?? false }
                ?? 0
            var copy = Copy(told: state.told, inputs: state.inputs.shares)
            copy.influence = state.influence.samples
            guard state.width > 0 else { return copy }
            let level = state.levels[index]
            var samples = level.samples(state.width, state.models)
            // The newest sample of a coarse level may be half an hour old.
            if index > 0, let newest = state.levels[0].samples(state.width, state.models, last: 1).first,
                newest.x > samples.last?.x ?? 0
            {
                samples.append(newest)
            }
            let first = samples.lastIndex { $0.x <= start } ?? 0
            copy.samples = Array(samples[first...])
            copy.step = Self.levels[index].step
            return copy
        }
    }
}

extension TaskHistory.State {
    fileprivate mutating func hear(_ status: EngineStatus.TaskStatus, at x: Double) {
        let total = status.driftEvents + status.decisions
        if total < seen { seen = 0 }
        for notice in status.notices.suffix(Int(min(total - seen, 50))) {
            if told.count == TaskHistory.toldLimit { told.removeFirst() }
            told.append(TaskHistory.Told(x: x, notice: notice))
        }
        seen = total
    }

    fileprivate mutating func forget() {
        levels = [TaskHistory.Level](repeating: TaskHistory.Level(), count: TaskHistory.levels.count)
        (events, committed) = (0, 0)
        influence = InfluenceHistory()
    }

    /// Adds a sample to each level whose time has come, from one on.
    fileprivate mutating func add(_ report: PipelineReport, at x: Double, from first: Int) {
        guard Double(report.events) >= events, x > self.x else { return }
        let sample = CourseSample(x: x, report)
        let width = CourseSample.width(models: sample.models.count, baselines: sample.baselines.count)
        if width != self.width {
            forget()
            (self.width, models) = (width, sample.models.count)
        }
        // An idle task adds nothing: a gap in the data is a gap in the line.
        if sample.events == events, levels[first].last > 0 { return }
        // Its time has not come: what is counted now is told then, even if nothing follows.
        guard x >= levels[first].last + TaskHistory.levels[first].step else { return }
        events = sample.events
        self.x = x
        var row: [Double]?
        for index in levels.indices where index >= first && x >= levels[index].last + TaskHistory.levels[index].step {
            row = row ?? sample.row
            levels[index].add(row ?? [], count: TaskHistory.levels[index].count)
            levels[index].last = x
        }
    }
}

extension TaskHistory.Level {
    fileprivate mutating func add(_ row: [Double], count: Int) {
        if rows.count < count * row.count {
            rows += row
        } else {
            rows.replaceSubrange(oldest..<oldest + row.count, with: row)
            oldest = (oldest + row.count) % rows.count
        }
    }

    fileprivate func firstX(_ width: Int) -> Double? { rows.isEmpty ? nil : rows[oldest] }

    /// Samples in their order: all of them, or the newest.
    fileprivate func samples(_ width: Int, _ models: Int, last: Int? = nil) -> [CourseSample] {
        let count = rows.count / max(width, 1)
        return (max(0, count - (last ?? count))..<count).map { index in
            let place = (oldest + index * width) % rows.count
            return CourseSample(row: rows[place..<place + width], models: models)
        }
    }
}
