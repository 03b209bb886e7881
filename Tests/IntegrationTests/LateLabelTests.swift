import Foundation
import KafkaClient
import Testing

extension IntegrationTests {
    /// `topologies/fraud-delayed.yaml` on a real broker: labels in a topic of their own, hours after their events.
    @Suite(.serialized) struct LateLabelTests {
        static let events = 6000

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

            func fill() throws {
                try generate([
                    "--topic", input, "--label-topic", labels, "--partitions", "\(partitions)", "--bootstrap",
                    Broker.shared.bootstrap,
                ])
            }

            private var settings: [String] {
                // A machine under load gives its first records late: order is not to depend on that.
                [
                    "name=\(name)", "input.topic=\(input)", "label.topic=\(labels)", "label.wait=60s",
                    "label.within=30m",
                    "kafka.bootstrap=\(Broker.shared.bootstrap)",
                ].flatMap { ["--set", $0] }
            }

            func arguments(_ command: String, _ more: [String]) -> [String] {
                [command, Place.root.appendingPathComponent("topologies/fraud-delayed.yaml").path] + settings + more
            }

            func run(_ more: [String] = ["--stop-at-end"], environment: [String: String] = [:]) throws
                -> EngineProcess
            {
                try EngineProcess(arguments("run", ["--instance", "a"] + more), environment: environment)
            }

            func runToEnd() throws {
                let engine = try run()
                let status = engine.waitForExit(seconds: 180)
                #expect(status == 0, "\(engine.errors.suffix(2000))")
            }

            func digests() throws -> [Int: String] {
                let listed = try EngineProcess.run(arguments("state", []).insertingVerb("ls") + ["--json"])
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
            for point in ["after-genesis", "after-journal:2", "after-produce:3", "mid-batch:900", "during-commit:3"] {
                let engine = try stream.run(environment: ["MILLRACE_CRASH_AT": point])
                let status = engine.waitForExit(seconds: 60)
                print("late labels, \(partitions) partitions, \(point): ended with \(status ?? -1)")
                #expect(status == -SIGKILL || status == 0, "\(point): \(engine.errors.suffix(1500))")
            }
            let engine = try stream.run([])
            engine.wait(20) { (try? Broker.shared.committed(stream.name, stream.input)[0]).map { $0 > 500 } ?? false }
            engine.signal(SIGKILL)
            _ = engine.waitForExit()
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
    }
}

extension [String] {
    /// `state TOPOLOGY …` as `state ls TOPOLOGY …`.
    fileprivate func insertingVerb(_ verb: String) -> [String] { [self[0], verb] + self.dropFirst() }
}
