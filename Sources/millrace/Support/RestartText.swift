import Console
import Engine
import OnlineLearning
import Text

/// A forecast of a restart, for people and for programs.
struct RestartText {
    let forecast: RestartForecast

    /// Lines in the manner of `plan`: a heading word and its text.
    var lines: [(String, String)] {
        var lines: [(String, String)] = []
        for part in forecast.parts {
            let list = part.partitions.map { "\($0)" }.joined(separator: ", ")
            lines.append(("restart", "partitions \(list), revision \(part.revision): \(verdict(part))"))
            guard !part.isEarlier else { continue }
            lines += Self.grouped(part.change)
        }
        if forecast.parts.isEmpty { lines.append(("restart", "nothing is stored yet: every task begins anew")) }
        if !forecast.topicsToMake.isEmpty { lines.append(("creates", forecast.topicsToMake.joined(separator: ", "))) }
        lines += forecast.faults.map { ("fault", $0) }
        if !forecast.parts.isEmpty {
            let replay = forecast.replayedEvents.map {
                "; a crash replays at most \(Numbers.grouped($0)) events a task, at the last hour's rate"
            }
            lines.append(
                ("state", "at most \(Numbers.bytes(forecast.stateBytesPerDay)) written a day" + (replay ?? "")))
        }
        return lines
    }

    private func verdict(_ part: RestartForecast.Part) -> String {
        if part.isEarlier {
            return "the file is an earlier state of the topology and changes nothing (`run --go-back`)"
        }
        if !part.change.refusals.isEmpty { return "refused; what was learned stays as it is" }
        return part.change.entries.allSatisfy { $0.fate == .kept } ? "goes on unchanged" : "goes on changed"
    }

    /// What is to happen, and to which components.
    static func grouped(_ change: TopologyChange) -> [(String, String)] {
        change.entries.filter { $0.fate != .kept }.map { ($0.fate.words.word, "\($0.name): \($0.fate.words.reason)") }
            + [("kept", change.entries.filter { $0.fate == .kept }.map(\.name).joined(separator: ", "))]
            .filter { !$0.1.isEmpty }
    }

    var json: JSON {
        .object([
            ("parts", .array(forecast.parts.map(Self.json))),
            ("creates", .array(forecast.topicsToMake.map { .text($0) })),
            ("faults", .array(forecast.faults.map { .text($0) })),
            ("state_bytes_per_day", .integer(Int64(forecast.stateBytesPerDay))),
            ("replayed_events", forecast.replayedEvents.map { .integer(Int64($0)) } ?? .null),
        ])
    }

    private static func json(_ part: RestartForecast.Part) -> JSON {
        .object([
            ("partitions", .array(part.partitions.map { .integer(Int64($0)) })),
            ("revision", .integer(Int64(part.revision))), ("earlier", .bool(part.isEarlier)),
            ("components", json(part.change)),
        ])
    }

    static func json(_ change: TopologyChange) -> JSON {
        .array(
            change.entries.map { entry in
                [
                    "name": .text(entry.name), "state": .text(entry.fate.words.word),
                    "reason": .text(entry.fate.words.reason),
                ]
            })
    }
}
