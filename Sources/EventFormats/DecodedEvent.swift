public import OnlineLearning

/// Where a decoder puts one event: made once, filled again for every record.
///
/// Not thread-safe: one task owns it.
public final class DecodedEvent {
    /// `schema.width` slots: missing NaN, boolean 0 or 1, category its index.
    public let slots: UnsafeMutablePointer<Double>
    /// Slots there are: the schema's width.
    public let width: Int
    /// What is known of the outcome.
    public internal(set) var label: Label {
        get { rest.pointee.label }
        set { rest.pointee.label = newValue }
    }
    /// Event time in milliseconds since 1970, or `Int64.min`: absent.
    public internal(set) var time: Int64 {
        get { rest.pointee.time }
        set { rest.pointee.time = newValue }
    }
    /// The id's text (numbers as spelled), or empty: absent. Valid until the next event.
    public internal(set) var id: UnsafeRawBufferPointer {
        get { rest.pointee.id }
        set { rest.pointee.id = newValue }
    }
    /// Behind a pointer, so that filling it pays no check for exclusive access.
    private let rest: UnsafeMutablePointer<Rest>

    private struct Rest {
        var label = Label.none
        var time = Int64.min
        var id = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// An event without values.
    public init(width: Int) {
        self.width = width
        slots = .allocate(capacity: max(width, 1))
        slots.initialize(repeating: .nan, count: max(width, 1))
        rest = .allocate(capacity: 1)
        rest.initialize(to: Rest())
    }

    deinit {
        slots.deallocate()
        rest.deallocate()
    }
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
