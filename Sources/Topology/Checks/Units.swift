/// Numbers with units, as topologies write them.
enum Units {
    /// `64KiB`, `256MiB`, `1GB` or plain bytes; nil where it is none of these or does not fit.
    static func bytes(_ text: String) -> Int? {
        let factors: [(String, Int)] = [
            ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
            ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
            ("B", 1), ("", 1),
        ]
        return scaled(text, factors)
    }

    /// `100ms`, `5s`, `10m`, `24h`, `7d` in milliseconds; nil where it is none of these or does not fit.
    static func milliseconds(_ text: String) -> Int? {
        scaled(text, [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)])
    }

    /// Bytes in the largest unit that divides them.
    static func text(bytes: Int) -> String {
        for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
        where bytes >= 1 << shift && bytes & (1 << shift - 1) == 0 {
            return "\(bytes >> shift)\(unit)"
        }
        return "\(bytes)"
    }

    /// Milliseconds in the largest unit that divides them.
    static func text(milliseconds: Int) -> String {
        for (unit, factor) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds >= factor && milliseconds % factor == 0 {
            return "\(milliseconds / factor)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    private static func scaled(_ text: String, _ factors: [(String, Int)]) -> Int? {
        for (unit, factor) in factors where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard let number = Double(digits), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e })
            else { continue }
            let scaled = number * Double(factor)
            guard scaled == scaled.rounded(), scaled < 0x1p62 else { return nil }
            return Int(scaled)
        }
        return nil
    }

    /// Milliseconds since 1970 of `2026-11-21T10:00:00Z`, of a date alone, or of a whole number of milliseconds.
    static func time(_ text: String) -> Int64? {
        if let number = Int64(text) { return number >= 0 ? number : nil }
        let bytes = Array(text.utf8)
        func digits(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = digits(0..<4), let month = digits(5..<7), let day = digits(8..<10),
            bytes[4] == 0x2d, bytes[7] == 0x2d, (1970...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= daysInMonth(month, year)
        else { return nil }
        let date = Int64(daysSince1970(year, month, day)) * 86_400_000
        if bytes.count == 10 { return date }
        guard bytes.count == 20, bytes[10] == 0x54, bytes[13] == 0x3a, bytes[16] == 0x3a, bytes[19] == 0x5a,
            let hour = digits(11..<13), let minute = digits(14..<16), let second = digits(17..<19),
            hour < 24, minute < 60, second < 60
        else { return nil }
        return date + Int64((hour * 60 + minute) * 60 + second) * 1000
    }

    private static func daysInMonth(_ month: Int, _ year: Int) -> Int {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Days of the proleptic Gregorian calendar; the year begins in March, so that the leap day is its last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let monthOfYear = month > 2 ? month - 3 : month + 9
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400
        return days + (153 * monthOfYear + 2) / 5 + day - 1 - 719_468
    }
}
