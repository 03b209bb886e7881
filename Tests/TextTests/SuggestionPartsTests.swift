import Testing

import Text

@Suite struct SuggestionPartsTests {
    @Test func theBeginningOfANameIsEnough() {
        let words = ["hoeffding_tree_regressor", "hoeffding_tree", "adwin", "logistic_regression"]
        #expect(Suggestion.nearestByParts(to: "hoefding", in: words) == "hoeffding_tree")
        #expect(Suggestion.nearestByParts(to: "adwim", in: words) == "adwin")
        #expect(Suggestion.nearestByParts(to: "logistc", in: words) == "logistic_regression")
        #expect(Suggestion.nearestByParts(to: "zzz", in: words) == nil)
    }
}
