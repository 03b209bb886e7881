import Testing

@testable import Engine

/// A turn waits for data instead of looking for it.
@Suite struct TurnPaceTests {
    private let pace = TurnPace(commitInterval: .milliseconds(100), gathers: true)

    @Test func fullTurnsDoNotWait() {
        #expect(pace.wait(worked: 256, isBusy: false, due: nil) == .none)
        #expect(pace.wait(worked: 0, isBusy: true, due: nil) == .none)
    }

    @Test func fewRecordsLetOthersGather() {
        #expect(pace.wait(worked: 3, isBusy: false, due: nil) == .rest(5))
        #expect(pace.wait(worked: 3, isBusy: false, due: .milliseconds(2)) == .rest(2))
        #expect(pace.wait(worked: 3, isBusy: false, due: .zero) == .none)
        let quick = TurnPace(commitInterval: .milliseconds(20), gathers: true)
        #expect(quick.wait(worked: 3, isBusy: false, due: nil) == .rest(1))
    }

    /// Predictions that are seen at once are not held up.
    @Test func nothingGathersWherePredictionsAreSeenAtOnce() {
        let direct = TurnPace(commitInterval: .milliseconds(100), gathers: false)
        #expect(direct.wait(worked: 3, isBusy: false, due: nil) == .none)
        #expect(direct.wait(worked: 0, isBusy: false, due: nil) == .ring(100))
    }

    @Test func anIdleTurnWaitsForARingOrWhatIsDue() {
        #expect(pace.wait(worked: 0, isBusy: false, due: nil) == .ring(100))
        #expect(pace.wait(worked: 0, isBusy: false, due: .milliseconds(30)) == .ring(30))
        #expect(pace.wait(worked: 0, isBusy: false, due: .zero) == .ring(1))
        #expect(pace.wait(worked: 0, isBusy: false, due: .seconds(9)) == .ring(100))
    }
}
