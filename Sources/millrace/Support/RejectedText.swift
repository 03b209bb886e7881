import Console
import Engine
import EventFormats

/// What an evaluation could not use, for people.
enum RejectedText {
    /// A line for each of the first ones: `  rows.csv:17: age is 'abc': not a number (wrong_type)`; and what may mend them.
    static func lines(_ rejected: RejectedRecords) -> [String] {
        let words = Set(rejected.first.compactMap { looksMissing($0.why) ? $0.why.value : nil }).sorted()
        let hint =
            words.isEmpty
            ? []
            : [
                "  if \(words.map { "'\(Printable.text($0))'" }.joined(separator: " and ")) stands for no value, add it to "
                    + "`input.missing`"
            ]
        return rejected.first.map { record in
            let place = record.place.isEmpty ? "record \(record.row)" : record.place
            return "  \(Printable.text(place)): \(Printable.text(record.why.text))"
        } + hint
    }

    /// A word without a digit, where a number, a truth value or a time is wanted.
    private static func looksMissing(_ why: Rejection) -> Bool {
        why.code == .wrongType && !why.value.isEmpty
            && why.value.utf8.allSatisfy { !(0x30...0x39).contains($0) && $0 != 0x7b && $0 != 0x5b }
    }

    /// A loud line where the share of rejected records is large, more than one in twenty.
    static func warning(_ result: EvaluationResult) -> [String] {
        guard result.deadLetterCount * 20 > result.rows else { return [] }
        let share = EvaluationText.percent(Double(result.deadLetterCount) / Double(result.rows))
        return [
            "WARNING: \(share) of all records were rejected and count in no figure: mend them, or the topology"
        ]
    }
}
