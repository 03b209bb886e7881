/// The first record of a CSV file.
public enum CSVHeader {
    /// The columns' names, or nil where the record is not CSV or not UTF-8. A byte order mark in front is skipped, and
    /// so are spaces around names without quotes.
    public static func columns(_ record: UnsafeRawBufferPointer, separator: UInt8 = 0x2c) -> [String]? {
        var bytes = record[...]
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        if bytes.last == 0x0a { bytes = bytes.dropLast() }
        if bytes.last == 0x0d { bytes = bytes.dropLast() }
        var columns: [String] = []
        var rest = bytes
        while true {
            var field: [UInt8] = []
            if rest.first == 0x22 {
                rest = rest.dropFirst()
                while true {
                    guard let byte = rest.popFirst() else { return nil }
                    if byte != 0x22 {
                        field.append(byte)
                    } else if rest.first == 0x22 {
                        field.append(0x22)
                        rest = rest.dropFirst()
                    } else {
                        break
                    }
                }
            } else {
                while let byte = rest.first, byte != separator {
                    if byte == 0x22 { return nil }
                    field.append(byte)
                    rest = rest.dropFirst()
                }
                while field.last == 0x20 { field.removeLast() }
                field.removeSubrange(0..<(field.firstIndex { $0 != 0x20 } ?? 0))
            }
            guard let name = String(validating: field, as: UTF8.self) else { return nil }
            columns.append(name)
            if rest.isEmpty { return columns }
            guard rest.popFirst() == separator else { return nil }
        }
    }
}
