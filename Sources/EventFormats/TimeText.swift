/// Times written as text.
public enum TimeText {
    /// Milliseconds since 1970 of an ISO 8601 date, or date and time, in UTC where no zone is given; nil where the text
    /// is none. Taken: `2026-03-01`, `2026-03-01T12:30`, `2026-03-01 12:30:05.25`, `…Z`, `…+02:00`, `…+0200`, `…+02`.
    /// Parts of a millisecond are cut off. A second of 60 is the next minute's first.
    public static func iso8601(_ text: UnsafeRawBufferPointer) -> Int64? {
        var reader = Digits(text: text)
        guard let year = reader.number(4), reader.take(0x2d), let month = reader.number(2), reader.take(0x2d),
            let day = reader.number(2), (1...12).contains(month), (1...daysIn(month, year)).contains(day)
        else { return nil }
        var milliseconds = daysSince1970(year, month, day) * 86_400_000
        if reader.isAtEnd { return milliseconds }

        guard reader.take(0x54) || reader.take(0x74) || reader.take(0x20), let hour = reader.number(2),
            reader.take(0x3a), let minute = reader.number(2), hour < 24, minute < 60
        else { return nil }
        milliseconds += (hour * 60 + minute) * 60_000
        if reader.take(0x3a) {
            guard let second = reader.number(2), second <= 60 else { return nil }
            milliseconds += second * 1000
            if reader.take(0x2e) || reader.take(0x2c) {
                guard let fraction = reader.milliseconds() else { return nil }
                milliseconds += fraction
            }
        }
        if reader.isAtEnd { return milliseconds }

        if reader.take(0x5a) || reader.take(0x7a) { return reader.isAtEnd ? milliseconds : nil }
        let isEast = reader.take(0x2b)
        guard isEast || reader.take(0x2d), let hours = reader.number(2), hours < 24 else { return nil }
        var offset = hours * 60
        if !reader.isAtEnd {
            _ = reader.take(0x3a)
            guard let minutes = reader.number(2), minutes < 60 else { return nil }
            offset += minutes
        }
        guard reader.isAtEnd else { return nil }
        return milliseconds + (isEast ? -offset : offset) * 60_000
    }

    /// Days from 1970-01-01 in the Gregorian calendar; years of 400 and 4 begin in March, so that leap days come last.
    static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private struct Digits {
        let text: UnsafeRawBufferPointer
        var index = 0

        var isAtEnd: Bool { index == text.count }

        mutating func take(_ byte: UInt8) -> Bool {
            guard index < text.count, text[index] == byte else { return false }
            index += 1
            return true
        }

        mutating func digit() -> Int64? {
            guard index < text.count, (0x30...0x39).contains(text[index]) else { return nil }
            index += 1
            return Int64(text[index - 1]) - 0x30
        }

        mutating func number(_ count: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// A fraction of a second, cut to milliseconds; at least one digit.
        mutating func milliseconds() -> Int64? {
            guard let first = digit() else { return nil }
            var value = first * 100
            var scale: Int64 = 10
            while let next = digit() {
                value += next * scale
                scale /= 10
            }
            return value
        }
    }
}
