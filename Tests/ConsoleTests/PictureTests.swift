import Testing

@testable import Console

@Suite struct PictureTests {
    private let red = Style(isColored: true).red

    @Test func aLineIsCutByWhatIsSeenOfIt() {
        #expect(Picture.cut("abc", to: 3) == "abc")
        #expect(Picture.cut("abcd", to: 3) == "abc")
        #expect(Picture.cut("▁▂▃▄", to: 2) == "▁▂")
        #expect(Picture.cut(red("ab"), to: 2) == red("ab"))
        #expect(Picture.cut(red("abcd") + "e", to: 3) == "\u{1B}[31mabc\u{1B}[0m")
    }

    @Test func textIsBrokenBetweenWords() {
        #expect(Picture.wrapped("one two three", columns: 7, indent: 2) == ["one two", "  three"])
        #expect(Picture.wrapped(red("one") + " two", columns: 7, indent: 2) == [red("one") + " two"])
        #expect(Picture.wrapped("  one two", columns: 7, indent: 2) == ["  one", "    two"])
        #expect(Picture.wrapped("", columns: 7, indent: 2).isEmpty)
    }

    @Test func theNextPictureTakesTheLastOnesPlace() {
        let picture = Picture()
        #expect(picture.text(["a", "b"], size: (80, 24)) == "\r\u{1B}[Ka\n\r\u{1B}[Kb\n\u{1B}[J")
        #expect(picture.text(["c"], size: (80, 24)) == "\u{1B}[2A\r\u{1B}[Kc\n\u{1B}[J")
    }

    @Test func aPictureFitsItsTerminal() {
        let picture = Picture()
        let lines = (0..<50).map { "line \($0) is long" }
        let first = picture.text(lines, size: (6, 10))
        #expect(first.split(separator: "\n").count - 1 == 9)
        #expect(first.contains("line 8") && !first.contains("is"))
        #expect(picture.text(lines, size: (6, 10)).hasPrefix("\u{1B}[9A"))
    }

    @Test func aResizedTerminalIsCleared() {
        let picture = Picture()
        _ = picture.text(["a"], size: (80, 24))
        #expect(picture.text(["a"], size: (40, 24)) == "\u{1B}[2J\u{1B}[H\r\u{1B}[Ka\n\u{1B}[J")
    }
}
