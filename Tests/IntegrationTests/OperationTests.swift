import Foundation
import KafkaClient
import Testing

extension IntegrationTests {
    /// What an operator meets: the first line that is read names cause and remedy, and the exit code is right.
    @Suite(.serialized) struct OperationTests {
        private static let linear = "models: {linear: logistic_regression}"

        private func stream(
            _ name: String, partitions: Int = 1, rows: Int = 500, extra: String = "", broker: Broker = .shared
        ) throws -> Electricity {
            let stream = try Electricity(
                name, partitions: partitions, models: Self.linear, extra: extra, broker: broker)
            try stream.produceAll(to: rows)
            return stream
        }

        /// The last line that is no log line: what the run ended with.
        private func verdict(_ errors: String) -> String {
            errors.split(separator: "\n").filter { !$0.hasPrefix("time=") && $0 != "ready" }.joined(separator: "\n")
        }

        private func fails(
            _ result: (status: Int32, output: String, errors: String), _ status: Int32, _ words: String...,
            line: Int = #line
        ) {
            #expect(result.status == status, "line \(line): \(result.errors.suffix(1500))")
            let text = verdict(result.errors)
            for word in words { #expect(text.contains(word), "line \(line), \(word): \(text)") }
        }

        /// Wrong password, authority, protocol, name; permissions on topics, group and ids: `run` says it, and `doctor` too.
        @Test func connectionsAndPermissions() throws {
            let guarded = try GuardedBroker()
            defer { guarded.stop() }
            let stream = try stream("guarded", broker: guarded.broker)
            let run = ["run", stream.topology, "--instance", "a", "--stop-at-end"]
            let doctor = ["doctor", stream.topology]
            #expect(try guarded.run(run).status == 0)

            fails(try guarded.run(run, password: "wrong"), 69, "_AUTHENTICATION", "sasl.password")
            let ill = try guarded.run(doctor, password: "wrong")
            #expect(ill.status == 69 && ill.output.contains("sasl.password"), "\(ill.output)")
            fails(try guarded.run(run, guarded.door(ca: "/nowhere/ca.pem")), 65, "/nowhere/ca.pem", "ssl.ca.location")
            let absent = try guarded.run(doctor, guarded.door(ca: "/nowhere/ca.pem"))
            #expect(absent.status == 65 && absent.output.contains("/nowhere/ca.pem"), "\(absent.output)")
            fails(try guarded.run(run, guarded.door(protocol: "plaintext")), 69, "security.protocol")
            fails(try guarded.run(run, ["--set", "kafka.bootstrap=no-such-host.invalid:9092"]), 69, "kafka.bootstrap")

            try stream.produceAll(from: 500, to: 600)
            try guarded.denying("Write", "--topic", "guarded-predictions") {
                fails(try guarded.run(run), 69, "guarded-predictions", "may not WRITE", "kafka-acls.sh", "User:alice")
            }
            try guarded.denying("Read", "--group", "guarded") {
                fails(try guarded.run(run), 69, "group guarded", "may not READ", "kafka-acls.sh")
                let told = try guarded.run(doctor)
                #expect(
                    told.status == 69 && told.output.contains("group guarded: User:alice may not READ"),
                    "\(told.output)")
            }
            try guarded.denying("Write", "--transactional-id", "guarded.a.0") {
                fails(try guarded.run(run), 69, "transactional ids", "kafka-acls.sh")
            }
            try guarded.denying("Read", "--topic", stream.topic) {
                fails(try guarded.run(run), 69, stream.topic, "may not READ")
            }
            try guarded.denying("DescribeConfigs", "--topic", "guarded-state") {
                let result = try guarded.run(run + ["--no-create-topics"])
                #expect(result.status == 0, "\(result.errors)")
            }
            try stream.expectEachOnce(600)
        }

        /// `max.message.bytes` of a topic: a batch is cut, a record that is too large is named.
        @Test func smallTopics() throws {
            let stream = try stream("small", rows: 4000)
            try Broker.shared.create("small-predictions", config: [("max.message.bytes", "5000")])
            try stream.runToEnd()
            try stream.expectEachOnce(4000)
            for (topic, limit) in [("predictions", "1000"), ("state", "100000"), ("dead-letters", "50000")] {
                let name = "small-\(topic)"
                let other = try self.stream(name)
                try Broker.shared.create(
                    "\(name)-\(topic)",
                    config: [("max.message.bytes", limit)] + (topic == "state" ? [("cleanup.policy", "compact")] : []))
                let result = try EngineProcess.run(["run", other.topology, "--instance", "a", "--stop-at-end"])
                fails(result, 69, "\(name)-\(topic) takes records of \(limit) bytes at most", "max.message.bytes")
                let told = try EngineProcess.run(["doctor", other.topology])
                #expect(told.status == 69 && told.output.contains("takes records of \(limit) bytes at most"))
            }
        }

        @Test func policies() throws {
            let stream = try stream("policies")
            try Broker.shared.create("policies-state", config: [("cleanup.policy", "delete")])
            let run = ["run", stream.topology, "--instance", "a", "--stop-at-end"]
            fails(try EngineProcess.run(run), 69, "policies-state", "retention would delete the models", "compact")
            try Broker.shared.create("compacted", config: [("cleanup.policy", "compact")])
            let compacted = run + ["--set", "input.topic=compacted", "--set", "name=policies-2"]
            fails(try EngineProcess.run(compacted), 69, "compacted is compacted", "delete")
            let told = try EngineProcess.run(
                ["doctor"] + compacted[1...].filter { $0 != "--stop-at-end" && $0 != "--instance" && $0 != "a" })
            #expect(told.status == 69 && told.output.contains("compacted is compacted"))
        }

        /// Noticed within a minute, the topics extended, the old ones served meanwhile.
        @Test func partitionsAddedWhileRunning() throws {
            let stream = try stream("growing", partitions: 2)
            let engine = try stream.run()
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            let admin = try Admin(KafkaConfiguration(bootstrap: Broker.shared.bootstrap))
            defer { admin.close() }
            for error in try admin.extend([stream.topic], to: 4) { #expect(error == nil) }
            let start = Date()
            let rows = Array(Electricity.records[500..<600])
            for partition in 0..<Int32(4) { try Broker.shared.produce(rows, to: stream.topic, partition: partition) }
            let wanted: [Int64] = [350, 350, 100, 100]
            let done = engine.wait(60) {
                (try? Broker.shared.committed("growing", stream.topic, partitions: 4)) == wanted
            }
            print("added partitions: served after \(Int(-start.timeIntervalSinceNow)) s")
            #expect(done, "\(engine.errors)")
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 30) == 0, "\(engine.errors)")
            for topic in ["predictions", "state", "drift", "decisions", "metrics", "dead-letters"] {
                #expect(try admin.describe(topic: "growing-\(topic)", timeout: 10_000).partitions == 4)
            }
            #expect(
                try Broker.shared.read("growing-predictions", partition: 3).map(\.source)
                    == (0..<100).map { "\(stream.topic)-3-\($0)" })
        }

        @Test func partitionsThatMayNotBeAddedAreNamedAndTheOthersServed() throws {
            let stream = try stream("stunted", partitions: 2)
            try stream.runToEnd()
            let engine = try stream.run(["--no-create-topics"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            let admin = try Admin(KafkaConfiguration(bootstrap: Broker.shared.bootstrap))
            defer { admin.close() }
            for error in try admin.extend([stream.topic], to: 3) { #expect(error == nil) }
            engine.wait(60) { engine.errors.contains("the new ones wait") }
            #expect(
                engine.errors.contains(
                    "stunted-control, stunted-dead-letters, stunted-decisions, stunted-drift, stunted-journal, "
                        + "stunted-metrics, stunted-predictions, stunted-state"),
                "\(engine.errors)")
            for partition in 0..<Int32(3) {
                try Broker.shared.produce(Array(Electricity.records[500..<600]), to: stream.topic, partition: partition)
            }
            let served = engine.wait(20) {
                (try? Broker.shared.committed("stunted", stream.topic, partitions: 3)) == [350, 350, -1]
            }
            #expect(served, "\(engine.errors)")
            let names = [
                "predictions", "state", "drift", "decisions", "metrics", "dead-letters", "journal", "control",
            ].map {
                "stunted-\($0)"
            }
            for error in try admin.extend(names, to: 3) { #expect(error == nil) }
            let begun = engine.wait(30) {
                (try? Broker.shared.committed("stunted", stream.topic, partitions: 3)) == [350, 350, 100]
            }
            #expect(begun, "\(engine.errors)")
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 30) == 0)
        }

        /// Retention beyond the committed offset, and the topic recreated: an end that names the commands, and the model goes
        /// on where that is wanted.
        @Test func gapsInTheInput() throws {
            let stream = try stream("gaps", rows: 1000)
            try stream.runToEnd()
            try stream.produceAll(from: 1000, to: 2000)
            let admin = try Admin(KafkaConfiguration(bootstrap: Broker.shared.bootstrap))
            defer { admin.close() }
            _ = try admin.deleteRecords(before: [PartitionOffset(topic: stream.topic, partition: 0, offset: 1500)])
            let run = ["run", stream.topology, "--instance", "a", "--stop-at-end"]
            fails(
                try EngineProcess.run(run), 65, "is not in gaps-input any more, which begins at 1500 (retention)",
                "millrace run \(stream.topology) --set on_gap=continue_from_snapshot",
                "millrace reset \(stream.topology)")
            let goesOn = try EngineProcess.run(run + ["--set", "on_gap=continue_from_snapshot"])
            #expect(goesOn.status == 0, "\(goesOn.errors)")
            #expect(goesOn.errors.contains("goes on from its snapshot over a gap"), "\(goesOn.errors)")
            var listed = try EngineProcess.run(["state", "ls", stream.topology, "--json"])
            #expect(
                listed.output.contains("\"events\": 1500") && listed.output.contains("\"offset\": 2000"),
                "\(listed.output)")

            for error in try admin.deleteTopics([stream.topic]) { #expect(error == nil) }
            let end = Date(timeIntervalSinceNow: 20)
            while try admin.describe(topic: stream.topic, timeout: 10_000).partitions > 0, Date() < end {
                usleep(200_000)
            }
            try Broker.shared.create(stream.topic)
            try stream.produceAll(to: 300)
            fails(try EngineProcess.run(run), 65, "the input topic was recreated", "on_gap=continue_from_snapshot")
            let anew = try EngineProcess.run(run + ["--set", "on_gap=continue_from_snapshot"])
            #expect(anew.status == 0, "\(anew.errors)")
            listed = try EngineProcess.run(["state", "ls", stream.topology, "--json"])
            #expect(
                listed.output.contains("\"events\": 1800") && listed.output.contains("\"offset\": 300"),
                "\(listed.output)")

            // And `reset`, with and without the model.
            Thread.sleep(forTimeInterval: 11)
            let dry = try EngineProcess.run(["reset", stream.topology])
            #expect(dry.status == 0 && dry.output.contains("would delete the topic gaps-state"))
            #expect(try EngineProcess.run(["reset", stream.topology, "--keep-model", "--yes"]).status == 0)
            fails(try EngineProcess.run(run), 65, "holds state but group gaps has no committed offset")
            let busy = try stream.run(["--set", "on_gap=continue_from_snapshot"])
            #expect(busy.waitUntilReady(), "\(busy.errors)")
            let refused = try EngineProcess.run(["reset", stream.topology, "--yes"])
            fails(refused, 69, "group gaps has members", "stop every instance")
            busy.signal(SIGTERM)
            #expect(busy.waitForExit(seconds: 30) == 0)
            Thread.sleep(forTimeInterval: 11)
            #expect(try EngineProcess.run(["reset", stream.topology, "--yes"]).status == 0)
            try stream.runToEnd()
            listed = try EngineProcess.run(["state", "ls", stream.topology, "--json"])
            #expect(listed.output.contains("\"events\": 300"), "\(listed.output)")
        }

        /// Aborted and hanging transactions of whoever produces the input: predicted is what is committed, lag is true, and a
        /// line tells what hides the rest.
        @Test func transactionsOfTheInput() throws {
            let stream = try stream("hanging", rows: 100)
            var configuration = KafkaConfiguration(bootstrap: Broker.shared.bootstrap)
            configuration.set("transactional.id", "somebody")
            configuration.set("transaction.timeout.ms", "600000")
            let producer = try Producer(configuration)
            try producer.initTransactions(timeout: 30_000)
            let topic = try producer.topic(stream.topic)
            func transaction(_ rows: Range<Int>) throws {
                try producer.beginTransaction()
                for row in rows {
                    try producer.produce(
                        value: Electricity.records[row], key: nil, headers: [], to: topic, partition: 0, timeout: 10_000
                    )
                }
                try producer.flush(timeout: 10_000)
            }
            try transaction(100..<150)
            try producer.abortTransaction(timeout: 10_000)
            let port = 9_100 + Int(getpid()) % 800
            let engine = try stream.run(["--http", "127.0.0.1:\(port)"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            // Behind the aborted records and their marker.
            #expect(engine.wait(20) { (try? Broker.shared.committed("hanging", stream.topic)) == [151] })
            try transaction(150..<200)
            try stream.produceAll(from: 200, to: 230)
            let told = engine.wait(60) {
                engine.errors.contains("a transaction that a producer left open hides what follows")
            }
            #expect(told, "\(engine.errors)")
            #expect(try Broker.shared.committed("hanging", stream.topic) == [151])
            let metrics = try HTTP.get("http://127.0.0.1:\(port)/metrics")
            #expect(metrics.contains("millrace_lag_events{topology=\"hanging\",partition=\"0\"} 80"), "\(metrics)")
            try producer.abortTransaction(timeout: 10_000)
            #expect(
                engine.wait(30) { (try? Broker.shared.committed("hanging", stream.topic)) == [232] }, "\(engine.errors)"
            )
            producer.close(timeout: 5000)
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 30) == 0)
            let wanted = (Array(0..<100) + Array(201..<231)).map { "\(stream.topic)-0-\($0)" }
            #expect(try Broker.shared.read("hanging-predictions").map(\.source) == wanted)
        }
    }
}
