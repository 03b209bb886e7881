import EventFormats
import MillraceTestKit
@testable import OnlineLearning
import Testing
import Text

@testable import Engine

/// `<name>-metrics`: what is written, with which commit, and what is made of it by whoever reads it back.
@Suite(.serialized) struct PublishedMetricsTests {
    private func records(_ world: MemoryWorld, _ partition: Int32 = 0) throws -> [JSON] {
        try world.log.read(world.topics.metrics, partition, from: 0).records.map {
            try JSON(reading: String(decoding: $0.record.value ?? [], as: UTF8.self))
        }
    }

    @Test func aTaskTellsOfItselfEveryTenSecondsWithACommit() throws {
        let world = try WorkerSessionTests.world(records: 500)
        let life = world.life(7)
        world.giveAll(to: life)
        func committed() -> Int64 { world.log.committed(world.topics.group, world.topics.input, 0)?.offset ?? -1 }
        world.run(life) { committed() == 500 }
        world.run(life, turns: 1510) { false }
        let all = try records(world)
        // 30 s by the clock of the engine, and once at the begin; an idle task tells too.
        #expect(all.count == 4)
        let last = try #require(all.last)
        #expect(last["instance"] == "7" && last["partition"]?.whole == 0 && last["offset"]?.whole == 500)
        #expect(last["events"]?.whole == 500 && last["champion"]?.string != "" && last["lag"]?.whole == 0)
        #expect(last["metrics"]?["accuracy"]?.double != nil)
        let keys = try world.log.read(world.topics.metrics, 0, from: 0).records.map { $0.record.key ?? [] }
        #expect(keys.allSatisfy { $0 == Array("0".utf8) })
        #expect(committed() == 500 && life.error == nil)
    }

    @Test func theLastWordIsTold() throws {
        let world = try WorkerSessionTests.world(records: 50)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { (try? world.metadata()?.offset) == 20 || !life.session.tasks.isEmpty }
        for row in 50..<90 { WorkerSessionTests.append(row, to: world) }
        world.run(life) { (try? world.metadata()?.offset) == 90 }
        life.stop.request()
        world.run(life) { life.isOver }
        #expect(try records(world).last?["events"]?.whole == 90)
    }

    private func status() -> EngineStatus.TaskStatus {
        var status = EngineStatus.TaskStatus()
        status.state = .running
        (status.offset, status.committed, status.end, status.events) = (70, 70, 100, 60)
        status.deadLetters = ["broken_json": 3]
        status.inputs = InputCounts.Values(events: 8, missing: [0, 2])
        status.unseen = [UnseenFields.Field(role: "feature", name: "b", meant: "B")]
        (status.snapshotBytes, status.memoryBytes, status.driftEvents, status.decisions) = (5, 6, 7, 8)
        var report = PipelineReport(
            events: 57, labelled: 50, cumulative: [("accuracy", 0.1 + 0.2), ("kappa", nil)],
            windowed: [("accuracy", 0.5)], windowSize: 1000, windowEvents: 50,
            baselines: [("majority", [("accuracy", 0.25)])],
            models: [("tree", [("accuracy", 0.7)], [("accuracy", 0.8)], 3)], champion: "tree", version: 3)
        report.tally = Tally(labelled: 50, loss: 5, positives: 4, alarms: 3, caught: 2)
        report.modelTallies = [Tally(labelled: 50, loss: 6)]
        report.reliability = [ReliabilityBin(low: 0, high: 0.5, mean: 0.25, events: 50, positives: 4)]
        status.report = report
        return status
    }

    @Test func aRecordComesBackAsItWas() throws {
        let record = MetricsRecord(partition: 3, instance: "b", status: status())
        let features = ["a", "b"]
        let text = record.json(topology: "t", features: features, eventTime: 12).text
        let back = try #require(MetricsRecord(try JSON(reading: text), features: features))
        #expect(back.json(topology: "t", features: features, eventTime: 12).text == text)
        #expect(back.status.lag == 30 && back.status.inputs == record.status.inputs)
        #expect(CourseSample(x: 1, try #require(back.status.report)).row == CourseSample(x: 1, status().report!).row)
    }

    @Test(arguments: ["{}", "[]", "{\"partition\":0}", "{\"partition\":1e99,\"instance\":\"a\"}", "null"])
    func whatIsNoRecordIsNone(text: String) throws {
        #expect(MetricsRecord(try JSON(reading: text), features: ["a"]) == nil)
        #expect(Notice(try JSON(reading: text)) == nil)
    }

    @Test func aNoticeComesBackAsItWas() throws {
        var change = DriftChange()
        (change.direction, change.meanBefore, change.meanAfter, change.age) = (.down, 0.5, 0.25, 8)
        let drift = DriftNotice(
            at: 100, detector: "adwin", signal: "error", level: .drift, change: change, changePoint: 92, model: "tree")
        let back = try #require(Notice(.object(Notice.drift(drift).members())))
        guard case .drift(let found) = back else { throw Missing() }
        #expect(found.at == 100 && found.changePoint == 92 && found.change.direction == .down && found.change.age == 8)
        #expect(found.change.meanAfter == 0.25 && found.change.statistic.isNaN)
        let decision = Notice.decision(
            DecisionNotice(
                at: 1, action: "retrain_swap", detector: "adwin", signal: "error", modelBefore: "a", modelAfter: "b",
                versionBefore: 1, versionAfter: 2, lossBefore: 0.5, lossAfter: 0.25, reason: "better"))
        #expect(Notice(.object(decision.members())) == decision)
    }

    private struct Missing: Error {}

    private func status(_ events: UInt64) -> EngineStatus.TaskStatus {
        var status = status()
        status.report?.events = events
        return status
    }

    @Test func whatWasBeforeComesFirstAndOthersAreShown() {
        let time = ManualTime()
        let engine = EngineStatus { time.value }
        engine.beginReading()
        engine.update { $0.tasks[0] = status(400) }
        engine.keep([0: status(400)])
        #expect(engine.histories.isEmpty, "the present waits")
        for second in [10.0, 20, 30] {
            engine.take(MetricsRecord(partition: 0, instance: "old", status: status(UInt64(second) * 10)), at: second)
            engine.take(MetricsRecord(partition: 1, instance: "b", status: status(UInt64(second))), at: second)
        }
        engine.note(.following)
        time.value = 41
        engine.keep([0: status(410)])
        // Its own record says less than it knows itself.
        engine.take(MetricsRecord(partition: 0, instance: "a", status: status(405)), at: 42)
        engine.take(MetricsRecord(partition: 1, instance: "b", status: status(40)), at: 42)
        func events(_ partition: Int32) -> [Double] {
            engine.histories[partition]?.copy(from: 0).samples.map(\.events) ?? []
        }
        #expect(events(0) == [100, 200, 300, 410] && events(1) == [10, 20, 30, 40])
        #expect(engine.told[1]?.instance == "b" && engine.told[1]?.x == 42)
        // Read once more, after an error.
        engine.beginReading()
        engine.take(MetricsRecord(partition: 1, instance: "b", status: status(10)), at: 10)
        #expect(events(1) == [10, 20, 30, 40])
    }

    @Test func aTopologyThatBeganAnewDoesNotHideBehindWhatItWas() {
        let history = TaskHistory()
        history.take(status(1000), at: 10)
        history.take(status(2000), at: 20)
        history.add(status(5), at: 30)
        #expect(history.copy(from: 0).samples.map(\.events) == [5])
        history.take(status(2500), at: 40)
        history.take(status(3), at: 50)
        #expect(history.copy(from: 0).samples.map(\.events) == [3])
    }

    @Test func theFirstRecordOfAFreshTopologyDoesNotMakeItsHistoryCoarse() {
        let history = TaskHistory()
        history.take(status(10), at: 100)
        for second in 103...130 { history.add(status(UInt64(second)), at: Double(second)) }
        let copy = history.copy(from: 0)
        #expect(copy.step == 1 && copy.samples.count == 28)
    }

    @Test func whatIsToldStandsInItsOrder() {
        let history = TaskHistory()
        for x in [3.0, 1, 2] {
            history.tell(
                .init(
                    x: x,
                    notice: .decision(
                        DecisionNotice(
                            at: 1, action: "keep", detector: "", signal: "", modelBefore: "", modelAfter: "",
                            versionBefore: 1, versionAfter: 1, lossBefore: 0, lossAfter: 0, reason: ""))))
        }
        #expect(history.copy(from: 0).told.map(\.x) == [1, 2, 3])
    }
}

private final class ManualTime: @unchecked Sendable {
    var value = 0.0
}
