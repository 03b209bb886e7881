/// How a CSV file differs from the usual.
public enum CSVDialect {
    /// What separates the columns of a file with this first line: of comma, semicolon, tab and bar the one that stands
    /// there most often outside quotes; the comma where none does.
    public static func separator(of header: UnsafeRawBufferPointer) -> UInt8 {
        let known: [UInt8] = [0x2c, 0x3b, 0x09, 0x7c]
        var counts = [0, 0, 0, 0]
        var isQuoted = false
        for byte in header {
            if byte == 0x22 { isQuoted.toggle() }
            if !isQuoted, let place = known.firstIndex(of: byte) { counts[place] += 1 }
        }
        let most = counts.max() ?? 0
        return most == 0 || counts[0] == most ? 0x2c : known[counts.firstIndex(of: most) ?? 0]
    }

    /// What is wrong with a line of columns' names, or nil: a name that comes twice, or a line that looks like data.
    public static func mistake(in header: [String]) -> String? {
        let remedy =
            "name the columns in a first line of the file, or in a topology's `input.columns`, which `evaluate` obeys"
        let numbers = header.count { CellText.number($0) != nil }
        if numbers * 2 > header.count || (numbers > 0 && header.contains("")) && numbers > 1 {
            return
                "the first line looks like data and not like names (it begins \(header.prefix(4).joined(separator: ", "))): "
                + remedy
        }
        var seen: Set<String> = []
        guard let twice = header.first(where: { !$0.isEmpty && !seen.insert($0).inserted }) else { return nil }
        let guess = numbers > 0 ? "; it looks like data and not like names: \(remedy)" : ""
        return "the first line names the column '\(twice)' twice\(guess)"
    }
}
