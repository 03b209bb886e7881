@testable import OnlineLearning
import Testing

@testable import Engine

@Suite struct TaskHistoryTests {
    private func status(_ events: UInt64, notices: Int = 0) -> EngineStatus.TaskStatus {
        var status = EngineStatus.TaskStatus()
        status.state = .running
        var report = PipelineReport(
            events: events, labelled: events, cumulative: [], windowed: [], windowSize: 10, windowEvents: 10,
            baselines: [("majority", [("accuracy", 0.5)])], models: [("tree", [], [], 1)], champion: "tree", version: 1)
        report.tally = Tally(labelled: Double(events), loss: Double(events) / 10, positives: 3, alarms: 2, caught: 1)
        report.modelTallies = [report.tally]
        status.report = report
        for index in 0..<notices {
            status.record(
                .decision(
                    DecisionNotice(
                        at: UInt64(index), action: "keep", detector: "", signal: "", modelBefore: "", modelAfter: "",
                        versionBefore: 1, versionAfter: 1, lossBefore: 0, lossAfter: 0, reason: "")))
        }
        return status
    }

    @Test func aSampleComesBackAsItWas() throws {
        let history = TaskHistory()
        history.add(status(100), at: 50)
        let sample = try #require(history.copy(from: 0).samples.first)
        #expect(sample.x == 50 && sample.events == 100)
        #expect(sample.published == Tally(labelled: 100, loss: 10, positives: 3, alarms: 2, caught: 1))
        #expect(sample.models == [sample.published] && sample.baselines == [50])
    }

    @Test func aWeekIsKeptInBoundedMemoryAndEachRangeFromTheFinestThatReachesIt() {
        let history = TaskHistory()
        var events: UInt64 = 0
        for second in stride(from: 0.0, to: 700_000, by: 5) {
            events += 5
            history.add(status(events), at: second)
        }
        let end = 700_000.0
        for (reach, step) in [(600.0, 1.0), (3500, 10), (21_000, 60), (86_000, 240), (600_000, 1680)] {
            let copy = history.copy(from: end - reach)
            #expect(copy.step == step, "\(reach)")
            #expect(copy.samples.first.map { $0.x <= end - reach + step } ?? false, "\(reach)")
            #expect(copy.samples.count <= 601)
            #expect(zip(copy.samples, copy.samples.dropFirst()).allSatisfy { $0.x < $1.x && $0.events <= $1.events })
        }
    }

    @Test func aTaskThatCatchesUpAddsNothingUntilItHas() {
        let history = TaskHistory()
        history.add(status(100), at: 1)
        history.add(status(40), at: 2)
        history.add(status(100), at: 3)
        history.add(status(120), at: 4)
        #expect(history.copy(from: 0).samples.map(\.events) == [100, 120])
    }

    @Test func whatIsToldIsKeptOnceAndAcrossATasksEnd() {
        let history = TaskHistory()
        history.add(status(10, notices: 2), at: 1)
        history.add(status(20, notices: 3), at: 2)
        #expect(history.copy(from: 0).told.map(\.x) == [1, 1, 2])
        history.add(status(30, notices: 1), at: 3)
        #expect(history.copy(from: 0).told.map(\.x) == [1, 1, 2, 3])
    }

    @Test func missingValuesOfLateAndOfBefore() throws {
        let history = TaskHistory()
        var status = status(1)
        for second in 0...200 {
            status.inputs = InputCounts.Values(
                events: UInt64(second * 10), missing: [UInt64(second < 150 ? 0 : (second - 150) * 5), UInt64(second)])
            history.add(status, at: Double(second))
        }
        let shares = try #require(history.copy(from: 0).inputs)
        #expect(shares.since == 170 && shares.events == 300 && shares.eventsBefore == 1700)
        #expect(shares.missing == [150, 30] && shares.missingBefore == [100, 170])
        // A task that begins anew counts from 0: nothing is known of it yet.
        status.inputs = InputCounts.Values(events: 5, missing: [0, 0])
        history.add(status, at: 201)
        #expect(history.copy(from: 0).inputs == nil)
        status.inputs = InputCounts.Values(events: 900, missing: [0, 0])
        history.add(status, at: 240)
        #expect(history.copy(from: 0).inputs?.missing == [0, 0])
        // Even where it has looked at more events than the one before it.
        status.inputs = InputCounts.Values(events: 1000, missing: [5, 5])
        history.add(status, at: 241)
        status.inputs = InputCounts.Values(events: 2000, missing: [1, 9])
        history.add(status, at: 280)
        #expect(history.copy(from: 0).inputs == nil)
    }

    @Test func oneEventOfEightIsLookedAt() {
        let counts = InputCounts(width: 2)
        let event = Event(width: 2)
        event.slots[1] = 7
        for number in 1...80 { counts.see(event, number: UInt64(number)) }
        #expect(counts.values == InputCounts.Values(events: 10, missing: [10, 0]))
    }
}
