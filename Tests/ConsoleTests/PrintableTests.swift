import Testing

@testable import Console

@Suite("Only colours of ours reach a terminal")
struct PrintableTests {
    @Test func whatATerminalObeysIsSpelledOut() {
        let evil = "\u{1B}]0;owned\u{7}\u{1B}[31m\u{9B}2J\u{202E}"
        #expect(Printable.text(evil + "ä\n\t") == "\\x1b]0;owned\\x07\\x1b[31m\\u009b2J\\u202eä\n\t")
        let red = Style(isColored: true).red("a\u{1B}[2Jb")
        #expect(Printable.escaped(red, keepsStyle: true) == "\u{1B}[31ma\\x1b[2Jb\u{1B}[0m")
    }
}
