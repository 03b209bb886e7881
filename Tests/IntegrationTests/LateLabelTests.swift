import Foundation
import KafkaClient
import Testing

extension IntegrationTests {
    /// `topologies/fraud-delayed.yaml` on a real broker: labels in a topic of their own, hours after their events.
    @Suite(.serialized) struct LateLabelTests {
        static let isLong = ProcessInfo.processInfo.environment["MILLRACE_LONG_TESTS"] != nil
        static let events = isLong ? 60_000 : 6000

        /// A run's name, topics and command lines.
        struct Stream {
            let name: String
            let partitions: Int
            var input: String { "\(name)-events" }
            var labels: String { "\(name)-labels" }

            init(_ name: String, partitions: Int = 1) {
                self.name = name
                self.partitions = partitions
            }

            /// Fills both topics, or two files.
            func generate(_ more: [String], events: Int = LateLabelTests.events) throws {
                let made = try EngineProcess.run(
                    ["generate", "fraud", "--events", "\(events)", "--label-delay", "5m..1h"] + more)
                #expect(made.status == 0, "\(made.errors)")
            }

            func fill(events: Int = LateLabelTests.events) throws { try generate(topicOptions, events: events) }

            var topicOptions: [String] {
                [
                    "--topic", input, "--label-topic", labels, "--partitions", "\(partitions)", "--bootstrap",
                    Broker.shared.bootstrap,
                ]
            }

            private func settings(_ wait: String) -> [String] {
                [
                    "name=\(name)", "input.topic=\(input)", "label.topic=\(labels)", "label.wait=\(wait)",
                    "label.within=30m", "label.memory=1MiB", "label.disk=256MiB",
                    "kafka.bootstrap=\(Broker.shared.bootstrap)",
                ].flatMap { ["--set", $0] }
            }

            /// - Parameter wait: `label.wait`; a machine under load gives its first records late, and order is not to depend
            ///   on that.
            func arguments(_ command: String, _ more: [String], wait: String = "60s") -> [String] {
                [command, Place.root.appendingPathComponent("topologies/fraud-delayed.yaml").path] + settings(wait)
                    + more
            }

            func run(
                _ more: [String] = ["--stop-at-end"], wait: String = "60s", environment: [String: String] = [:]
            ) throws -> EngineProcess {
                try EngineProcess(
                    arguments("run", ["--instance", "a", "--state-dir", folder] + more, wait: wait),
                    environment: environment)
            }

            /// For events that wait on disk.
            var folder: String { NSTemporaryDirectory() + "millrace-\(name)-\(getpid())" }

            func runToEnd() throws {
                let engine = try run()
                let status = engine.waitForExit(seconds: 180)
                #expect(status == 0, "\(engine.errors.suffix(2000))")
            }

            func digests(wait: String = "60s") throws -> [Int: String] {
                let listed = try EngineProcess.run(arguments("state", [], wait: wait).insertingVerb("ls") + ["--json"])
                #expect(listed.status == 0, "\(listed.errors)")
                let objects = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as! [[String: Any]]
                return Dictionary(
                    uniqueKeysWithValues: objects.map { ($0["partition"] as! Int, $0["digest"] as! String) })
            }

            func sources(_ partition: Int) throws -> [String] {
                try Broker.shared.read("\(name)-predictions", partition: Int32(partition)).map(\.source)
            }
        }

        /// Every event predicted once, in the order of its partition.
        private func expectEachOnce(_ stream: Stream) throws {
            for partition in 0..<stream.partitions {
                let rows = (0..<Self.events).filter { $0 % stream.partitions == partition }.count
                let wanted = (0..<rows).map { "\(stream.input)-\(partition)-\($0)" }
                let isSame = try stream.sources(partition) == wanted
                #expect(isSame, "partition \(partition)")
            }
        }

        /// Killed at chosen places and at any time: the predictions once each, and with one partition the digest that an
        /// evaluation of the same rows in files has.
        @Test(arguments: [1, 4]) func survivesKills(partitions: Int) throws {
            let stream = Stream("late-\(partitions)", partitions: partitions)
            try stream.fill()
            defer { try? FileManager.default.removeItem(atPath: stream.folder) }
            // Transactions open, restores under way, and both sides of a write to the disk. What the third transaction did not
            // commit, the second has: there is something to replay then, where one partition has not read it all before.
            let points = [
                "after-genesis", "before-store", "after-store", "during-chunk-load:2", "after-journal:2",
                "after-produce:3", "during-replay:20", "mid-batch:900", "during-commit:3",
            ]
            for point in points {
                let engine = try stream.run(environment: ["MILLRACE_CRASH_AT": point])
                let status = engine.waitForExit(seconds: 60)
                print("late labels, \(partitions) partitions, \(point): ended with \(status ?? -1)")
                #expect(status == -SIGKILL || status == 0, "\(point): \(engine.errors.suffix(1500))")
            }
            for _ in 0..<(Self.isLong ? 5 : 1) {
                let before = try Broker.shared.committed(stream.name, stream.input)[0]
                let engine = try stream.run([])
                engine.wait(20) {
                    (try? Broker.shared.committed(stream.name, stream.input)[0]).map { $0 > max(500, before) } ?? false
                }
                engine.signal(SIGKILL)
                _ = engine.waitForExit()
            }
            // Restored beside: the newest snapshot and the journal.
            #expect(try stream.digests().count == partitions)
            try stream.runToEnd()
            try expectEachOnce(stream)
            let digests = try stream.digests()
            #expect(digests.count == partitions)
            guard partitions == 1 else {
                let calm = Stream("late-calm-\(partitions)", partitions: partitions)
                try calm.fill()
                try calm.runToEnd()
                #expect(try calm.digests() == digests)
                return
            }
            let folder = NSTemporaryDirectory() + "millrace-late-\(getpid())"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try stream.generate(["--output", "\(folder)/e.jsonl", "--labels", "\(folder)/l.jsonl"])
            let evaluated = try EngineProcess.run(
                stream.arguments(
                    "evaluate", ["--input", "\(folder)/e.jsonl", "--labels", "\(folder)/l.jsonl", "--json"]))
            let result = try #require(
                try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [String: Any],
                "\(evaluated.errors)")
            #expect(result["digest"] as? String == digests[0])
            let labels = try #require(result["labels"] as? [String: Any])
            #expect(labels["matched"] as? Int ?? 0 > 1000 && labels["late"] as? Int ?? 0 > 1000)
        }

        /// Live, killed meanwhile: whatever order came about, an evaluation in the journal's order comes to the same state.
        @Test func liveIsWhatItsJournalSays() throws {
            let stream = Stream("late-live", partitions: 2)
            defer { try? FileManager.default.removeItem(atPath: stream.folder) }
            try stream.fill(events: 100)
            let generator = try EngineProcess(
                ["generate", "fraud", "--events", "\(Self.events)", "--label-delay", "5m..1h", "--rate", "600/s"]
                    + stream.topicOptions)
            var engine = try stream.run([], wait: "500ms")
            for kill in 0..<(Self.isLong ? 10 : 3) {
                #expect(engine.waitUntilReady(), "\(engine.errors.suffix(2000))")
                usleep(900_000)
                engine.signal(SIGKILL)
                _ = engine.waitForExit()
                engine = try stream.run([], wait: "500ms")
                print("live, kill \(kill): \(try Broker.shared.committed(stream.name, stream.input, partitions: 2))")
            }
            #expect(generator.waitForExit(seconds: 300) == 0, "\(generator.errors)")
            let ended = engine.wait(60) {
                [stream.input, stream.labels].allSatisfy { topic in
                    let committed = (try? Broker.shared.committed(stream.name, topic, partitions: 2)) ?? []
                    return committed.reduce(0, +) == Int64(Self.events + 100)
                }
            }
            #expect(ended, "\(engine.errors.suffix(2000))")
            engine.signal(SIGTERM)
            #expect(engine.waitForExit() == 0, "\(engine.errors.suffix(2000))")
            let digests = try stream.digests(wait: "500ms")
            for partition in 0..<2 {
                let evaluated = try EngineProcess.run(
                    stream.arguments(
                        "evaluate",
                        ["--topic", stream.input, "--order", "journal", "--partition", "\(partition)", "--json"],
                        wait: "500ms"))
                let result = try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [String: Any]
                #expect(result?["digest"] as? String == digests[partition], "\(evaluated.errors)")
                let sources = try stream.sources(partition)
                #expect(Set(sources).count == sources.count && sources.count == result?["events"] as? Int)
            }
        }

        @Test func unequalPartitionCountsAreRefused() throws {
            let stream = Stream("late-unequal", partitions: 2)
            try Broker.shared.create(stream.input, partitions: 2)
            try Broker.shared.create(stream.labels, partitions: 3)
            let engine = try stream.run()
            let status = engine.waitForExit(seconds: 60)
            #expect(status == 69, "\(engine.errors)")
            #expect(engine.errors.contains("late-unequal-labels has 3 partitions and late-unequal-events has 2"))
            #expect(engine.errors.contains("one partitioner"))
        }

        /// What stands beside the offsets of both inputs is read in one piece, whatever is committed meanwhile.
        @Test func stateIsListedWhileItRuns() throws {
            let stream = Stream("late-listed")
            defer { try? FileManager.default.removeItem(atPath: stream.folder) }
            try stream.generate(stream.topicOptions, events: 200)
            let engine = try stream.run(["--set", "commit_interval=10ms"], wait: "100ms")
            engine.wait(30) { engine.errors.contains("ready") }
            let feeder = try EngineProcess(
                ["generate", "fraud", "--events", "8000", "--label-delay", "1s..2s", "--rate", "1000/s"]
                    + stream.topicOptions)
            while feeder.isRunning { _ = try stream.digests(wait: "100ms") }
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 60) == 0, "\(engine.errors.suffix(2000))")
        }
    }
}

extension [String] {
    /// `state TOPOLOGY …` as `state ls TOPOLOGY …`.
    func insertingVerb(_ verb: String) -> [String] { [self[0], verb] + self.dropFirst() }
}
