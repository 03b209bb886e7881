import Testing

@testable import Console

@Suite struct LogTests {
    @Test func aLineIsLogfmtInUTC() {
        let line = Log.line(
            .warning, "commit was slow", [("ms", "412"), ("topic", "a b"), ("why", "say \"no\"\n"), ("empty", "")],
            seconds: 1_700_000_000, milliseconds: 7)
        #expect(
            line == "time=2023-11-14T22:13:20.007Z level=warning msg=\"commit was slow\" ms=412 topic=\"a b\" "
                + "why=\"say \\\"no\\\"\\n\" empty=\"\"")
    }

    @Test func levelsAreOrderedWords() {
        #expect(LogLevel(word: "DEBUG") == .debug)
        #expect(LogLevel(word: "loud") == nil)
        #expect(LogLevel.debug < .info && LogLevel.warning < .error)
    }
}

@Suite struct NumbersTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func thousands(value: Int, text: String) { #expect(Numbers.grouped(value) == text) }

    @Test(arguments: [
        (0.7795, 2, "0.78"), (1.0, 3, "1.000"), (-0.004, 2, "0.00"), (-1.5, 1, "-1.5"), (12.0, 0, "12"),
        (0.05, 2, "0.05"),
    ])
    func decimals(value: Double, decimals: Int, text: String) { #expect(Numbers.fixed(value, decimals) == text) }

    @Test func oddNumbers() {
        #expect(Numbers.fixed(.nan, 2) == "-")
        #expect(Numbers.fixed(.infinity, 2) == "inf")
        #expect(Numbers.fixed(1e300, 2) == "1e+300")
    }

    @Test(arguments: [(12, "12 B"), (2048, "2.0 KiB"), (5 << 20, "5.0 MiB"), (3 << 30, "3.0 GiB")])
    func bytes(count: Int, text: String) { #expect(Numbers.bytes(count) == text) }
}

@Suite struct ProgressTests {
    @Test func theLineSaysHowFarAndHowFast() {
        #expect(
            Progress.text("evaluate", 5000, 10_000, "accuracy 0.8", seconds: 2)
                == "evaluate: 5,000 of 10,000 (50 %), 2,500/s, accuracy 0.8")
        #expect(Progress.text("generate", 10, nil, "", seconds: 0) == "generate: 10")
    }

    @Test func nothingIsWrittenForShortWork() {
        var written: [String] = []
        let progress = Progress("x", total: 2, isTerminal: false) { written.append($0) }
        progress.update(1)
        progress.finish(2)
        #expect(written.isEmpty)
    }
}
