public import OnlineLearning

/// Where a decoder puts one event: made once, filled again for every record.
///
/// Not thread-safe: one task owns it.
public final class DecodedEvent {
    /// `schema.width` slots: missing NaN, boolean 0 or 1, category its index.
    public let slots: UnsafeMutablePointer<Double>
    public let width: Int
    public internal(set) var label = Label.none
    /// Event time in milliseconds since 1970, or `Int64.min`: absent.
    public internal(set) var time = Int64.min
    /// The id's text (numbers as spelled), or empty: absent. Valid until the next event.
    public internal(set) var id = UnsafeRawBufferPointer(start: nil, count: 0)

    public init(width: Int) {
        self.width = width
        slots = .allocate(capacity: max(width, 1))
        slots.initialize(repeating: .nan, count: max(width, 1))
    }

    deinit { slots.deallocate() }
}

/// Why a record is a dead letter. Raw values go into the header `millrace.error.code`.
public enum BadInput: String, Sendable, CaseIterable {
    case brokenJSON = "broken_json"
    case brokenCSV = "broken_csv"
    case wrongType = "wrong_type"
    case notFinite = "not_finite"
    case numberOverflow = "number_overflow"
    case unknownClass = "unknown_class"
    case tombstone = "tombstone"
    case tooLarge = "too_large"
    case crashed = "crashed"
}

/// A decoder's answer.
public enum DecodeResult: Equatable, Sendable {
    case good
    /// `field` is the name of the field at fault, or empty.
    case bad(BadInput, field: String)
}

/// Bytes of one record to slots.
public protocol EventDecoder: AnyObject {
    /// Fills `event`. A bad record changes neither tables nor anything a later record's answer depends on.
    func decode(_ bytes: UnsafeRawBufferPointer, into event: DecodedEvent) -> DecodeResult
}
