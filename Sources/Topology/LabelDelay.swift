/// How long generated labels take after their events: milliseconds, drawn evenly from a range.
public struct DelayRange: Equatable, Sendable {
    /// The shortest and the longest.
    public var milliseconds: ClosedRange<Int64>

    /// From `2d` or `1d..7d`; nil: it is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let texts = parts.count == 3 && parts[1].isEmpty ? [String(parts[0]), String(parts[2])] : [text, text]
        guard let least = Units.milliseconds(texts[0]), let most = Units.milliseconds(texts[1]), least <= most else {
            return nil
        }
        milliseconds = Int64(least)...Int64(most)
    }
}

/// How long after its event a label is known, in an evaluation: production learns the truth later than a file does.
public enum LabelDelay: Equatable, Sendable {
    /// After so many further events were scored; 0 is at once.
    case events(Int)
    /// After so many milliseconds of event time; needs `input.time`.
    case time(Int64)

    /// From `1000` or `90m`, `7d`, …; nil: it is neither.
    public init?(_ text: String) {
        if let count = Int(text), count >= 0 {
            self = .events(count)
        } else if let milliseconds = Units.milliseconds(text), milliseconds >= 0 {
            self = .time(Int64(milliseconds))
        } else {
            return nil
        }
    }
}
