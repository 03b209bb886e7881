public import EventFormats
import Text

/// One record that an evaluation could not use.
public struct RejectedRecord: Sendable {
    /// The 0-based row.
    public let row: Int
    /// Where it stands: `line 17`, or partition and offset; empty where nobody knows.
    public let place: String
    /// What is wrong with it.
    public let why: Rejection

    /// One entry of `rejected` in `evaluate --json`.
    var json: JSON {
        [
            "row": .integer(Int64(row)), "place": .text(place), "code": .text(why.code.rawValue),
            "field": .text(why.field), "value": .text(why.value), "reason": .text(why.reason),
        ]
    }
}

/// What an evaluation refused: how many by code, and the first of each.
public struct RejectedRecords: Sendable {
    /// Records kept of each code.
    static let kept = 3

    private var counts: [BadInput: Int] = [:]
    /// The first ones of each code, in the order of their rows.
    public private(set) var first: [RejectedRecord] = []

    /// Counts one; true where it is among the first of its code, to be kept.
    mutating func count(_ code: BadInput) -> Bool {
        counts[code, default: 0] += 1
        return counts[code, default: 0] <= Self.kept
    }

    mutating func keep(_ record: RejectedRecord) { first.append(record) }

    /// Records by code, in the order of the codes' names.
    public var byCode: [(String, Int)] { counts.map { ($0.key.rawValue, $0.value) }.sorted { $0.0 < $1.0 } }

    /// Records of all codes.
    public var total: Int { counts.values.reduce(0, +) }
}
