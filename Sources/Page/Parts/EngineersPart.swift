import Console
import OnlineLearning
import Text
import Engine

/// Detectors, statistics, offsets: the words that the rest of the page does without.
struct EngineersPart {
    let facts: Facts
    let wording: Wording

    var json: JSON {
        [
            "detectors": .array(detectors), "statistics": .array(statistics),
            "tasks": .array(facts.situation.axis == .events ? [] : tasks),
        ]
    }

    private var detectors: [JSON] {
        facts.subject.detectors.map { signal, name in
            let last = facts.marks.last { $0.drift?.signal == signal && $0.drift?.detector == name }
            let change = last?.change
            let word = last.map { "\(wording.time($0.x)) \($0.isWarning ? "warning" : $0.kind.rawValue)" }
            func figure(_ value: Double?) -> JSON {
                .text(value.flatMap { $0.isFinite ? Numbers.fixed($0, 4) : nil } ?? "–")
            }
            return [
                "signal": .text(signal), "detector": .text(name), "statistic": figure(change?.statistic),
                "threshold": figure(change?.threshold), "last": .text(word ?? "none"),
            ]
        }
    }

    /// Of the first partition, where there are several: statistics of several streams are no statistics of one.
    private var statistics: [JSON] {
        guard let report = facts.report else { return [] }
        return report.cumulative.compactMap { name, value in
            let recent = report.windowed.first { $0.name == name }?.value
            guard value != nil || recent != nil else { return nil }
            func figure(_ value: Double?) -> JSON { .text(value.map { Numbers.fixed($0, 4) } ?? "–") }
            return ["name": .text(name), "recent": figure(recent), "all": figure(value)]
        }
    }

    private var tasks: [JSON] {
        facts.tasks.map { partition, status in
            [
                "task": .text("\(facts.subject.name)/\(partition)"),
                "end": .text(status.end.map { Numbers.grouped(Int($0)) } ?? "–"),
                "committed": .text(Numbers.grouped(Int(status.committed))),
                "lag": .text(status.lag.map { Numbers.grouped(Int($0)) } ?? "–"),
                "snapshot": .text(status.snapshotBytes > 0 ? Numbers.bytes(status.snapshotBytes) : "–"),
                "memory": .text(Numbers.bytes(status.memoryBytes)),
                "champion": .text(status.report.map { "\($0.champion) v\($0.version)" } ?? "–"),
            ]
        }
    }
}
