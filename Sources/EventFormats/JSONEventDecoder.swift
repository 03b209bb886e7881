import CSimdjson
public import OnlineLearning
import Text

/// Reads JSON objects, one record each, straight into slots.
///
/// Text in quotes is read as CSV's fields are: `"1.5"` is a number where the field is numeric, `"yes"` a truth value where
/// it is boolean, blank text is missing. A name with dots is also a path: `user.age` the member of an object, `items.0`
/// the place in an array. The whole record is checked, fields that the plan does not name included. Of a repeated field
/// the last one counts. Half a surrogate pair becomes U+FFFD. Nesting beyond 1024 levels is `broken_json`, a record that
/// is JSON but no object `wrong_type`. Where several things are wrong, broken JSON comes first, then NaN and Infinity
/// tokens, then the features in schema order, the label, the id and the time.
///
/// Cost: about one nanosecond per byte; no allocation once the largest record has been seen. Not thread-safe: one task owns it.
public final class JSONEventDecoder: EventDecoder {
    private let assembler: EventAssembler

    /// - Parameter plan: which fields go where.
    public init(plan: DecoderPlan) { assembler = EventAssembler(plan: plan, missing: EventFormat.json.missingWords) }

    /// Fills `event`; its words and id hold until the next call, and no longer than the bytes.
    public func decode(_ bytes: UnsafeRawBufferPointer, into event: Event) -> DecodeResult {
        var fault: Int32 = -1
        let status = mr_read_json(
            assembler.reader, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &fault)
        switch mr_status(UInt32(status)) {
        case MR_GOOD: return assembler.assemble(into: event)
        case MR_NOT_FINITE: return assembler.bad(.notFinite, Int(fault))
        case MR_NOT_AN_OBJECT: return assembler.bad(.wrongType, -1)
        default: return assembler.bad(.brokenJSON, -1)
        }
    }
}
