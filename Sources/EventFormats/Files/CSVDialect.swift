/// How a CSV file differs from the usual.
public enum CSVDialect {
    /// What may separate columns: comma, semicolon, tab, bar.
    public static let separators: [UInt8] = [0x2c, 0x3b, 0x09, 0x7c]

    /// What separates the columns of a file with this first line: of the known ones the one that stands there most often
    /// outside quotes; the comma where none does, or as often as another.
    public static func separator(of header: UnsafeRawBufferPointer) -> UInt8 {
        var counts = separators.map { _ in 0 }
        var isQuoted = false
        for byte in header {
            if byte == 0x22 { isQuoted.toggle() }
            if !isQuoted, let place = separators.firstIndex(of: byte) { counts[place] += 1 }
        }
        let most = counts.max() ?? 0
        return separators[counts.firstIndex(of: most) ?? 0]
    }

    /// The columns' names of a first line.
    public static func header(
        _ record: UnsafeRawBufferPointer, separator: UInt8
    ) throws(CSVFault) -> [String] {
        let names = try CSVRecord.fields(record, separator: separator)
        if let place = record.firstIndex(of: 0x0d), place < record.count - 1,
            names.contains(where: { $0.contains("\r") })
        {
            throw CSVFault(message: "lines that end with CR alone: end them with LF or CRLF", offset: place)
        }
        return names
    }

    /// Why a first line looks like data and not like columns' names, or nil: most of it are numbers. Whole numbers that
    /// all differ may be names, as years are; they are only told where `isSure` is false.
    public static func suspicion(of header: [String], isSure: Bool = true) -> String? {
        let numbers = header.filter { CellText.number($0, hasDecimalComma: true) != nil }
        guard numbers.count * 2 > header.count else { return nil }
        let isNames = Set(numbers).count == numbers.count && numbers.allSatisfy { $0.utf8.allSatisfy(isDigit) }
        guard !isSure || !isNames else { return nil }
        return "the first line looks like data and not like columns' names (it begins "
            + "'\(header.prefix(4).joined(separator: ", "))'): name the columns in a first line of the file, or in a "
            + "topology's `input.columns`, which `evaluate` obeys"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// A name that comes twice, or nil.
    public static func repeated(in header: [String]) -> String? {
        var seen: Set<String> = []
        return header.first { !$0.isEmpty && !seen.insert($0).inserted }
    }
}
