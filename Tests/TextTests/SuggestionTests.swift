import Testing
import Text

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("kitten", "sitting", 3), ("", "abc", 3), ("ab", "ba", 1), ("same", "same", 0), ("a", "b", 1),
        ("abcd", "acbd", 1),
    ])
    func editDistance(a: String, b: String, distance: Int) {
        #expect(Suggestion.distance(a, b) == distance)
        #expect(Suggestion.distance(b, a) == distance)
    }

    @Test(arguments: [
        ("hoefding_tree", "hoeffding_tree"), ("adwni", "adwin"), ("standardise", "standardize"),
        ("logistic", "logistic_regression"), ("fetures", "features"), ("Lable", "label"),
    ])
    func nearWordsAreFound(word: String, expected: String) {
        let words = [
            "adwin", "ddm", "hoeffding_tree", "logistic_regression", "standardize", "features", "label", "models",
        ]
        #expect(Suggestion.nearest(to: word, in: words) == expected)
    }

    @Test func farWordsAreNot() {
        #expect(Suggestion.nearest(to: "banana", in: ["adwin", "ddm"]) == nil)
        #expect(Suggestion.nearest(to: "elephant", in: ["features", "label", "models", "drift"]) == nil)
        #expect(Suggestion.nearest(to: String(repeating: "x", count: 5000), in: ["features"]) == nil)
        #expect(Suggestion.nearest(to: "x", in: []) == nil)
        #expect(Suggestion.text(nil) == "")
    }
}
