import Foundation
import KafkaClient
import Testing

extension IntegrationTests {
    /// What stands in `/metrics` is what rules and dashboards ask for, and each alert fires by the fault that it is for.
    @Suite("Metrics, rules and dashboards", .serialized, .enabled(if: Prometheus.isHere))
    struct ObservedTests {
        private static let port = 19_100 + Int(getpid()) % 390

        private func metrics() -> String {
            (try? HTTP.get("http://127.0.0.1:\(Self.port)/metrics")) ?? ""
        }

        private func value(_ series: String, in text: String) -> Double? {
            text.split(separator: "\n").first { $0.hasPrefix(series + " ") }.flatMap {
                Double($0.dropFirst(series.count + 1))
            }
        }

        private func end(_ engine: EngineProcess) {
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 30) == 0, "\(engine.errors.suffix(2000))")
        }

        /// By promtool, and every name that a rule or a dashboard uses is there.
        @Test func everyNameThatIsAskedForExists() throws {
            let stream = try Electricity("observed", partitions: 2, extra: "guards: all")
            try stream.produceAll(to: 3000)
            try Broker.shared.produce([Array("{".utf8)], to: stream.topic)
            let engine = try stream.run(["--http", "127.0.0.1:\(Self.port)"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            var text = ""
            let isComplete = engine.wait(30) {
                text = metrics()
                // One in 64 of 3001, and a few more where batches were small; when they are committed.
                return text.contains("millrace_labelled_events{topology=\"observed\"} 3000")
                    && (value("millrace_latency_seconds_count{topology=\"observed\"}", in: text) ?? 0) >= 46
            }
            #expect(isComplete, "\(text)")
            let checked = try Shell.run(["promtool", "check", "metrics"], input: text)
            #expect(checked.status == 0 && checked.output.isEmpty, "\(checked.output)")
            let file = NSTemporaryDirectory() + "millrace-metrics-\(getpid())"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: file) }
            let named = try Shell.run(
                [
                    Place.root.appendingPathComponent("scripts/check-deploy").path, "--metrics", file, "--program",
                    Place.millrace,
                ])
            #expect(named.status == 0, "\(named.output)")
            end(engine)
        }

        /// Dead letters, a field that is never there, old records, drifts in a row, a model that guessing beats, labels that
        /// stop, a transaction that hides what follows, a process that stands still, one that is gone.
        @Test func alertsFireByTheirFaults() throws {
            let stream = try Electricity(
                "alerted", models: "models: {linear: logistic_regression}",
                extra: "drift: [{detector: adwin, signal: error}]\nmetrics: {window: 500}")
            let text = try String(contentsOfFile: stream.topology, encoding: .utf8)
            try text.replacingOccurrences(of: "features:\n", with: "features:\n  age: numeric\n")
                .write(toFile: stream.topology, atomically: true, encoding: .utf8)
            let engine = try stream.run(["--http", "127.0.0.1:\(Self.port)"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            let prometheus = try Prometheus(targets: [Self.port])
            #expect(engine.wait(10) { !prometheus.firing().contains("MillraceDown") })

            // An hour old, one in ten broken, and the meaning of the label turns round and round.
            let feeder = Feeder(stream.topic, age: 3600)
            feeder.start { row in
                if row % 10 == 0 { return Array("{".utf8) }
                let record = Electricity.records[row]
                return row / 400 % 2 == 1 ? Self.turned(record) : record
            }
            var missing = prometheus.missing(
                [
                    "MillraceDeadLetters", "MillraceFieldUnseen", "MillraceLatency", "MillraceDriftBurst",
                    "MillraceWorseThanBaseline",
                ], within: 60)
            #expect(missing.isEmpty, "\(missing): \(metrics())")

            feeder.start { row in Self.unlabelled(Electricity.records[row]) }
            missing = prometheus.missing(["MillraceLabelsSilent"], within: 60)
            #expect(missing.isEmpty, "\(missing): \(metrics())")

            // Others say to be this instance, again and again: each time its transaction is thrown out, and after six such
            // times in a row its worker begins again. One alone is seldom quick enough for that.
            let fencers = Fencers("alerted.a.0", count: 4)
            missing = prometheus.missing(["MillraceTransactionsAborted", "MillraceWorkersRestart"], within: 90)
            fencers.stop()
            #expect(missing.isEmpty, "\(missing): \(metrics())\n\(engine.lastWords)")
            feeder.stop()

            // What stands still for longer than its session loses its partitions.
            for _ in 0..<3 {
                engine.signal(SIGSTOP)
                Thread.sleep(forTimeInterval: 12)
                missing = prometheus.missing(["MillraceDown"], within: 5)
                engine.signal(SIGCONT)
                #expect(missing.isEmpty, "\(missing)")
                #expect(
                    engine.wait(20) { metrics().contains("millrace_ready{topology=\"alerted\"} 1") },
                    "\(engine.lastWords)")
            }
            missing = prometheus.missing(["MillraceRebalancing"], within: 10)
            #expect(missing.isEmpty, "\(metrics())")
            engine.signal(SIGKILL)
        }

        /// Partitions that came later and have no topics; a producer's open transaction.
        @Test func whatWaitsIsTold() throws {
            let stream = try Electricity("waiting", models: "models: {linear: logistic_regression}")
            try stream.produceAll(to: 500)
            try stream.runToEnd()
            let engine = try stream.run(["--http", "127.0.0.1:\(Self.port)", "--no-create-topics"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            let prometheus = try Prometheus(targets: [Self.port])
            var configuration = KafkaConfiguration(bootstrap: Broker.shared.bootstrap)
            configuration.set("transactional.id", "somebody-else")
            configuration.set("transaction.timeout.ms", "600000")
            let producer = try Producer(configuration)
            defer { producer.close(timeout: 5000) }
            try producer.initTransactions(timeout: 30_000)
            let topic = try producer.topic(stream.topic)
            try producer.beginTransaction()
            try producer.produce(
                value: Electricity.records[500], key: nil, headers: [], to: topic, partition: 0, timeout: 10_000)
            try producer.flush(timeout: 10_000)
            var missing = prometheus.missing(["MillraceNoCommit", "MillraceLag"], within: 100)
            #expect(missing.isEmpty, "\(missing): \(metrics())")
            try producer.abortTransaction(timeout: 10_000)

            let admin = try Admin(KafkaConfiguration(bootstrap: Broker.shared.bootstrap))
            defer { admin.close() }
            #expect(try admin.extend([stream.topic], to: 2) == [nil])
            missing = prometheus.missing(["MillracePartitionsWithheld", "MillraceNotReady"], within: 90)
            #expect(missing.isEmpty, "\(missing): \(metrics())")
            end(engine)
        }

        /// Brokers that answer slowly, and a restore that waits for them.
        @Test func slowBrokersAreTold() throws {
            let cluster = try FaultyCluster(nodes: 1)
            defer { cluster.stop() }
            let stream = try Electricity(
                "slow", models: "models: {tree: hoeffding_tree}", broker: cluster.broker)
            let feeder = Feeder(stream.topic, broker: cluster.broker)
            feeder.start { row in Electricity.records[row] }
            defer { feeder.stop() }
            let prometheus = try Prometheus(targets: [Self.port])
            let engine = try stream.run(["--http", "127.0.0.1:\(Self.port)"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            var missing = try cluster.disturb("latency", "\"latency\": 700") {
                prometheus.missing(["MillraceCommitsSlow"], within: 60)
            }
            #expect(missing.isEmpty, "\(missing): \(metrics())")
            #expect(engine.wait(60) { !prometheus.firing().contains("MillraceCommitsSlow") })
            engine.signal(SIGKILL)
            #expect(engine.waitForExit(seconds: 10) == -SIGKILL)

            // A few KiB a second: the snapshot and what is replayed take a while.
            let again = try stream.run(["--http", "127.0.0.1:\(Self.port)"])
            missing = try cluster.disturb("bandwidth", "\"rate\": 8") {
                prometheus.missing(["MillraceRestoreLong", "MillraceNotReady"], within: 60)
            }
            #expect(missing.isEmpty, "\(missing): \(metrics()) \(again.errors)")
            #expect(again.waitUntilReady(seconds: 120), "\(again.errors)")
            end(again)
        }

        /// So many that a snapshot of them is not taken every second.
        private static func manyModels(_ count: Int) -> String {
            "models: {" + (0..<count).map { "m\($0): logistic_regression" }.joined(separator: ", ") + "}"
        }

        /// A restore where the C library calculates with other instructions: on another kind of processor.
        @Test func anotherProcessorIsTold() throws {
            let stream = try Electricity("moved", models: Self.manyModels(250), extra: "memory: 1GiB")
            try stream.produceAll(to: 300)
            let prometheus = try Prometheus(targets: [Self.port])
            let engine = try stream.run()
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            // Behind the snapshot: the last bit of few results only differs.
            try stream.produceAll(from: 300, to: 15_000)
            let isDone = engine.wait(60) { (try? Broker.shared.committed(stream.name, stream.topic)) == [15_000] }
            #expect(isDone, "\(engine.lastWords)")
            engine.signal(SIGKILL)
            #expect(engine.waitForExit(seconds: 10) == -SIGKILL)
            let again = try stream.run(
                ["--http", "127.0.0.1:\(Self.port)"],
                environment: ["GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA"])
            #expect(again.waitUntilReady(), "\(again.errors)")
            let missing = prometheus.missing(["MillraceReplayDiverged"], within: 30)
            #expect(missing.isEmpty, "\(metrics())\n\(again.lastWords)")
            end(again)
        }

        /// A state so large that its next snapshot is far off, many events since the last, and then few.
        @Test func oldSnapshotsAreTold() throws {
            let stream = try Electricity("old", models: Self.manyModels(250), extra: "memory: 1GiB")
            let prometheus = try Prometheus(targets: [Self.port])
            let engine = try stream.run(["--http", "127.0.0.1:\(Self.port)"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            try stream.produceAll(to: 300)
            var row = 300
            var missing: Set = ["MillraceSnapshotsOld"]
            // One that falls into the end of a burst makes another one needed.
            for _ in 0..<3 where !missing.isEmpty {
                try stream.produceAll(from: row, to: row + 8000)
                row += 8000
                for _ in 0..<30 where !missing.isEmpty {
                    try stream.produceAll(from: row, to: row + 1)
                    row += 1
                    missing = prometheus.missing(missing, within: 1)
                }
            }
            #expect(missing.isEmpty, "\(metrics())")
            engine.signal(SIGKILL)
        }

        /// A unit that changes: `guards` stop learning, and somebody is told.
        @Test func learningThatStoppedIsTold() throws {
            let stream = try Electricity(
                "stopped", models: "models: {linear: logistic_regression}",
                extra: "guards: [nswprice]\nbreaker: {patience: 100000000}")
            let engine = try stream.run(["--http", "127.0.0.1:\(Self.port)"])
            #expect(engine.waitUntilReady(), "\(engine.errors)")
            let prometheus = try Prometheus(targets: [Self.port])
            let feeder = Feeder(stream.topic)
            feeder.start { Electricity.records[$0] }
            #expect(engine.wait(60) { metrics().contains("millrace_learning_stopped{topology=\"stopped\"} 0") })
            let isWatched = engine.wait(60) {
                metrics().split(separator: "\n").contains { line in
                    line.hasPrefix("millrace_labelled_events{")
                        && Double(line.split(separator: " ").last ?? "") ?? 0 > 2000
                }
            }
            #expect(isWatched, "\(metrics())")
            #expect(!prometheus.firing().contains("MillraceLearningStopped"))
            feeder.start { row in
                let text = String(decoding: Electricity.records[row], as: UTF8.self)
                return Array(text.replacing("\"nswprice\":0.", with: "\"nswprice\":90000.").utf8)
            }
            let missing = prometheus.missing(["MillraceLearningStopped"], within: 60)
            #expect(missing.isEmpty, "\(missing): \(metrics())")
            feeder.stop()
            engine.signal(SIGKILL)
        }

        /// The record with the other class.
        private static func turned(_ record: [UInt8]) -> [UInt8] {
            let text = String(decoding: record, as: UTF8.self)
            let other = text.hasSuffix("\"class\":1}") ? "0}" : "1}"
            return Array((text.dropLast(2) + other).utf8)
        }

        private static func unlabelled(_ record: [UInt8]) -> [UInt8] {
            Array((String(decoding: record, as: UTF8.self).dropLast("\"class\":1}".count + 1) + "}").utf8)
        }
    }
}
