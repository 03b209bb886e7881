import Testing

@testable import Engine

@Suite struct CommitDecisionTests {
    typealias Stage = CommitDecision.Stage

    @Test(arguments: [Stage.begin, .produce, .sendOffsets, .commit])
    func fatalNeedsANewHandleAndACommitToBeResolved(stage: Stage) {
        let decision = CommitDecision.decide(
            stage: stage, isFatal: true, requiresAbort: true, isRetriable: true, outOfTime: false)
        #expect(decision == (stage == .commit ? .rebuildThenResolve : .rebuildThenRetry))
    }

    @Test(arguments: [Stage.begin, .produce, .sendOffsets, .commit])
    func abortableIsAborted(stage: Stage) {
        #expect(
            CommitDecision.decide(stage: stage, isFatal: false, requiresAbort: true, isRetriable: true, outOfTime: true)
                == .abortThenRetry)
    }

    @Test(arguments: [Stage.begin, .sendOffsets, .commit])
    func retriableIsCalledAgainWhileThereIsTime(stage: Stage) {
        #expect(
            CommitDecision.decide(
                stage: stage, isFatal: false, requiresAbort: false, isRetriable: true, outOfTime: false)
                == .repeatCall)
    }

    /// A draft is produced in many calls: to repeat them would double those that went through.
    @Test func producingIsNeverRepeated() {
        #expect(
            CommitDecision.decide(
                stage: .produce, isFatal: false, requiresAbort: false, isRetriable: true, outOfTime: false)
                == .abortThenRetry)
    }

    /// After a timed-out EndTxn a copy may still be under way: the handle never begins again.
    @Test func aCommitOutOfTimeIsUnknown() {
        for isRetriable in [true, false] {
            #expect(
                CommitDecision.decide(
                    stage: .commit, isFatal: false, requiresAbort: false, isRetriable: isRetriable, outOfTime: true)
                    == .rebuildThenResolve)
        }
    }

    @Test func committedMetadataDecideAnUnknownOutcome() {
        #expect(CommitDecision.resolve(draft: 8, committed: 8) == .committed)
        #expect(CommitDecision.resolve(draft: 8, committed: 7) == .notCommitted)
        #expect(CommitDecision.resolve(draft: 8, committed: 9) == .ownershipLost)
        #expect(CommitDecision.resolve(draft: 8, committed: 3) == .ownershipLost)
        #expect(CommitDecision.resolve(draft: 8, committed: nil) == .ownershipLost)
        #expect(CommitDecision.resolve(draft: 1, committed: nil) == .notCommitted)
    }
}
