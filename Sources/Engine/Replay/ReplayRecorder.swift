import EventFormats
import OnlineLearning
import Topology

/// Collects what a replay brings about from here on.
final class ReplayRecorder {
    private let replay: LogReplay
    private let before: CourseSample
    /// What was counted before, of what goes on from there: nothing of a record that a change of the topology began anew.
    private var published: Tally?
    private var models: [String: Tally]
    private let busy: Duration
    private let letters: [String: UInt64]
    private var drifts: [EvaluationResult.Drift] = []
    private var warnings: [EvaluationResult.Drift] = []
    private var improvements: [EvaluationResult.Drift] = []
    private var decisions: [EvaluationResult.Decision] = []

    init(_ replay: LogReplay) {
        self.replay = replay
        let report = replay.task.pipeline.report()
        before = CourseSample(x: Double(replay.task.position), report)
        published = report.tally
        models = report.talliesByName
        busy = replay.busy
        letters = replay.task.counters.deadLetters
        replay.task.onNotice = { [unowned self] in keep($0, $1) }
        replay.onChange = { [unowned self] in change($0.pipeline.report(), $1.pipeline.report()) }
    }

    private func change(_ former: PipelineReport, _ report: PipelineReport) {
        if report.tally != former.tally { published = nil }
        let (old, new) = (former.talliesByName, report.talliesByName)
        models = models.filter { old[$0.key] == new[$0.key] }
    }

    private func keep(_ notice: Notice, _ offset: Int64) {
        switch notice {
        case .drift(let drift):
            let age = Int64(drift.at) - Int64(drift.changePoint)
            let entry = EvaluationResult.Drift(
                row: Int(offset), changePoint: Int(max(0, offset - age)), notice: drift)
            switch drift.level {
            case .drift: drifts.append(entry)
            case .improvement: improvements.append(entry)
            case .warning, .none: warnings.append(entry)
            }
        case .decision(let decision):
            decisions.append(EvaluationResult.Decision(row: Int(offset), notice: decision))
            // A challenger that tries something else has a new record.
            if decision.action == "tune" {
                for name in replay.task.pipeline.report().tuned.keys { models[name] = nil }
            }
        }
    }

    func course() -> ReplayResult.Course {
        let task = replay.task
        let report = task.pipeline.report()
        var rejected = RejectedRecords()
        for (code, count) in task.counters.deadLetters {
            guard let code = BadInput(rawValue: code) else { continue }
            for _ in 0..<(count - (letters[code.rawValue] ?? 0)) { _ = rejected.count(code) }
        }
        let after = CourseSample(x: Double(task.position), report)
        let events = UInt64(max(0, after.events - before.events))
        let seconds = (replay.busy - busy) / .seconds(1)
        let state = task.stateBytes()
        let evaluation = EvaluationResult(
            topology: task.topology.name, task: task.topology.pipeline.task, rows: Int(events) + rejected.total,
            seconds: seconds, rejected: rejected, remarks: [], waitingLabels: task.labels?.learner.waiting ?? 0,
            labels: task.labels.map { LabelFigures($0.learner) }, drifts: drifts, warnings: warnings,
            improvements: improvements, decisions: decisions, report: report, curve: [], course: [], courseStep: 0,
            unseen: [], stateBytes: state.count, memoryBytes: task.pipeline.memoryBytes,
            modelDigests: task.pipeline.modelDigests, digest: SHA256.hex(state))
        let tallies = zip(report.models, report.modelTallies).map { model, tally in
            (name: model.name, tally: models[model.name].map { tally - $0 })
        }
        return ReplayResult.Course(
            evaluation: evaluation, before: before, after: after, learned: SHA256.hex(task.pipeline.learnedBytes),
            events: events, seconds: seconds, published: published.map { report.tally - $0 }, models: tallies)
    }
}

extension PipelineReport {
    /// Counts of every model.
    fileprivate var talliesByName: [String: Tally] {
        Dictionary(zip(models.map(\.name), modelTallies)) { first, _ in first }
    }
}
