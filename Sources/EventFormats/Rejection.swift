import OnlineLearning
import Text

/// Why one record was refused, for a person who wants to mend it.
public struct Rejection: Sendable, Equatable {
    /// The code it has as a dead letter.
    public let code: BadInput
    /// The field at fault, or empty: the whole record.
    public let field: String
    /// What the field held, cut to 60 characters; empty where it is not known.
    public let value: String
    /// What is wrong with it.
    public let reason: String

    /// A sentence without its place: `age is 'abc': not a number (wrong_type)`.
    public var text: String {
        let what = field.isEmpty ? "" : value.isEmpty ? "\(field): " : "\(field) is '\(value)': "
        return "\(what)\(reason) (\(code.rawValue))"
    }
}

extension EventLayout {
    /// Says why a record was refused, by reading it again, slowly. For the first ones of a kind, not for every one.
    ///
    /// - Parameters:
    ///   - code: what the decoder or the pipeline said of it.
    ///   - field: the field at fault, or empty.
    ///   - classes: the declared classes, for a label that is none of them.
    public func explain(
        _ code: BadInput, field: String, in record: RawRecord, plan: DecoderPlan, classes: [String] = []
    ) -> Rejection {
        let bytes = record.value ?? UnsafeRawBufferPointer(start: nil, count: 0)
        let value = field.isEmpty ? "" : self.value(of: field, in: bytes)
        return Rejection(
            code: code, field: field, value: String(value.prefix(60)),
            reason: reason(code, field, bytes, key: record.key?.count ?? 0, plan, classes))
    }

    private func value(of field: String, in bytes: UnsafeRawBufferPointer) -> String {
        switch format {
        case .json:
            guard let value = (try? JSON(reading: bytes))?[path: field] else { return "" }
            if case .text(let text) = value { return text }
            return value.text
        case .csv:
            guard let fields = try? CSVRecord.fields(bytes, separator: separator),
                let column = columns.lastIndex(of: field),
                column < fields.count
            else { return "" }
            return fields[column]
        }
    }

    private func reason(
        _ code: BadInput, _ field: String, _ bytes: UnsafeRawBufferPointer, key: Int, _ plan: DecoderPlan,
        _ classes: [String]
    ) -> String {
        switch code {
        case .brokenJSON:
            do throws(JSONError) {
                _ = try JSON(reading: bytes)
                return "not one valid JSON object"
            } catch { return "not JSON: \(error.message) at column \(error.offset + 1)" }
        case .brokenCSV:
            do throws(CSVFault) {
                let count = try CSVRecord.fields(bytes, separator: separator).count
                return "\(count) fields where there are \(columns.count) columns"
            } catch {
                let name = error.column < columns.count ? " ('\(columns[error.column])')" : ""
                return "\(error.message) in column \(error.column + 1)\(name)"
            }
        case .wrongType where field.isEmpty: return "JSON, but not an object"
        case .wrongType: return wanted(field, plan)
        case .notFinite: return "NaN and Infinity are no numbers here"
        case .numberOverflow: return "beyond the range of a number"
        case .unknownClass:
            if classes.isEmpty { return "one class more than 'label.max_classes' has room for" }
            let known = classes.prefix(8).joined(separator: ", ") + (classes.count > 8 ? ", …" : "")
            return "none of the declared classes \(known)"
        case .tombstone: return "the record has no value"
        case .tooLarge:
            if key > EventIntake.maxKeyBytes { return "a key of \(key) bytes, more than \(EventIntake.maxKeyBytes)" }
            return field.isEmpty
                ? "\(bytes.count) bytes, more than 'input.max_record_bytes'"
                : "more than \(EventAssembler.maxIDBytes) bytes"
        case .crashed: return "the process ended each time it was tried"
        }
    }

    private func wanted(_ field: String, _ plan: DecoderPlan) -> String {
        switch plan.schema.features.first(where: { $0.name == field })?.kind {
        case .numeric: return "not a number"
        case .boolean: return "neither true nor false (1/0, yes/no, y/n, t/f, on/off)"
        case .categorical: return "a list or a map is no category"
        case nil: break
        }
        if field == plan.timeField {
            return switch plan.timeFormat {
            case .iso8601: "not a time as 2026-11-21T10:00:00Z"
            case .unix: "not seconds since 1970"
            case .unixMilliseconds: "not milliseconds since 1970"
            case .pattern(let pattern): "not a time by the pattern \(pattern)"
            }
        }
        return plan.task == .regression && field == plan.labelField ? "not a number" : "a list or a map"
    }
}

extension JSON {
    /// The value at a path of names and places with dots between them: `user.age`, `items.0.price`. A name that holds
    /// dots itself comes first.
    subscript(path path: String) -> JSON? {
        if let value = self[path] { return value }
        guard let dot = path.firstIndex(of: ".") else {
            guard case .array(let values) = self, let place = Int(path), values.indices.contains(place) else {
                return nil
            }
            return values[place]
        }
        let head = String(path[..<dot])
        let inner: JSON?
        if case .array(let values) = self {
            inner = Int(head).flatMap { values.indices.contains($0) ? values[$0] : nil }
        } else {
            inner = self[head]
        }
        return inner?[path: String(path[path.index(after: dot)...])]
    }
}
