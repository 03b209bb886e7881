import Console
import Engine
import Foundation
import Page
import Text
import Topology

/// One past prediction, for people and for programs.
struct PastPredictionText {
    let found: PastPrediction
    let subject: Subject
    let style: Style

    var lines: [String] {
        let words = ReasonWords(subject)
        var lines = [
            style.bold(Printable.text(found.id))
                + "  partition \(found.partition)  offset \(Numbers.grouped(Int(found.offset)))"
                + (found.json["event_time"]?.whole.map { "  \(Self.time($0))" } ?? ""), "", answer,
        ]
        if let answer = found.answer { lines += words.sentences(answer).map { "  " + Printable.text($0) } }
        lines += ["", style.bold("What was known then")]
        let width = found.inputs.map(\.feature.count).max() ?? 0
        for input in found.inputs {
            let name = input.feature + String(repeating: " ", count: width - input.feature.count)
            let unit = subject.words.feature(input.feature).unit
            lines.append(Printable.text("  \(name)  \(Self.value(input))\(unit.isEmpty ? "" : " " + unit)"))
        }
        lines += ["", truth, today].compactMap { $0 }
        let begin =
            found.snapshot.map { "snapshot \($0.sequence) at offset \(Numbers.grouped(Int($0.offset)))" }
            ?? "the log's beginning"
        lines += [comparison + " From \(begin), in \(Numbers.fixed(found.seconds, 1)) s."]
        return lines
    }

    private static func time(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.1) / 1000).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true)) + "Z"
    }

    private static func value(_ input: PastPrediction.Input) -> String {
        input.word ?? (input.value.isNaN ? "nothing" : NumberText.shortest(input.value))
    }

    private static func said(_ json: JSON?) -> String {
        guard let json else { return "nothing" }
        return json.string ?? json.text
    }

    private var answer: String {
        let chance =
            (found.json["probabilities"]?[Self.said(found.json["prediction"])]?.double).map {
                " with probability \(Numbers.fixed($0, 4))"
            } ?? ""
        let model = found.json["model"]?.string ?? ""
        let version = found.json["version"]?.whole.map { " \($0)" } ?? ""
        let others = found.models.filter { $0.name != model }.map { "\($0.name) \($0.version)" }
        let beside = others.isEmpty ? "" : ", beside \(others.joined(separator: ", "))"
        return Printable.text(
            "It was answered \(style.bold(Self.said(found.json["prediction"])))\(chance), by \(model)\(version)\(beside), after "
                + "\(Numbers.grouped(Int(found.events))) events and \(Numbers.grouped(Int(found.labelled))) labels.")
    }

    private var truth: String {
        guard let truth = found.truth else { return "Its label has not come, or not in time." }
        let came = truth.time.map { " came at \(Self.time($0))" } ?? " came with it"
        return Printable.text("Its label, \(truth.text),\(came).")
    }

    private var today: String? {
        guard let today = found.today else { return nil }
        let text = today.className ?? NumberText.shortest(today.value)
        let chance = today.chances.first { $0.0 == today.className }.map {
            " with probability \(Numbers.fixed($0.1, 4))"
        }
        return Printable.text(
            "Today \(today.model) \(today.version) would answer \(text)\(chance ?? ""), after "
                + "\(Numbers.grouped(Int(today.events))) events.")
    }

    private var comparison: String {
        switch found.isSame {
        case true?: "Made again it is what was published, byte for byte."
        case false?: style.red("Made again it is NOT what was published.")
        case nil: style.yellow("The published record is not in its topic any more: there is nothing to compare with.")
        }
    }

    /// The object of `explain --json`.
    var json: JSON {
        let inputs = found.inputs.map { input -> (String, JSON) in
            (input.feature, input.word.map(JSON.text) ?? (input.value.isNaN ? .null : .number(input.value)))
        }
        var members: [(String, JSON)] = [
            ("id", .text(found.id)), ("partition", .integer(Int64(found.partition))),
            ("offset", .integer(found.offset)),
            ("prediction", found.json), ("published", found.published.map(JSON.text) ?? .null),
            ("same_as_published", found.isSame.map(JSON.bool) ?? .null), ("features", .object(inputs)),
            ("events_before", .unsigned(found.events)), ("labels_before", .unsigned(found.labelled)),
            ("models", .object(found.models.map { ($0.name, .integer(Int64($0.version))) })),
            (
                "label",
                found.truth.map { ["value": .text($0.text), "time": $0.time.map { .integer($0) } ?? .null] } ?? .null
            ),
            (
                "snapshot",
                found.snapshot.map { ["number": .unsigned($0.sequence), "offset": .integer($0.offset)] } ?? .null
            ), ("seconds", .number(found.seconds)),
        ]
        if let answer = found.answer { members += ReasonWords(subject).json(answer) }
        if let today = found.today {
            members.append(
                (
                    "today",
                    [
                        "prediction": today.className.map(JSON.text) ?? .number(today.value),
                        "probabilities": .object(today.chances.map { ($0.0, .number($0.1)) }),
                        "model": .text(today.model), "version": .unsigned(UInt64(today.version)),
                        "events": .unsigned(today.events),
                    ]
                ))
        }
        return .object(members)
    }
}

extension PeekAnswer {
    /// The probabilities by the classes' spellings.
    fileprivate var chances: [(String, Double)] { Array(zip(spellings, probabilities)) }
}
