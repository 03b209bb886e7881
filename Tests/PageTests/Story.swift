import EventFormats
@testable import OnlineLearning
import Text
import Topology

@testable import Engine
@testable import Page

/// A situation that is written down: counts that grow by known rates, and what was told.
struct Story {
    var subject = Subject(name: "fraud", source: "payments")
    var reports: [PipelineReport] = []
    var samples: [CourseSample] = []
    var told: [TaskHistory.Told] = []
    var now = 0.0
    private var tally = Tally()
    private var rules = (same: 0.0, most: 0.0)
    var status = EngineStatus.TaskStatus()

    static let start = 1_778_583_600.0

    init() {
        subject.words.item = "payment"
        subject.words.positive = "fraud"
        subject.words.other = "honest"
        subject.words.features = [.init(name: "amount", label: "Amount", unit: "EUR")]
        subject.actions = ["background"]
        subject.detectors = [("error", "adwin")]
        now = Self.start
        status.state = .running
        add(0, wrong: 0)
    }

    /// Seconds at 1,000 payments each, of which `wrong` of 1,000 are answered wrongly.
    mutating func run(_ seconds: Int, wrong: Double, caught: Double = 0.9) {
        for _ in 0..<seconds {
            now += 1
            add(1000, wrong: wrong, caught: caught)
        }
    }

    private mutating func add(_ count: Double, wrong: Double, caught: Double = 0) {
        tally =
            tally
            + Tally(
                labelled: count, loss: wrong / 1000 * count, positives: 0.03 * count, alarms: 0.03 * count,
                caught: 0.03 * count * caught)
        rules.same += 0.06 * count
        rules.most += 0.03 * count
        var report = PipelineReport(
            events: UInt64(tally.labelled), labelled: UInt64(tally.labelled), cumulative: [("accuracy", 0.99)],
            windowed: [("accuracy", 0.99)], windowSize: 1000, windowEvents: 1000,
            baselines: [
                ("no_change", [("accuracy", 1 - rules.same / max(tally.labelled, 1))]),
                ("majority", [("accuracy", 1 - rules.most / max(tally.labelled, 1))]),
            ],
            models: [("tree", [], [], 1), ("linear", [], [], 1)], champion: "tree", version: 1)
        report.tally = tally
        report.modelTallies = [tally, Tally(labelled: tally.labelled, loss: tally.loss * 3)]
        samples.append(CourseSample(x: now, report))
        status.report = report
        status.events = report.events
        status.end = Int64(report.events)
        status.committed = Int64(report.events)
    }

    /// A change for the worse, noticed now, begun some seconds ago.
    mutating func drift(ago: Double, from before: Double, to after: Double) {
        var change = DriftChange()
        change.direction = after > before ? .up : .down
        change.meanBefore = before
        change.meanAfter = after
        let at = UInt64(tally.labelled)
        told.append(
            .init(
                x: now,
                notice: .drift(
                    DriftNotice(
                        at: at, detector: "adwin", signal: "error", level: .drift, change: change,
                        changePoint: at - UInt64(ago * 1000), model: "tree"))))
    }

    mutating func decide(_ action: String, before: Double = .nan, after: Double = .nan) {
        let swaps = action == "retrain_swap"
        told.append(
            .init(
                x: now,
                notice: .decision(
                    DecisionNotice(
                        at: UInt64(tally.labelled), action: action, detector: "adwin", signal: "error",
                        modelBefore: "tree", modelAfter: "tree", versionBefore: 1, versionAfter: swaps ? 2 : 1,
                        lossBefore: before, lossAfter: after, reason: "the detector reported a change"))))
    }

    var situation: Situation {
        var situation = Situation(subject, from: now - 600, to: now)
        situation.tasks = [0: status]
        situation.past = [0: TaskHistory.Copy(samples: samples, step: 1, told: told)]
        situation.commits = 100
        situation.uptime = now - Self.start
        return situation
    }

    var page: PageDocument { PageDocument(situation) }

    func answer(_ id: String) -> (word: String, why: String) {
        guard case .array(let all)? = page.json["answers"], let found = all.first(where: { $0["id"] == .text(id) }),
            case .text(let word)? = found["word"], case .text(let why)? = found["why"]
        else { return ("", "") }
        return (word, why)
    }
}
