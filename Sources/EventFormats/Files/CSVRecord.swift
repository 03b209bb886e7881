/// Why a record is not CSV.
public struct CSVFault: Error, Equatable {
    /// What is wrong, for a person.
    public let message: String
    /// The byte at which it is, from 0.
    public let offset: Int

    /// A fault with its place.
    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}

/// A CSV record cut into its fields, by the rule of `CSVEventDecoder`: for headers, samples, conversions and for saying
/// what is wrong. Not for the hot path.
public enum CSVRecord {
    /// The fields' texts, without the blanks around them. A line end behind the last one is none.
    ///
    /// - Parameter count: how many there must be; nil: any number.
    public static func fields(
        _ record: UnsafeRawBufferPointer, separator: UInt8 = 0x2c, count: Int? = nil
    ) throws(CSVFault) -> [String] {
        var rest = record[...]
        if rest.last == 0x0a { rest = rest.dropLast() }
        if rest.last == 0x0d { rest = rest.dropLast() }
        var fields: [String] = []
        var isOver = false
        while !isOver {
            fields.append(try field(&rest, separator))
            isOver = rest.popFirst() == nil
        }
        if let count, fields.count != count {
            throw CSVFault(message: "\(fields.count) fields where there are \(count) columns", offset: rest.endIndex)
        }
        return fields
    }

    /// The field in front, up to its separator.
    private static func field(
        _ rest: inout Slice<UnsafeRawBufferPointer>, _ separator: UInt8
    ) throws(CSVFault) -> String {
        func isBlank(_ byte: UInt8) -> Bool { (byte == 0x20 || byte == 0x09) && byte != separator }
        rest = rest.drop(while: isBlank)
        if rest.first == 0x22 { return try quoted(&rest, separator, isBlank) }
        let start = rest.startIndex
        var end = start
        while end < rest.endIndex, rest[end] != separator {
            guard rest[end] != 0x22, rest[end] != 0x0a else {
                let what = rest[end] == 0x22 ? "a quote" : "a line end"
                throw CSVFault(message: "\(what) within a field that does not begin with a quote", offset: end)
            }
            end += 1
        }
        let next = end
        while end > start, isBlank(rest[end - 1]) { end -= 1 }
        let field = rest[start..<end]
        rest = rest[next...]
        return try text(field, at: start)
    }

    /// The field in front, which begins with a quote.
    private static func quoted(
        _ rest: inout Slice<UnsafeRawBufferPointer>, _ separator: UInt8, _ isBlank: (UInt8) -> Bool
    ) throws(CSVFault) -> String {
        var field: [UInt8] = []
        let start = rest.startIndex
        rest = rest.dropFirst()
        while true {
            guard let byte = rest.popFirst() else {
                throw CSVFault(message: "a quote is opened and never closed", offset: start)
            }
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
        if let next = rest.first, next != separator {
            throw CSVFault(message: "text behind a closing quote", offset: rest.startIndex)
        }
        return try text(field, at: start + 1)
    }

    private static func text(_ field: some Collection<UInt8>, at start: Int) throws(CSVFault) -> String {
        if let text = String(validating: field, as: UTF8.self) { return text }
        // What is good keeps its length in the repaired text.
        let good = zip(field, String(decoding: field, as: UTF8.self).utf8).prefix { $0 == $1 }.count
        throw CSVFault(message: "bytes that are not UTF-8", offset: start + good)
    }
}
