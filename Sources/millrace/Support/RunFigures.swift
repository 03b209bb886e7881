import Console
import Engine
import EventFormats
import OnlineLearning

/// What an operator wants to know of a running topology at one moment, over all its tasks.
struct RunFigures: Equatable {
    /// A task, by its partition.
    struct Task: Equatable {
        var isRestoring = false
        var replayed: UInt64 = 0
        var offset: Int64 = 0
        /// Drift events and decisions since the start.
        var told: UInt64 = 0
        /// The newest of them, oldest first.
        var notices: [Notice] = []
        /// Fields that no record has had; nil where no record came.
        var unseen: [UnseenFields.Field]?
    }

    var tasks: [Int32: Task] = [:]
    var events: UInt64 = 0
    /// Nil where no task knows its own.
    var lag: Int64?
    var deadLetters: [String: UInt64] = [:]
    /// The first dead letter of a code, and its partition.
    var firstDeadLetters: [String: (partition: Int32, letter: EngineStatus.FirstDeadLetter)] = [:]
    var drifts: UInt64 = 0
    var aborted: UInt64 = 0
    /// The windowed error of what is published, 0 to 1, or the mean absolute error; and the best baseline's.
    var error: Double?
    var baseline: (name: String, error: Double)?
    var isRegression = false

    /// Fields that no record of any task has had.
    var unseen: [UnseenFields.Field] {
        let all = tasks.values.compactMap { $0.unseen }
        guard let first = all.first else { return [] }
        return first.filter { field in
            all.allSatisfy { $0.contains { $0.role == field.role && $0.name == field.name } }
        }
    }

    static func == (a: Self, b: Self) -> Bool { a.tasks == b.tasks && a.events == b.events }
}

extension RunFigures {
    init(_ values: EngineStatus.Values) {
        aborted = values.transactionsAborted
        var errors: [(Double, Double)] = []
        var baselines: [String: [(Double, Double)]] = [:]
        for (partition, task) in values.tasks.sorted(by: { $0.key < $1.key }) {
            tasks[partition] = Task(
                isRestoring: task.state == .restoring, replayed: task.replayed, offset: task.offset,
                told: task.driftEvents + task.decisions, notices: task.notices,
                unseen: task.events > 0 && task.report != nil ? task.unseen : nil)
            events += task.events
            if let more = task.lag { lag = (lag ?? 0) + more }
            for (code, count) in task.deadLetters { deadLetters[code, default: 0] += count }
            for (code, letter) in task.firstDeadLetters where firstDeadLetters[code] == nil {
                firstDeadLetters[code] = (partition, letter)
            }
            drifts += task.driftEvents
            guard let report = task.report, report.labelled > 0 else { continue }
            isRegression = EvaluationResult.value("mae", report.windowed) != nil
            let weight = Double(report.windowEvents)
            if let value = Self.error(report.windowed) { errors.append((value, weight)) }
            for entry in report.baselines {
                guard let value = Self.error(entry.metrics) else { continue }
                baselines[entry.name, default: []].append((value, Double(report.labelled)))
            }
        }
        error = Self.mean(errors)
        for (name, values) in baselines.sorted(by: { $0.key < $1.key }) {
            guard let value = Self.mean(values), value < baseline?.error ?? .infinity else { continue }
            baseline = (name, value)
        }
    }

    private static func error(_ values: MetricValues) -> Double? {
        EvaluationResult.value("accuracy", values).map { 1 - $0 } ?? EvaluationResult.value("mae", values)
    }

    private static func mean(_ values: [(Double, Double)]) -> Double? {
        let weight = values.reduce(0) { $0 + $1.1 }
        return weight > 0 ? values.reduce(0) { $0 + $1.0 * $1.1 } / weight : nil
    }
}
