import CSimdjson
public import OnlineLearning

/// Reads JSON objects, one record each, straight into slots.
///
/// The whole record is checked, fields that the plan does not name included. Of a repeated field the last one counts.
/// Half a surrogate pair becomes U+FFFD. Nesting beyond 1024 levels is `broken_json`, a record that is JSON but no
/// object `wrong_type`. Where several things are wrong, broken JSON comes first, then NaN and Infinity tokens, then the
/// features in schema order, the label, the id and the time.
///
/// Cost: about one nanosecond per byte; no allocation once the largest record has been seen, but for a new category or
/// class. Not thread-safe: one task owns it.
public final class JSONEventDecoder: EventDecoder {
    private let assembler: EventAssembler

    /// - Parameters:
    ///   - plan: which fields go where.
    ///   - classes: of the label; read and, where it discovers, extended.
    ///   - categories: one entry per feature, a table for each categorical one.
    public init(plan: DecoderPlan, classes: ClassTable, categories: [CategoryTable?]) {
        assembler = EventAssembler(plan: plan, classes: classes, categories: categories)
    }

    /// Fills `event`; its id stays valid until the next call. The bytes may go once this returns.
    public func decode(_ bytes: UnsafeRawBufferPointer, into event: DecodedEvent) -> DecodeResult {
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
