public import OnlineLearning

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
    /// No id, where labels find their events by it.
    case missingID = "missing_id"
    /// A record that ended the process before.
    case crashed = "crashed"

    /// The code of a label that the pipeline did not take.
    public init(_ refusal: PipelineRefusal) { self = refusal == .notFinite ? .notFinite : .unknownClass }
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
    /// Fills `event`; its words and id hold until the next call, and no longer than the bytes. A bad record changes
    /// nothing that a later record's answer depends on.
    func decode(_ bytes: UnsafeRawBufferPointer, into event: Event) -> DecodeResult
}
