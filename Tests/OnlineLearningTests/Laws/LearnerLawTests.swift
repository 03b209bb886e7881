import MillraceTestKit
import OnlineLearning
import Testing

/// Every entry of the catalog, with many settings, against every law.
@Suite struct LearnerLawTests {
    @Test(arguments: LearnerCase.all)
    func predictingIsPure(_ subject: LearnerCase) {
        #expect(LearnerLaws(subject).purity().prefix(3) == [])
    }

    @Test(arguments: LearnerCase.all)
    func featureOrderDoesNotMatter(_ subject: LearnerCase) {
        #expect(LearnerLaws(subject).featureOrder().prefix(3) == [])
    }

    @Test(arguments: LearnerCase.all)
    func roughInputIsSurvived(_ subject: LearnerCase) {
        #expect(LearnerLaws(subject).survival().prefix(3) == [])
    }

    @Test(arguments: LearnerCase.all)
    func sameStreamGivesTheSameBytes(_ subject: LearnerCase) {
        #expect(LearnerLaws(subject).determinism() == [])
    }

    @Test(arguments: LearnerCase.all)
    func restoredInMidStreamGoesOnBitForBit(_ subject: LearnerCase) {
        // A setting other than the default is tried where memory is short: there most can go wrong.
        if subject.given.isEmpty { #expect(LearnerLaws(subject).resumption().prefix(3) == []) }
        #expect(LearnerLaws(subject).resumption(memoryLimit: 40_000).prefix(3) == [])
    }

    @Test(arguments: LearnerCase.all.filter { $0.given.isEmpty })
    func restoredAtTwentyPointsGoesOnBitForBit(_ subject: LearnerCase) {
        #expect(LearnerLaws(subject).interruptions().prefix(3) == [])
    }

    @Test(arguments: LearnerCase.all)
    func damagedSnapshotsNeverCrash(_ subject: LearnerCase) {
        #expect(LearnerLaws.damage(subject).prefix(3) == [])
    }

    @Test(arguments: LearnerCase.all)
    func memoryStaysUnderItsLimit(_ subject: LearnerCase) {
        #expect(LearnerLaws.memory(subject, limit: 40_000) == [])
    }

    @Test(arguments: LearnerCase.all)
    func nothingIsAllocatedPerEvent(_ subject: LearnerCase) {
        #expect(LearnerLaws.steadyState(subject).prefix(3) == [])
    }

    @Test(arguments: LearnerCase.all)
    func theBeginningIsUndecided(_ subject: LearnerCase) {
        #expect(LearnerLaws.coldStart(subject) == [])
    }

    /// The counter itself: an array is one allocation, arithmetic is none.
    @Test func allocationsAreCounted() {
        var kept: [Int] = []
        #expect(allocations { kept = [Int](repeating: 1, count: 1000) } == (Allocations.areCounted ? 1 : 0))
        #expect(allocations { kept[3] += 1 } == 0)
        #expect(kept[3] == 2)
    }
}
