import Testing

@testable import Page

@Suite struct SentenceTests {
    @Test func everySentenceIsFilledFromItsWords() {
        for sentence in Sentence.allCases {
            let words = Dictionary(sentence.names.map { ($0, "<\($0)>") }) { first, _ in first }
            let said = sentence.said(words)
            for name in sentence.names { #expect(said.lowercased().contains("<\(name.lowercased())>"), "\(sentence)") }
            #expect(!said.contains("{") && !said.contains("}"), "\(sentence)")
        }
    }

    /// Nobody needs a glossary: no detector, no statistic and no Greek above "For engineers".
    @Test func theWordsAreEverydays() {
        let forbidden = [
            "adwin", "ddm", "kappa", "roc", "auc", "f1", "prequential", "baseline", "significant", "drift",
            "probability", "label", "champion", "accuracy", "because",
        ]
        for sentence in Sentence.allCases where sentence != .todoReset {
            let text = sentence.rawValue.lowercased()
            let words = text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
            for word in forbidden { #expect(!words.contains(word), "\(sentence): \(word)") }
            #expect(text.unicodeScalars.allSatisfy { !(0x370...0x3ff).contains($0.value) }, "\(sentence)")
        }
    }

    @Test(arguments: [
        (0.0, "0\u{202f}%"), (0.041, "4.1\u{202f}%"), (0.003, "0.30\u{202f}%"), (0.42, "42\u{202f}%"),
    ])
    func percents(share: Double, text: String) { #expect(Figures.percent(share) == text) }

    @Test(arguments: [
        (731_000.0, "731,000"), (2_290_000, "2.29\u{a0}million"), (7, "7"),
    ])
    func counts(value: Double, text: String) { #expect(Figures.count(value) == text) }

    @Test(arguments: [
        (0.06, "0.06\u{a0}s"), (14, "14\u{a0}s"), (1740, "29\u{a0}minutes"), (7200, "2\u{a0}hours"),
        (604_800, "7\u{a0}days"),
    ])
    func durations(seconds: Double, text: String) { #expect(Figures.duration(seconds) == text) }

    @Test func timesAreInUTCAndSayTheDayWhereTheRangeIsLong() {
        // Tuesday 12 May 2026, 11:02:09 UTC.
        let x = 1_778_583_729.0
        #expect(Axis.clock.text(x, span: 3600) == "11:02")
        #expect(Axis.clock.text(x, span: 600) == "11:02:09")
        #expect(Axis.clock.text(x, span: 604_800) == "12 May 11:02")
        #expect(Axis.day(x) == "Tuesday 12 May 2026")
        #expect(Axis.day(951_782_400) == "Tuesday 29 February 2000")
        #expect(Axis.events.at(12_300, span: 45_000) == "at event 12,300")
    }

    @Test(arguments: [
        ("payment", "payments"), ("fraud", "frauds"), ("city", "cities"), ("day", "days"), ("box", "boxes"),
    ])
    func plurals(word: String, text: String) { #expect(Subject.plural(word) == text) }
}
