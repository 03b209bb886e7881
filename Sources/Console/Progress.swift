/// How far a long piece of work is, on stderr: one line rewritten on a terminal, else a line every few seconds.
///
/// Not thread-safe. `update` costs one clock reading; call it every thousand events or so.
public final class Progress {
    private let title: String
    private let total: Int?
    private let isTerminal: Bool
    private let write: (String) -> Void
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastShown: ContinuousClock.Instant
    private var hasLine = false

    /// Progress of `title`, of `total` units where that is known.
    public convenience init(_ title: String, total: Int? = nil) {
        self.init(title, total: total, isTerminal: Terminal.errorIsTerminal) { Terminal.outputError($0) }
    }

    init(_ title: String, total: Int?, isTerminal: Bool, write: @escaping (String) -> Void) {
        self.title = title
        self.total = total
        self.isTerminal = isTerminal
        self.write = write
        start = clock.now
        lastShown = start
    }

    /// Shows `count` units done, if it is time to, with a note behind.
    public func update(_ count: Int, _ note: String = "") {
        let now = clock.now
        guard now - lastShown >= (isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
        lastShown = now
        show(count, note, elapsed: now - start)
    }

    /// Shows the end, where anything was shown before.
    public func finish(_ count: Int, _ note: String = "") {
        guard hasLine else { return }
        show(count, note, elapsed: clock.now - start)
        if isTerminal { write("\n") }
    }

    private func show(_ count: Int, _ note: String, elapsed: Duration) {
        hasLine = true
        let text = Self.text(Printable.text(title), count, total, note, seconds: elapsed / .seconds(1))
        write(isTerminal ? "\r\u{1B}[K" + String(text.prefix(max(20, Terminal.size.columns - 1))) : text + "\n")
    }

    static func text(_ title: String, _ count: Int, _ total: Int?, _ note: String, seconds: Double) -> String {
        var text = "\(title): \(Numbers.grouped(count))"
        if let total, total > 0 { text += " of \(Numbers.grouped(total)) (\(count * 100 / total) %)" }
        if seconds > 0 { text += ", \(Numbers.grouped(Int(Double(count) / seconds)))/s" }
        return note.isEmpty ? text : text + ", " + note
    }
}

/// Numbers as people read them.
public enum Numbers {
    /// A whole number with a comma between thousands.
    public static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// A number with that many decimals; "-" where it is NaN.
    public static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "-" : "\(value)" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        guard value.magnitude * scale < 9e15 else { return "\(value)" }
        let scaled = Int((value.magnitude * scale).rounded())
        let unit = Int(scale)
        let sign = value < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % unit)
        return sign + "\(scaled / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// Bytes with a binary unit.
    public static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "KiB", "MiB"] {
            if value < 1024 { return unit == "B" ? "\(count) B" : "\(fixed(value, 1)) \(unit)" }
            value /= 1024
        }
        return "\(fixed(value, 1)) GiB"
    }
}
