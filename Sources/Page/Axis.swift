/// What stands on the horizontal axis, and how its places are said.
public enum Axis: Sendable, Equatable {
    /// Seconds since 1970, said in UTC.
    case clock
    /// Events of a file.
    case events

    /// `11:02`, with seconds where the whole is short, with the day where it is long; `12,300`.
    func text(_ x: Double, span: Double) -> String {
        switch self {
        case .events: return Figures.count(x)
        case .clock:
            let (date, seconds) = Self.split(x)
            var text = "\(Self.two(seconds / 3600)):\(Self.two(seconds / 60 % 60))"
            if span < 1800 { text += ":\(Self.two(seconds % 60))" }
            return span > 86_400 ? "\(date.day) \(Self.months[date.month - 1].prefix(3)) \(text)" : text
        }
    }

    /// `at 11:02`, `at event 12,300`.
    func at(_ x: Double, span: Double) -> String { "at " + place(x, span: span) }

    /// `11:02`, `event 12,300`.
    func place(_ x: Double, span: Double) -> String { (self == .events ? "event " : "") + text(x, span: span) }

    /// `29 minutes`, `4,300 events`.
    func length(_ length: Double, items: String) -> String {
        self == .events ? "\(Figures.count(length)) \(items)" : Figures.duration(length)
    }

    /// `Tuesday 12 May 2026`.
    static func day(_ x: Double) -> String {
        let date = split(x).date
        let weekday = ((Int(x) / 86_400) % 7 + 7) % 7
        return "\(weekdays[weekday]) \(date.day) \(months[date.month - 1]) \(date.year)"
    }

    /// `2026-05-12T11:02:09Z`.
    static func iso(_ x: Double) -> String {
        let (date, seconds) = split(x)
        return
            "\(date.year)-\(two(date.month))-\(two(date.day))T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
    }

    // 1 January 1970 was a Thursday.
    private static let weekdays = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// The civil date in UTC and the seconds of the day (Hinnant, "chrono-compatible low-level date algorithms").
    private static func split(_ x: Double) -> (date: (year: Int, month: Int, day: Int), seconds: Int) {
        let whole = Int(x.rounded(.down))
        let days = Int((Double(whole) / 86_400).rounded(.down))
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return ((year, month, dayOfYear - (153 * part + 2) / 5 + 1), whole - days * 86_400)
    }
}
