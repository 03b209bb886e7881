import MillraceTestKit
import OnlineLearning
import Testing

/// Every tree and naive Bayes against what was once wrong in them.
@Suite struct BayesLawTests {
    @Test(arguments: BayesLaws.subjects)
    func unitsChangeNoDecision(_ subject: LearnerCase) { #expect(BayesLaws(subject).scaling() == []) }

    @Test(arguments: BayesLaws.subjects)
    func emptyColumnsCostNothing(_ subject: LearnerCase) { #expect(BayesLaws(subject).emptyColumns() == []) }

    @Test(arguments: BayesLaws.subjects)
    func probabilitiesCanBeBelieved(_ subject: LearnerCase) { #expect(BayesLaws(subject).belief() == []) }
}
