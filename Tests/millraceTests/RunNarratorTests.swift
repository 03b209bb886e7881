import Engine
import EventFormats
import Foundation
@testable import OnlineLearning
import Testing

@testable import millrace

@Suite("run talks")
struct RunNarratorTests {
    private func texts(_ lines: [RunNarrator.Line]) -> [String] {
        lines.map { line in
            "\(line.level) \(line.message)" + line.fields.dropFirst().map { " \($0.0)=\($0.1)" }.joined()
        }
    }

    @Test func assignmentsRestoresAndDeadLetters() {
        var narrator = RunNarrator(name: "a", models: 2)
        #expect(narrator.lines(RunFigures()) == [])
        var now = RunFigures(tasks: [0: .init(isRestoring: true), 1: .init()])
        #expect(
            texts(narrator.lines(now)) == [
                "info assigned partitions=0,1",
                "info 2 partitions, each with its own 2 models, learning from its events alone",
            ])
        now.tasks[0] = .init(isRestoring: false, replayed: 40, offset: 100)
        #expect(texts(narrator.lines(now)) == ["info restored partition=0 offset=100 replayed=40"])
        #expect(narrator.lines(now) == [])
        now.events = 5000
        now.deadLetters = ["wrong_type": 1]
        now.firstDeadLetters = ["wrong_type": (3, .init(offset: 7, field: "x", reason: "not a number"))]
        let first = [
            "warning dead letter code=wrong_type count=1 of_events=5000 first_partition=3 first_offset=7 field=x "
                + "reason=not a number look_in=a-dead-letters"
        ]
        #expect(texts(narrator.lines(now)) == first)
        now.deadLetters = ["wrong_type": 9]
        #expect(narrator.lines(now) == [])
        now.deadLetters = ["wrong_type": 5000]
        #expect(narrator.lines(now).count == 1)
        now.tasks[1] = nil
        #expect(texts(narrator.lines(now)) == ["info rebalanced partitions=0 given_away=1"])
    }

    @Test func fieldsThatNeverComeAreToldOnce() {
        var narrator = RunNarrator(name: "a", models: 1)
        let amount = UnseenFields.Field(role: "feature", name: "amuont", meant: "amount")
        let country = UnseenFields.Field(role: "feature", name: "country", meant: nil)
        var now = RunFigures(tasks: [0: .init(unseen: [amount, country]), 1: .init(unseen: [amount])], events: 999)
        #expect(!texts(narrator.lines(now)).contains { $0.hasPrefix("warning") })
        now.events = 1000
        #expect(
            texts(narrator.lines(now)) == [
                "warning the feature 'amuont' had no value in 1000 events (did you mean 'amount'?) feature=amuont"
            ])
        #expect(narrator.lines(now) == [])
        var short = RunNarrator(name: "a", models: 1)
        let last = short.lines(RunFigures(tasks: [0: .init(unseen: [country])], events: 5), isLast: true)
        #expect(texts(last).last == "warning the feature 'country' had no value in 5 events feature=country")
    }

    @Test func decisionsAreToldOnce() {
        var narrator = RunNarrator(name: "a", models: 1)
        let decision = Notice.decision(
            DecisionNotice(
                at: 7, action: "switch", detector: "adwin", signal: "error", modelBefore: "tree", modelAfter: "linear",
                versionBefore: 1, versionAfter: 1, lossBefore: 0.2, lossAfter: 0.1, reason: "linear is better"))
        let now = RunFigures(tasks: [0: .init(told: 1, notices: [decision])])
        let line = "info switch partition=0 at=7 champion=linear reason=linear is better"
        #expect(texts(narrator.lines(now)).last == line)
        #expect(narrator.lines(now) == [])
    }

    @Test func theSummarySaysHowGood() {
        let narrator = RunNarrator(name: "a", models: 1)
        let figures = RunFigures(
            tasks: [0: .init()], events: 12_000, lag: 5, deadLetters: ["x": 2], drifts: 3, error: 0.042,
            baseline: ("no_change", 0.146))
        #expect(
            narrator.summary(figures, perSecond: 3960)
                == "a: 12,000 events, 3,960/s, lag 5, error 4.2 % (no_change 14.6 %), 3 drift events, 2 dead letters")
        #expect(narrator.summary(RunFigures(), perSecond: 0) == "a: 0 events, 0/s, lag unknown")
    }

    @Test func unknownLevelsAreRefused() throws {
        let file = Program.root.appendingPathComponent("topologies/friedman.yaml").path
        let unknown = try Program.run(["run", file, "--log-level", "verbos"])
        #expect(unknown.code == 64 && unknown.stderr.contains("must be one of debug, info, warning, error"))
        let environment = try Program.run(["lint", file], environment: ["MILLRACE_LOG": "loud"])
        #expect(environment.code == 64 && environment.stderr.contains("MILLRACE_LOG=loud: must be one of"))
        let json = try Program.run(
            ["run", file, "--log", "json", "--instance", "a", "--set", "kafka.bootstrap=127.0.0.1:1"])
        #expect(json.code == 69)
        #expect(json.stderr.hasPrefix("{\"time\":\"") && json.stderr.contains("\"msg\":\"starting\""), "\(json.stderr)")
    }
}
