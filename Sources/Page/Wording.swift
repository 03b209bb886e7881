import OnlineLearning
import Topology

/// The figures of one situation as words: mistakes on one base, places on one axis.
struct Wording {
    let facts: Facts

    var subject: Subject { facts.subject }
    var items: String { subject.items }

    /// `5.0`, or `12.3` of a number.
    func short(_ loss: Double) -> String {
        subject.isNumber ? Figures.number(loss) : grouped(loss * facts.base)
    }

    /// `5.0 of 1,000`, or `12.3 EUR`.
    func wrong(_ loss: Double) -> String {
        if subject.isNumber {
            return Figures.number(loss) + (subject.words.unit.isEmpty ? "" : Figures.space + subject.words.unit)
        }
        return "\(grouped(loss * facts.base)) of \(Figures.count(facts.base))"
    }

    /// `5.0 of 1,000 payments`, or `12.3 EUR`.
    func wrongItems(_ loss: Double) -> String { subject.isNumber ? wrong(loss) : "\(wrong(loss)) \(items)" }

    private func grouped(_ value: Double) -> String {
        value >= 1000 ? Figures.count(value) : Figures.fixedOne(value)
    }

    func at(_ x: Double) -> String { facts.situation.axis.at(x, span: facts.span) }
    func place(_ x: Double) -> String { facts.situation.axis.place(x, span: facts.span) }
    func time(_ x: Double) -> String { facts.situation.axis.text(x, span: facts.span) }
    func length(_ length: Double) -> String { facts.situation.axis.length(length, items: items) }

    /// A simple rule as a person would put it.
    func rule(_ name: String) -> String {
        switch name {
        case "no_change": "Repeating the last outcome"
        case "majority":
            subject.words.other.isEmpty ? "Always saying the most common one" : "Always saying “\(subject.words.other)”"
        case "mean": "Always saying the average"
        default: name
        }
    }

    /// The same, short enough for a line's end.
    func ruleName(_ name: String) -> String {
        switch name {
        case "no_change": "Repeat the last"
        case "majority": subject.words.other.isEmpty ? "Most common" : "Always “\(subject.words.other)”"
        case "mean": "The average"
        default: name
        }
    }

    /// What an event of the positive class is called.
    var positive: String {
        subject.words.positive.isEmpty ? "“\(subject.classes.last ?? "the positive class")”" : subject.words.positive
    }

    /// `Tree`, from its second incarnation on `Tree 2`.
    func model(_ name: String, _ version: UInt32) -> String {
        (version > 1 ? "\(name) \(version)" : name).capitalizedFirst
    }

    /// A feature's words and a value in its unit.
    func input(_ name: String) -> String { subject.words.feature(name).label }
    func value(_ value: Double, of name: String) -> String {
        let unit = subject.words.feature(name).unit
        return Figures.number(value) + (unit.isEmpty ? "" : Figures.space + unit)
    }

    /// The words of a sentence on an input without values.
    func missing(_ name: String, _ verdict: InputVerdict) -> [String: String] {
        [
            "input": input(name), "x": Figures.percent(verdict.share), "u": Figures.percent(verdict.usual ?? 0),
            "t0": time(verdict.since), "items": items,
        ]
    }

    /// Why records could not be read, by their codes.
    func reasons(_ letters: [String: UInt64]) -> String {
        let sorted = letters.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Figures.list(sorted.prefix(3).map { "\(Figures.count(Double($0.value))) \(Self.reason($0.key))" })
    }

    private static func reason(_ code: String) -> String {
        switch code {
        case "broken_json": "not JSON"
        case "broken_csv": "not of the expected columns"
        case "wrong_type": "with a value of another kind"
        case "not_finite": "with a number that is none"
        case "number_overflow": "with a number that is too large"
        case "unknown_class": "with an outcome that is not known"
        case "tombstone": "empty"
        case "too_large": "too long"
        case "crashed": "that ended the process before"
        default: code
        }
    }
}

extension Figures {
    static func fixedOne(_ value: Double) -> String { value >= 100 ? count(value) : decimals(value, 1) }
}
