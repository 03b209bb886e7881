import Engine
import OnlineLearning
import Text
import Topology

/// Where the events are now: a rate and one own fact per stage, and how far each partition is behind.
struct StagesPart {
    let facts: Facts
    let wording: Wording

    /// One stage: what it is called, what it does, its rate per second, what else is known of it.
    private struct Stage {
        var name: String
        var does: String
        var rate: Double
        var also: String
    }

    /// Nil for a file: nothing flows there.
    var json: JSON? {
        guard facts.situation.axis == .clock else { return nil }
        return [
            "lead": .text(lead),
            "list": .array(
                stages.map {
                    [
                        "name": .text($0.name), "does": .text($0.does), "rate": .text(Figures.rate($0.rate)),
                        "also": .text($0.also),
                    ]
                }),
            "partitions": .array(partitions), "title": .text(title),
        ]
    }

    /// The figures that change every second: a rate and a fact per stage.
    var pulse: JSON { .array(stages.map { [.text(Figures.rate($0.rate)), .text($0.also)] }) }

    var lead: String {
        let gaps =
            facts.silent.map { silent in
                Sentence.stagesSilent.said([
                    "process": silent.name, "t": wording.time(silent.told), "list": Facts.partitions(silent.partitions),
                ])
            }
            + (facts.unanswered.isEmpty
                ? [] : [Sentence.stagesUnanswered.said(["list": Facts.partitions(facts.unanswered)])])
        return (gaps + [flow]).joined(separator: " ")
    }

    private var flow: String {
        let rate = facts.rate
        let words = ["items": wording.items, "item": wording.subject.words.item, "r": Figures.rate(rate)]
        guard facts.events > 0 else { return Sentence.stagesEmpty.said() }
        guard rate > 0 else {
            let since = facts.situation.to - (facts.newest ?? facts.situation.to)
            return Sentence.stagesIdle.said(words.with("d", Figures.duration(max(since, 1))))
        }
        let waiting = facts.waiting ?? 0
        let lag = waiting / rate
        let filled = words.with("lag", Figures.duration(lag)).with("n", Figures.count(waiting))
            .with("p", "\(facts.slowest ?? 0)")
        guard lag > 30 else { return Sentence.stagesFlowing.said(filled.with("n", "\(stages.count)")) }
        return Sentence.stagesBehind.said(filled)
    }

    private var title: String {
        let words = ["n": Figures.times(facts.tasks.count, "partition")]
        guard facts.processCount > 1 else { return Sentence.partitions.said(words) }
        return Sentence.partitionsShared.said(words.with("m", Figures.times(facts.processCount, "process")))
    }

    private var stages: [Stage] {
        let rate = facts.rate
        let recent = facts.recent
        let share = recent.events > 0 ? recent.published.labelled / recent.events : 1
        let letters = facts.letters.values.reduce(0) { $0 + Double($1) }
        let changes = facts.marks.count { $0.drift != nil && !$0.isWarning }
        let commits = Double(facts.situation.commits ?? 0) / max(facts.situation.uptime, 1)
        let waiting = facts.waiting
        return [
            Stage(
                name: "Source", does: "reads \(wording.items)", rate: rate,
                also: waiting.map { "\(Figures.count($0)) waiting" } ?? "waiting: not known yet"),
            Stage(
                name: "Decode", does: "makes sense of them", rate: rate,
                also: letters > 0 ? "\(Figures.count(letters)) set aside" : "all could be read"),
            Stage(name: "Predict", does: "answers", rate: rate, also: "\(Figures.count(facts.events)) so far"),
            Stage(
                name: "Learn", does: "learns from outcomes", rate: rate * min(share, 1),
                also: "\(Figures.count(facts.known)) so far"),
            Stage(
                name: "Detect", does: "watches for change", rate: rate * min(share, 1),
                also: "\(Figures.times(changes, "change")) in \(Figures.duration(facts.span))"),
            Stage(name: "Publish", does: "writes the answers", rate: rate, also: "with every commit"),
            Stage(
                name: "Commit", does: "makes them final", rate: commits,
                also: facts.situation.sinceCommit.map { "last one \(Figures.duration(max($0, 0.01))) ago" }
                    ?? (facts.processCount > 1 ? "by the others" : "none yet")),
        ]
    }

    private var partitions: [JSON] {
        let slowest = facts.slowest
        let most = facts.tasks.map { Double($0.status.lag ?? 0) }.max() ?? 0
        return facts.tasks.map { partition, status in
            let process = facts.situation.processes[partition]
            let isSilent = facts.isSilent(partition)
            let lag = status.lag.map { Double($0) }
            let isLate = partition == slowest && (lag ?? 0) > 30 * max(facts.rate, 1)
            return [
                "partition": .integer(Int64(partition)),
                "state": .text(isSilent ? "silent since \(wording.time(process?.told ?? 0))" : Self.word(status.state)),
                "process": .text(process.map { $0.told == nil ? "this one" : $0.name } ?? ""),
                "rate": .text(Figures.rate(facts.rate(of: partition))),
                "behind": .text(lag.map { Figures.count($0) } ?? "not known"),
                "wrong": .text(wrong(status)), "model": .text(model(status)),
                "changes": .integer(
                    Int64(
                        facts.marks.count {
                            $0.partition == partition && [.worse, .better].contains($0.kind) && !$0.isWarning
                        })),
                "share": .number(most > 0 ? (lag ?? 0) / most : 0), "slowest": .bool(isLate),
            ]
        }
    }

    /// Mistakes of one partition over its last outcomes.
    private func wrong(_ status: EngineStatus.TaskStatus) -> String {
        guard let report = status.report, report.windowEvents > 0 else { return "–" }
        func value(_ name: String) -> Double? { report.windowed.first { $0.name == name }?.value }
        return (value("mae") ?? value("accuracy").map { 1 - $0 }).map(wording.wrong) ?? "–"
    }

    private func model(_ status: EngineStatus.TaskStatus) -> String {
        status.report.map { wording.model($0.champion, $0.version) } ?? "–"
    }

    private static func word(_ state: EngineStatus.TaskState) -> String {
        switch state {
        case .running: "answering"
        case .restoring: "coming back"
        case .withheld: "waits for its topics"
        }
    }
}
