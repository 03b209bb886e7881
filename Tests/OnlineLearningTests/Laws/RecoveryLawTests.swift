import MillraceTestKit
import OnlineLearning
import Testing

/// Every model of the catalog after extremes, sentinels, missing values and changed types.
@Suite struct RecoveryLawTests {
    @Test(arguments: RecoveryLaw.subjects.map(\.name))
    func aWildValueIsRecoveredFrom(_ name: String) {
        let subject = RecoveryLaw.subjects.first { $0.name == name }!
        #expect(RecoveryLaw(subject).violations().prefix(5) == [])
    }
}
