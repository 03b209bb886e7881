/// Lines on a terminal that are drawn again and again in one place.
///
/// Lines are cut to the terminal's width and the picture to its height, so that going up again finds the first line.
/// After a resize the terminal has broken the lines anew, so the screen is cleared. Not thread-safe.
public final class Picture {
    private var drawn = 0
    private var size: (columns: Int, rows: Int)?

    /// Nothing drawn yet: the first picture begins where the cursor is.
    public init() {}

    /// Draws the lines in place of those drawn before.
    public func draw(_ lines: [String]) { Terminal.output(text(lines, size: Terminal.size)) }

    /// What is written to show the lines on a terminal of that size.
    func text(_ lines: [String], size: (columns: Int, rows: Int)) -> String {
        var text = ""
        if let old = self.size, old != size {
            text = "\u{1B}[2J\u{1B}[H"
            drawn = 0
        }
        self.size = size
        if drawn > 0 { text += "\u{1B}[\(drawn)A" }
        // The cursor waits below the last line.
        let shown = lines.prefix(max(1, size.rows - 1))
        for line in shown {
            text += "\r\u{1B}[K" + Self.cut(Printable.escaped(line, keepsStyle: true), to: size.columns) + "\n"
        }
        drawn = shown.count
        return text + "\u{1B}[J"
    }

    /// The line's first columns; colours take none and end with it.
    public static func cut(_ line: String, to columns: Int) -> String {
        guard width(line) > columns else { return line }
        var text = ""
        var left = columns
        var isColored = false
        scan(line) { character, isVisible in
            if isVisible { left -= 1 } else { isColored = true }
            if left >= 0 { text.append(character) }
        }
        return isColored ? text + "\u{1B}[0m" : text
    }

    /// A text in lines of at most that many columns, broken between words; all but the first are indented,
    /// beyond what all are.
    public static func wrapped(_ text: String, columns: Int, indent: Int) -> [String] {
        let own = String(text.prefix { $0 == " " })
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, width(last) + 1 + width(String(word)) <= columns {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(own + (lines.isEmpty ? "" : String(repeating: " ", count: indent)) + word)
            }
        }
        return lines
    }

    /// Columns that a line takes, without its colours.
    public static func width(_ line: String) -> Int {
        var width = 0
        scan(line) { _, isVisible in width += isVisible ? 1 : 0 }
        return width
    }

    /// Each character, and whether it is seen or belongs to a colour.
    private static func scan(_ line: String, _ body: (Character, Bool) -> Void) {
        var isEscape = false
        for character in line {
            if character == "\u{1B}" { isEscape = true }
            body(character, !isEscape)
            if isEscape, character == "m" { isEscape = false }
        }
    }
}
