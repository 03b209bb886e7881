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
    /// The byte of the record at which it is, from 0, where a text cannot be read; else nil.
    public let offset: Int?

    /// A refusal that nobody needs to read the record for.
    public init(_ code: BadInput, field: String, reason: String) {
        self.init(code: code, field: field, value: "", reason: reason, offset: nil)
    }

    init(code: BadInput, field: String, value: String, reason: String, offset: Int?) {
        self.code = code
        self.field = field
        self.value = value
        self.reason = reason
        self.offset = offset
    }

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
        var offset: Int?
        let reason: String
        switch code {
        case .brokenJSON: reason = brokenJSON(bytes, &offset)
        case .brokenCSV: reason = brokenCSV(bytes, &offset)
        case .wrongType: reason = field.isEmpty ? "JSON, but not an object" : plan.wanted(field)
        case .notFinite: reason = "NaN and Infinity are no numbers here"
        case .numberOverflow: reason = "beyond the range of a number"
        case .unknownClass where value.utf8.count > CategoryTable.longestWord:
            reason = "longer than the \(CategoryTable.longestWord) bytes of a class"
        case .unknownClass where classes.isEmpty: reason = "one class more than 'label.max_classes' has room for"
        case .unknownClass:
            let known = classes.prefix(8).joined(separator: ", ") + (classes.count > 8 ? ", …" : "")
            reason = "none of the declared classes \(known)"
        case .tombstone: reason = "the record has no value"
        case .tooLarge: reason = tooLarge(field, bytes.count, record.key?.count ?? 0)
        case .missingID: reason = "no id, by which a label finds its event"
        case .crashed: reason = "the process ended each time it was tried"
        }
        return Rejection(code: code, field: field, value: String(value.prefix(60)), reason: reason, offset: offset)
    }

    /// A field's text; of JSON that the slow reader refuses, the token at which it stops: NaN, or a number too large.
    private func value(of field: String, in bytes: UnsafeRawBufferPointer) -> String {
        switch format {
        case .json:
            do throws(JSONError) {
                guard let value = try JSON(reading: bytes)[path: field] else { return "" }
                if case .text(let text) = value { return text }
                return value.text
            } catch {
                let rest = bytes[min(error.offset, bytes.count)...]
                return String(decoding: rest.prefix { !Array(",}] \t\r\n".utf8).contains($0) }, as: UTF8.self)
            }
        case .csv:
            guard let fields = try? CSVRecord.fields(bytes, separator: columnSeparator),
                let column = columns.lastIndex(of: field), column < fields.count
            else { return "" }
            return fields[column]
        }
    }

    private func brokenJSON(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int?) -> String {
        do throws(JSONError) {
            _ = try JSON(reading: bytes)
            return "not one valid JSON object"
        } catch {
            offset = error.offset
            return "not JSON: \(error.message)"
        }
    }

    private func brokenCSV(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int?) -> String {
        do throws(CSVFault) {
            _ = try CSVRecord.fields(bytes, separator: columnSeparator, count: columns.count)
            return "not a CSV record"
        } catch {
            offset = error.offset
            return error.message
        }
    }

    private func tooLarge(_ field: String, _ bytes: Int, _ key: Int) -> String {
        if key > EventIntake.maxKeyBytes { return "a key of \(key) bytes, more than \(EventIntake.maxKeyBytes)" }
        return field.isEmpty
            ? "\(bytes) bytes, more than 'input.max_record_bytes'" : "more than \(EventAssembler.maxIDBytes) bytes"
    }
}

extension DecoderPlan {
    /// What a field with a value of another type should hold.
    fileprivate func wanted(_ field: String) -> String {
        switch schema.features.first(where: { $0.name == field })?.kind {
        case .numeric: return "not a number"
        case .boolean: return "neither true nor false (1/0, yes/no, y/n, t/f, on/off)"
        case .categorical: return "a list or a map is no category"
        case nil: break
        }
        if field == timeField {
            return switch timeFormat {
            case .iso8601: "not a time as 2026-11-21T10:00:00Z"
            case .unix: "not seconds since 1970"
            case .unixMilliseconds: "not milliseconds since 1970"
            case .pattern(let pattern): "not a time by the pattern \(pattern)"
            }
        }
        return task == .regression && field == labelField ? "not a number" : "a list or a map"
    }
}

extension JSON {
    /// The value at a path of names and places with dots between them: `user.age`, `items.0.price`. A name that holds
    /// dots itself comes first.
    subscript(path path: String) -> JSON? {
        if let value = at(path) { return value }
        var dot = path.startIndex
        while let next = path[dot...].firstIndex(of: ".") {
            dot = path.index(after: next)
            if let value = at(String(path[..<next]))?[path: String(path[dot...])] { return value }
        }
        return nil
    }

    private func at(_ name: String) -> JSON? {
        if case .array(let values) = self {
            return Int(name).flatMap { values.indices.contains($0) ? values[$0] : nil }
        }
        return self[name]
    }
}
