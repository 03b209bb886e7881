/// Why a record is not CSV.
public struct CSVFault: Error, Equatable {
    /// What is wrong, for a person.
    public let message: String
    /// The column it is in, from 0.
    public let column: Int
}

/// A CSV record cut into its fields, by the rule of `CSVEventDecoder`: for headers, samples, conversions and for saying
/// what is wrong. Not for the hot path.
public enum CSVRecord {
    /// The fields' texts. A byte order mark in front is skipped, and so are blanks around fields.
    public static func fields(
        _ record: UnsafeRawBufferPointer, separator: UInt8 = 0x2c
    ) throws(CSVFault) -> [String] {
        var rest = record[...]
        if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
        if rest.last == 0x0a { rest = rest.dropLast() }
        if rest.last == 0x0d { rest = rest.dropLast() }
        var fields: [String] = []
        func fault(_ message: String) -> CSVFault { CSVFault(message: message, column: fields.count) }
        func isBlank(_ byte: UInt8) -> Bool { (byte == 0x20 || byte == 0x09) && byte != separator }
        while true {
            var field: [UInt8] = []
            rest = rest.drop(while: isBlank)
            if rest.first == 0x22 {
                rest = rest.dropFirst()
                while true {
                    guard let byte = rest.popFirst() else { throw fault("a quote stays open") }
                    if byte != 0x22 {
                        field.append(byte)
                    } else if rest.first == 0x22 {
                        field.append(0x22)
                        rest = rest.dropFirst()
                    } else {
                        break
                    }
                }
                rest = rest.drop(while: isBlank)
                if let next = rest.first, next != separator { throw fault("text behind a closing quote") }
            } else {
                let end = rest.firstIndex(of: separator) ?? rest.endIndex
                field = Array(rest[..<end])
                rest = rest[end...]
                if field.contains(0x22) { throw fault("a quote within a field without quotes") }
                if field.contains(0x0d) || field.contains(0x0a) {
                    throw fault("a line end within a field without quotes")
                }
                while let last = field.last, isBlank(last) { field.removeLast() }
            }
            guard let text = String(validating: field, as: UTF8.self) else { throw fault("bytes that are not UTF-8") }
            fields.append(text)
            guard rest.popFirst() != nil else { return fields }
        }
    }
}
