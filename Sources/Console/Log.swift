import Synchronization
import Text

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How much a log line matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    /// The word in the line and in MILLRACE_LOG.
    public var word: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The level of a word, or nil.
    public init?(word: String) {
        guard let level = LogLevel.allCases.first(where: { $0.word == word.lowercased() }) else { return nil }
        self = level
    }

    /// Whether `a` matters less than `b`.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// Log lines on stderr: logfmt or JSON, one line each, UTC.
///
/// Any thread may call it. A line costs one formatting and one `write`; never call it for each event.
public enum Log {
    private static let threshold = Atomic<Int>(initialLevel.rawValue)

    private static var initialLevel: LogLevel {
        Terminal.environmentValue("MILLRACE_LOG").flatMap { LogLevel(word: $0) } ?? .info
    }

    /// The least level that is written. At first MILLRACE_LOG (debug, info, warning, error), else info.
    public static var level: LogLevel {
        get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// A detail for whoever looks for a fault.
    public static func debug(_ message: String, _ fields: (String, String)...) { emit(.debug, message, fields) }

    /// Something happened that an operator wants to know.
    public static func info(_ message: String, _ fields: (String, String)...) { emit(.info, message, fields) }

    /// Something is wrong and the program goes on.
    public static func warning(_ message: String, _ fields: (String, String)...) { emit(.warning, message, fields) }

    /// Something failed.
    public static func error(_ message: String, _ fields: (String, String)...) { emit(.error, message, fields) }

    /// A line of that level.
    public static func write(_ level: LogLevel, _ message: String, _ fields: [(String, String)]) {
        emit(level, message, fields)
    }

    private static let jsonLines = Atomic<Bool>(false)

    /// Whether a line is one JSON object; else logfmt.
    public static var isJSON: Bool {
        get { jsonLines.load(ordering: .relaxed) }
        set { jsonLines.store(newValue, ordering: .relaxed) }
    }

    /// What MILLRACE_LOG says and no level is, or nil.
    public static var unknownLevel: String? {
        guard let word = Terminal.environmentValue("MILLRACE_LOG"), !word.isEmpty else { return nil }
        return LogLevel(word: word) == nil ? word : nil
    }

    private static func emit(_ level: LogLevel, _ message: String, _ fields: [(String, String)]) {
        guard level.rawValue >= threshold.load(ordering: .relaxed) else { return }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        Terminal.printError(
            line(level, message, fields, seconds: Int(now.tv_sec), milliseconds: Int(now.tv_nsec) / 1_000_000))
    }

    /// The text of a line, without a line break.
    static func line(
        _ level: LogLevel, _ message: String, _ fields: [(String, String)], seconds: Int, milliseconds: Int
    ) -> String {
        if isJSON {
            let head: [(String, JSON)] = [
                ("time", .text(utcTime(seconds: seconds, milliseconds: milliseconds))), ("level", .text(level.word)),
                ("msg", .text(message)),
            ]
            return JSON.object(head + fields.map { ($0.0, .text($0.1)) }).text
        }
        var text =
            "time=\(utcTime(seconds: seconds, milliseconds: milliseconds)) level=\(level.word) msg=\(quoted(message))"
        for (name, value) in fields { text += " \(name)=\(quoted(value))" }
        return text
    }

    /// A moment in ISO 8601, UTC, to the millisecond.
    static func utcTime(seconds: Int, milliseconds: Int) -> String {
        var moment = time_t(seconds)
        var parts = tm()
        gmtime_r(&moment, &parts)
        func digits(_ value: Int32, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let time = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(time).\(digits(Int32(milliseconds), 3))Z"
    }

    /// A value as logfmt spells it: bare where it has no blank, equals sign or anything that JSON would escape, else as a
    /// JSON string.
    static func quoted(_ value: String) -> String {
        let text = JSONText.quoted(value)
        let isBare = !value.isEmpty && text.utf8.count == value.utf8.count + 2
        return isBare && value.utf8.allSatisfy { $0 > 32 && $0 != UInt8(ascii: "=") } ? value : text
    }
}
