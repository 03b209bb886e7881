import MillraceTestKit
import OnlineLearning
import Testing

/// Every model of the catalog after extremes, sentinels, missing values and changed types.
@Suite struct RecoveryLawTests {
    @Test(arguments: RecoveryLaw.subjects.map(\.name), ["", "standardize", "min_max"])
    func aWildValueIsRecoveredFrom(_ name: String, _ scaling: String) {
        let subject = RecoveryLaw.subjects.first { $0.name == name }!
        let transformer = Catalog.transformers.first { $0.description.name == scaling }
        #expect(RecoveryLaw(subject, behind: transformer).violations().prefix(5) == [])
    }
}
