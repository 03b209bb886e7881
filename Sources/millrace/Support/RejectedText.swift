import Console
import Engine

/// The first records that an evaluation could not use, for people.
enum RejectedText {
    /// A line for each: `  line 17: age is 'abc': not a number (wrong_type)`.
    static func lines(_ rejected: RejectedRecords) -> [String] {
        rejected.first.map { record in
            let place = record.place.isEmpty ? "record \(record.row)" : record.place
            return "  \(Printable.text(place)): \(Printable.text(record.why.text))"
        }
    }
}
