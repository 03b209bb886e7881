import Testing

@testable import Engine

@Suite struct IsolationTests {
    @Test func theFirstTwoAttemptsAreNormal() {
        #expect(Isolation().limit == nil)
        #expect(Isolation(attempt: 2).limit == nil)
    }

    @Test func theThirdGoesEventByEventAndGrowsWithSuccess() {
        var isolation = Isolation(attempt: 3)
        #expect(isolation.limit == 1 && !isolation.skipsNext)
        for size in [2, 4, 8, 16] {
            isolation.succeeded()
            #expect(isolation.limit == size)
        }
        for _ in 0..<20 { isolation.succeeded() }
        #expect(isolation.limit == nil)
    }

    @Test func onlyTheSixthAttemptBuries() {
        for attempt in UInt8(3)..<6 {
            #expect(Isolation(attempt: attempt).isTrial && !Isolation(attempt: attempt).skipsNext)
        }
        #expect(!Isolation(attempt: 2).isTrial && Isolation(attempt: 6).skipsNext)
    }

    @Test func oneAtATimeIsTried() {
        let turn = TrialTurn()
        #expect(turn.allows(0) && turn.take(3) && turn.take(3))
        #expect(!turn.take(0) && !turn.allows(0) && turn.allows(3))
        turn.give(0)
        #expect(!turn.allows(0))
        turn.give(3)
        #expect(turn.allows(0) && turn.take(0))
    }

    /// Whatever its place, a record that always kills is found and skipped, and nothing else is.
    @Test(arguments: [0, 1, 2, 63, 4095, 4096, 5000, 30_000])
    func findsTheRecord(poison: Int) {
        var committed = 0
        var attempt: UInt8 = 0
        var skipped: [Int] = []
        var lives = 0
        while committed < 40_000 {
            lives += 1
            #expect(lives < 200)
            guard lives < 200 else { return }
            attempt += 1
            var isolation = Isolation(attempt: attempt)
            life: while committed < 40_000 {
                let size = isolation.limit ?? 10_000
                for event in committed..<min(committed + size, 40_000) {
                    if isolation.skipsNext {
                        isolation.skipsNext = false
                        skipped.append(event)
                    } else if event == poison, !skipped.contains(poison) {
                        break life
                    }
                }
                committed = min(committed + size, 40_000)
                attempt = 0
                isolation.succeeded()
            }
        }
        #expect(skipped == [poison])
    }
}
