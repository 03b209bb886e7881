import EventFormats
import Foundation
import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Text
import Topology

@testable import Engine

/// Small parts that decide one thing each.
@Suite struct PartsTests {
    // MARK: Whether a worker begins again

    @Test func failuresInARowPauseLongerAndEnd() {
        let broken = EngineError(.unavailable, "away", isTransient: true)
        var now = ContinuousClock.now
        var policy = RestartPolicy()
        var pauses: [Duration] = []
        while let pause = policy.pause(after: broken, at: now) {
            pauses.append(pause)
            now += pause
        }
        #expect(pauses.count == RestartPolicy.mostFailures)
        #expect(pauses[0] == .milliseconds(200) && pauses[1] == .milliseconds(400) && pauses.last == .seconds(4))
        #expect(policy.pause(after: broken, at: now + RestartPolicy.quiet + .seconds(1)) == .milliseconds(200))
        policy.progressed()
        #expect(policy.pause(after: broken, at: now) == .milliseconds(200))
        #expect(policy.pause(after: EngineError(.data, "wrong"), at: now) == nil, "what stays wrong is not repeated")
    }

    // MARK: Who this process is

    private func folder() throws -> String {
        let path = NSTemporaryDirectory() + "millrace-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test func aNameIsKeptAndNoTwoProcessesShareIt() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var first: InstanceIdentity? = try InstanceIdentity(given: nil, directory: folder, environment: [:])
        let second = try InstanceIdentity(given: nil, directory: folder, environment: [:])
        let name = first!.name
        #expect(name.count == 36 && second.name != name)
        first = nil
        let again = try InstanceIdentity(given: nil, directory: folder, environment: [:])
        #expect(again.name == name, "the free place's name comes back")
        #expect(
            try InstanceIdentity(given: nil, directory: folder, environment: ["MILLRACE_INSTANCE": "pod-1"]).name
                == "pod-1")
        #expect(
            try InstanceIdentity(given: "a", directory: folder, environment: ["MILLRACE_INSTANCE": "pod-1"]).name
                == "a")
    }

    @Test func aLinkOrAFolderThatCannotBeMadeIsRefused() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/0", withIntermediateDirectories: true)
        try Data("keep me".utf8).write(to: URL(fileURLWithPath: folder + "/victim"))
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/0/instance", withDestinationPath: folder + "/victim")
        #expect(throws: EngineError.self) {
            _ = try InstanceIdentity(given: nil, directory: folder, environment: [:])
        }
        #expect(try String(contentsOfFile: folder + "/victim", encoding: .utf8) == "keep me")
        #expect(throws: EngineError.self) {
            _ = try InstanceIdentity(given: nil, directory: folder + "/victim", environment: [:])
        }
    }

    // MARK: Topics

    @Test func topicsAreMadeAsTheirUseAsks() throws {
        let topics = TopicNames(try PartitionTaskTests.topology("logistic_regression"))
        let large = topics.creations(partitions: 4, brokers: 5, inputMessageBytes: 1000)
        #expect(large.map(\.name) == topics.made)
        #expect(large.allSatisfy { $0.partitions == 4 && $0.replicationFactor == 3 })
        for topic in large {
            let configuration = Dictionary(uniqueKeysWithValues: topic.config)
            #expect(configuration["min.insync.replicas"] == "2")
            #expect((configuration["cleanup.policy"] == "compact") == (topic.name == topics.state))
            #expect(
                configuration["max.message.bytes"]
                    == (topic.name == topics.deadLetters ? "\(1000 + TopicNames.deadLetterRoom)" : nil))
        }
        let small = topics.creations(partitions: 1, brokers: 1, inputMessageBytes: 1000)
        #expect(small.allSatisfy { $0.replicationFactor == 1 })
        #expect(small.allSatisfy { topic in topic.config.allSatisfy { $0.0 != "min.insync.replicas" } })
    }

    // MARK: Stop and status

    @Test func aRequestToStopStartsItsClocks() {
        let stop = StopSignal(workers: 2)
        #expect(!stop.isRequested && stop.timeLeft == nil && stop.drainTimeLeft == nil && !stop.isOverdue)
        stop.request()
        #expect(stop.isRequested && !stop.isOverdue)
        #expect(stop.timeLeft! <= StopSignal.grace && stop.drainTimeLeft! <= .seconds(12))
        stop.noteUncommitted("first")
        stop.noteUncommitted("second")
        #expect(stop.uncommittedReason == "first")
    }

    @Test func readinessWaitsForEveryWorkerAndEveryTask() {
        let status = EngineStatus()
        #expect(!status.isReady)
        status.update {
            $0.heartbeats = [0: .now, 1: .now]
            $0.assignedWorkers = [0]
        }
        #expect(!status.isReady && status.isLive)
        status.update {
            $0.assignedWorkers = [0, 1]
            $0.tasks[0] = EngineStatus.TaskStatus()
        }
        #expect(!status.isReady, "a task is being restored")
        status.update { $0.tasks[0]?.state = .running }
        #expect(status.isReady)
        status.update { $0.heartbeats[1] = .now - .seconds(61) }
        #expect(!status.isLive)
        status.update { $0.failure = "no" }
        #expect(!status.isReady && !status.isLive)
    }

    // MARK: Evaluation

    @Test func anEvaluationTellsWhatItFound() throws {
        let path = NSTemporaryDirectory() + "evaluation-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // The concept turns after 2,000 rows; one line is no JSON.
        var lines: [[UInt8]] = PartitionTaskTests.records[..<2000].map { $0 }
        lines.append(Array("{".utf8))
        lines += PartitionTaskTests.records[..<2000].map { record in
            Array(
                String(decoding: record, as: UTF8.self).replacingOccurrences(of: "\"y\":1", with: "\"y\":2")
                    .replacingOccurrences(of: "\"y\":0", with: "\"y\":1").replacingOccurrences(
                        of: "\"y\":2", with: "\"y\":0"
                    ).utf8)
        }
        try Data(lines.joined(separator: [0x0a])).write(to: URL(fileURLWithPath: path))
        let text = """
            name: told
            input: {topic: in, format: json}
            features: {x0: numeric, x1: numeric}
            label: {field: y, type: binary, classes: [0, 1]}
            models: {linear: logistic_regression, bayes: gaussian_nb}
            drift: [{detector: adwin, signal: error, action: reset}]
            tests: [{name: t, input: in.jsonl, expect: [{accuracy: "> 0.5"}, {dead_letters: 1}, {models.bayes.kappa: "> 2"}]}]
            """
        let (plan, findings) = TopologyFile.check(
            text: text, file: "told.yaml", environment: [:], overrides: [], looksAtFiles: false)
        let topology = try #require(plan, "\(findings)")
        var evaluation = Evaluation(topology)
        var predictions = 0
        var rows: [Int] = []
        evaluation.predictions = { predictions += $0.count { $0 == 0x0a } }
        evaluation.progress = { row, fraction, _ in
            #expect(fraction != nil)
            rows.append(row)
        }
        evaluation.curvePoints = 20
        let result = try evaluation.run(try FileRecords(path: path))
        #expect(result.rows == 4001 && predictions == 4000 && rows == [1024, 2048, 3072])
        #expect(result.deadLetterCount == 1 && result.report.events == 4000)
        #expect(!result.drifts.isEmpty && !result.decisions.isEmpty)
        #expect(result.drifts[0].row > 2000 && result.drifts[0].changePoint > 1900)
        #expect(result.curve.count > 5 && result.curve.count <= 40)
        for (name, value) in [
            ("events", 4000.0), ("labelled", 4000), ("dead_letters", 1), ("drifts", Double(result.drifts.count)),
            ("warnings", Double(result.warnings.count)), ("decisions", Double(result.decisions.count)),
            ("state_bytes", Double(result.stateBytes)),
        ] { #expect(result.value(of: name) == value, "\(name)") }
        #expect(result.value(of: "metrics.accuracy") == result.value(of: "accuracy"))
        for name in ["window.accuracy", "baselines.no_change", "models.bayes.kappa", "metrics.log_loss"] {
            #expect(result.value(of: name).isFinite, "\(name)")
        }
        #expect(result.value(of: "no_such").isNaN)
        let outcomes = result.check(topology.tests[0])
        #expect(outcomes.map(\.holds) == [true, true, false])
        #expect(result.json["events"] == .unsigned(4000))
        evaluation.limit = 10
        #expect(try evaluation.run(try FileRecords(path: path)).rows == 10)
    }
}
