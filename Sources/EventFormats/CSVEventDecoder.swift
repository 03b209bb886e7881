import CSimdjson
public import OnlineLearning
import Text

/// Reads CSV records (RFC 4180) straight into slots.
///
/// Blanks around a field are no part of it, but for those within quotes. An empty or blank field is missing, and so are
/// `NA` and the like (`DecoderPlan.missing`). Numbers are rounded exactly, bit for bit as in JSON; a plus sign, `.5` and
/// `5.` are taken. Truth values are true, yes, y, t, on, 1 and their opposites in any case. A wrong number of fields, a
/// quote out of place or bytes that are not UTF-8 are `broken_csv`. Columns that the plan does not name are only split.
///
/// No allocation per record. Not thread-safe: one task owns it.
public final class CSVEventDecoder: EventDecoder {
    private let assembler: EventAssembler

    /// - Parameters:
    ///   - plan: which fields go where.
    ///   - columns: the names of a record's fields, in order; a field of the plan without a column is always missing.
    ///     Of a repeated name the last column counts.
    ///   - separator: one ASCII byte.
    public init(plan: DecoderPlan, columns: [String], separator: UInt8 = 0x2c) {
        assembler = EventAssembler(plan: plan, missing: EventFormat.csv.missingWords)
        var fields = columns.map { Int32(assembler.fieldNames.firstIndex(of: $0) ?? -1) }
        var seen = Set<Int32>()
        for index in fields.indices.reversed() where fields[index] >= 0 && !seen.insert(fields[index]).inserted {
            fields[index] = -1
        }
        mr_reader_set_columns(assembler.reader, fields, fields.count, separator)
    }

    /// Fills `event`; its words and id hold until the next call, and no longer than the bytes.
    public func decode(_ bytes: UnsafeRawBufferPointer, into event: Event) -> DecodeResult {
        let status = mr_read_csv(
            assembler.reader, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        guard mr_status(UInt32(status)) == MR_GOOD else { return assembler.bad(.brokenCSV, -1) }
        return assembler.assemble(into: event)
    }
}
