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
    /// Not JSON, somewhere in the record.
    case brokenJSON = "broken_json"
    /// Not a CSV record of the expected columns.
    case brokenCSV = "broken_csv"
    /// A value of another kind than its field wants.
    case wrongType = "wrong_type"
    /// A NaN or Infinity token.
    case notFinite = "not_finite"
    /// A number that no `Double` can hold.
    case numberOverflow = "number_overflow"
    /// A label that is not declared, or one more than may be discovered.
    case unknownClass = "unknown_class"
    /// A record without a value.
    case tombstone = "tombstone"
    /// A record over the size limit.
    case tooLarge = "too_large"
    /// A record that ended the process before.
    case crashed = "crashed"
}

/// A decoder's answer.
public enum DecodeResult: Equatable, Sendable {
    /// The event is filled.
    case good
    /// `field` is the name of the field at fault, or empty.
    case bad(BadInput, field: String)
}

/// Bytes of one record to slots. Not thread-safe: one task owns a decoder.
public protocol EventDecoder: AnyObject {
    /// Fills `event`. A bad record changes neither tables nor anything a later record's answer depends on.
    func decode(_ bytes: UnsafeRawBufferPointer, into event: DecodedEvent) -> DecodeResult
}
