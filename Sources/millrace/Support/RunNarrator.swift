import Console
import Engine
import EventFormats
import OnlineLearning

/// What `run` says of a topology: compares its figures with those of before and gives the lines that are due.
///
/// Without IO and clock; one per topology, not thread-safe.
struct RunNarrator {
    /// One line of the log.
    struct Line: Equatable {
        var level: LogLevel
        var message: String
        var fields: [(String, String)]

        static func == (a: Self, b: Self) -> Bool {
            a.level == b.level && a.message == b.message && a.fields.elementsEqual(b.fields) { $0 == $1 }
        }
    }

    private let name: String
    private let models: Int
    private var before = RunFigures()
    private var hasSaidHowMany = false
    /// Dead letters of a code after which the next line is due.
    private var due: [String: UInt64] = [:]
    private var hasToldUnseen = false
    /// A field that has not come in so many events is told.
    private static let enough: UInt64 = 1000

    /// - Parameter models: how many a task has.
    init(name: String, models: Int) {
        self.name = name
        self.models = models
    }

    /// The lines that are due; those that would wait for more events too where it is the end.
    mutating func lines(_ now: RunFigures, isLast: Bool = false) -> [Line] {
        defer { before = now }
        return partitions(now) + deadLetters(now) + notices(now) + unseen(now, isLast)
    }

    private mutating func unseen(_ now: RunFigures, _ isLast: Bool) -> [Line] {
        guard !hasToldUnseen, now.events >= (isLast ? 1 : Self.enough),
            now.tasks.values.contains(where: { $0.unseen != nil })
        else { return [] }
        hasToldUnseen = true
        return now.unseen.map { field in
            Line(
                level: .warning, message: field.remark(events: Int(now.events)),
                fields: [("topology", name), (field.role, field.name)])
        }
    }

    /// `friedman: 12,000 events, 3,960/s, lag 0, error 4.2 % (no_change 14.6 %), 2 drift events, 1 dead letter`
    func summary(_ now: RunFigures, perSecond: Double) -> String {
        var parts = ["\(Numbers.grouped(Int(now.events))) events", "\(Numbers.grouped(Int(perSecond)))/s"]
        parts.append("lag \(now.lag.map { Numbers.grouped(Int($0)) } ?? "unknown")")
        if let error = now.error {
            let baseline = now.baseline.map { " (\($0.name) \(text($0.error, now)))" } ?? ""
            parts.append("error \(text(error, now))\(baseline)")
        }
        if now.drifts > 0 { parts.append("\(Numbers.grouped(Int(now.drifts))) drift events") }
        let bad = now.deadLetters.values.reduce(0, +)
        if bad > 0 { parts.append("\(Numbers.grouped(Int(bad))) dead letters") }
        let restoring = now.tasks.values.count { $0.isRestoring }
        if restoring > 0 { parts.append("\(restoring) of \(now.tasks.count) tasks restoring") }
        return "\(name): " + parts.joined(separator: ", ")
    }

    private func text(_ error: Double, _ figures: RunFigures) -> String {
        figures.isRegression ? Numbers.fixed(error, 4) : Numbers.fixed(100 * error, 1) + " %"
    }

    private mutating func partitions(_ now: RunFigures) -> [Line] {
        var lines: [Line] = []
        let had = Set(before.tasks.keys), has = Set(now.tasks.keys)
        if had != has {
            var fields = [("topology", name), ("partitions", Self.list(has))]
            let lost = had.subtracting(has), won = has.subtracting(had)
            if !had.isEmpty, !won.isEmpty { fields.append(("new", Self.list(won))) }
            if !lost.isEmpty { fields.append(("given_away", Self.list(lost))) }
            lines.append(Line(level: .info, message: had.isEmpty ? "assigned" : "rebalanced", fields: fields))
        }
        if !hasSaidHowMany, has.count > 1, models > 0 {
            hasSaidHowMany = true
            let each = models == 1 ? "a model" : "its own \(models) models"
            lines.append(
                Line(
                    level: .info, message: "\(has.count) partitions, each with \(each), learning from its events alone",
                    fields: [("topology", name)]))
        }
        for (partition, task) in now.tasks.sorted(by: { $0.key < $1.key }) where !task.isRestoring {
            let old = before.tasks[partition]
            guard old == nil || old?.isRestoring == true, task.offset > 0 || task.replayed > 0 else { continue }
            lines.append(
                Line(
                    level: .info, message: "restored",
                    fields: [
                        ("topology", name), ("partition", "\(partition)"), ("offset", "\(task.offset)"),
                        ("replayed", "\(task.replayed)"),
                    ]))
        }
        return lines
    }

    private static func list(_ partitions: Set<Int32>) -> String {
        partitions.isEmpty ? "none" : partitions.sorted().map { "\($0)" }.joined(separator: ",")
    }

    /// The first of a code, then every tenfold.
    private mutating func deadLetters(_ now: RunFigures) -> [Line] {
        var lines: [Line] = []
        for (code, count) in now.deadLetters.sorted(by: { $0.key < $1.key }) where count >= due[code] ?? 1 {
            var next: UInt64 = 10
            while next <= count { next *= 10 }
            due[code] = next
            var fields = [
                ("topology", name), ("code", code), ("count", "\(count)"), ("of_events", "\(now.events)"),
            ]
            if let (partition, letter) = now.firstDeadLetters[code] {
                fields += [("first_partition", "\(partition)"), ("first_offset", "\(letter.offset)")]
                if !letter.field.isEmpty { fields.append(("field", letter.field)) }
                fields.append(("reason", letter.reason))
            }
            fields.append(("look_in", "\(name)-dead-letters"))
            lines.append(
                Line(level: .warning, message: count == 1 ? "dead letter" : "dead letters", fields: fields))
        }
        return lines
    }

    private func notices(_ now: RunFigures) -> [Line] {
        var lines: [Line] = []
        for (partition, task) in now.tasks.sorted(by: { $0.key < $1.key }) {
            let told = before.tasks[partition]?.told ?? 0
            // The list keeps the newest ones only; what was told before is known by count.
            for notice in task.notices.suffix(Int(task.told - min(told, task.told))) {
                lines.append(line(notice, partition))
            }
        }
        return lines
    }

    private func line(_ notice: Notice, _ partition: Int32) -> Line {
        var fields = [("topology", name), ("partition", "\(partition)")]
        switch notice {
        case .drift(let drift):
            fields += [
                ("detector", drift.detector), ("signal", drift.signal), ("model", drift.model), ("at", "\(drift.at)"),
                ("from", Numbers.fixed(drift.change.meanBefore, 4)), ("to", Numbers.fixed(drift.change.meanAfter, 4)),
            ]
            let message =
                switch drift.level {
                case .drift: "drift"
                case .improvement: "improvement"
                case .warning, .none: "drift warning"
                }
            return Line(level: drift.level == .warning ? .debug : .info, message: message, fields: fields)
        case .decision(let decision):
            fields += [("at", "\(decision.at)"), ("champion", decision.modelAfter), ("reason", decision.reason)]
            return Line(level: .info, message: decision.action, fields: fields)
        }
    }
}
