import Foundation
import Testing

extension IntegrationTests {
    /// `action: replay` on a real broker: killed while a fresh model learns again what came since the change.
    @Suite(.serialized) struct ReplayTests {
        static let action = "{replay: {keep: 4000, margin: 3500, speed: 4}}"

        /// What `evaluate --json` says.
        struct Evaluated {
            let object: [String: Any]

            init(_ arguments: [String]) throws {
                let run = try EngineProcess.run(["evaluate"] + arguments + ["--json"])
                object = try #require(
                    try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run.errors)")
            }

            var digest: String { object["digest"] as? String ?? "" }
            var modelDigests: [String: String] { object["model_digests"] as? [String: String] ?? [:] }
            var decisions: [(at: Int, action: String, reason: String)] {
                (object["decisions"] as? [[String: Any]] ?? []).map {
                    ($0["at"] as? Int ?? -1, $0["action"] as? String ?? "", $0["reason"] as? String ?? "")
                }
            }

            /// With which event the model began that answers at the end, where it is a replayed one.
            var origin: Int? {
                guard let swap = decisions.lastIndex(where: { ["retrain_swap", "switch_back"].contains($0.action) }),
                    decisions[swap].action == "retrain_swap"
                else { return nil }
                let done = decisions[..<swap].last { $0.action == "replay_done" }
                return done.flatMap { reason in
                    reason.reason.components(separatedBy: "since event ").last.flatMap { Int($0.prefix { $0 != ";" }) }
                }
            }
        }

        /// Decisions as they were published, each with its event.
        private func decisions(_ name: String) throws -> [String] {
            try Broker.shared.read("\(name)-decisions").map { record in
                let object = try JSONSerialization.jsonObject(with: Data((record.value ?? []))) as? [String: Any] ?? [:]
                return "\(object["at"] ?? "?") \(object["action"] ?? "?") \(object["reason"] ?? "?")"
            }
        }

        private func write(_ lines: some Sequence<String>, _ path: String) throws {
            try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }

        /// No gap and no repetition, the decisions of an evaluation once each, and the model of an offline run from the event
        /// with which the fresh model began.
        @Test func killedInTheMiddle() throws {
            let models = """
                models: {linear: logistic_regression}
                drift: [{detector: adwin, action: \(Self.action)}]
                """
            let stream = try Electricity("replay", models: models)
            let rows = 20_000
            let records = Array(Electricity.records.prefix(rows))
            let producer = stream.producePaced(seconds: 15, records: records)
            var kills = 0
            while !producer.isFinished {
                let engine = try stream.run()
                // A replay has begun and is not level.
                engine.wait(30) {
                    let found = (try? decisions("replay").filter { $0.contains(" replay_") }) ?? []
                    return found.last?.contains(" replay_start ") ?? false || producer.isFinished || !engine.isRunning
                }
                if !producer.isFinished { kills += 1 }
                engine.signal(SIGKILL)
                _ = engine.waitForExit()
            }
            try stream.runToEnd()
            print("replay: killed \(kills) times in the middle of a replay")
            #expect(kills >= 2)
            try stream.expectEachOnce(rows)

            let folder = NSTemporaryDirectory() + "millrace-replay-\(getpid())"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let lines = records.map { String(decoding: $0, as: UTF8.self) }
            try write(lines, "\(folder)/all.jsonl")
            let whole = try Evaluated([stream.topology, "--input", "\(folder)/all.jsonl"])
            #expect(try stream.digests()[0] == whole.digest)
            #expect(try decisions("replay") == whole.decisions.map { "\($0.at) \($0.action) \($0.reason)" })
            let origin = try #require(whole.origin, "\(whole.decisions)")
            try write(lines[origin...], "\(folder)/rest.jsonl")
            let offline = try Evaluated([stream.topology, "--input", "\(folder)/rest.jsonl", "--set", "drift=[]"])
            #expect(origin > 0 && whole.modelDigests["linear"] == offline.modelDigests["linear"])
        }

        /// The same where labels come by themselves, hours later.
        @Test func withLateLabels() throws {
            let stream = LateLabelTests.Stream("replay-late")
            let plain = [
                "models={tree: hoeffding_tree}",
                // Words would have the numbers of another table in another run.
                "features={amount: numeric, hour: numeric, payments_last_hour: numeric, account_age_days: numeric}",
                // Several transactions, so that there is something to commit after each crash.
                "commit_interval=5ms",
            ].flatMap { ["--set", $0] }
            let drift =
                plain + [
                    "--set", "drift=[{detector: adwin, signal: error, action: {replay: {speed: 4, probation: 0}}}]",
                ]
            let pattern = ["--param", "positions=5000", "--param", "rate=0.3"]
            defer { try? FileManager.default.removeItem(atPath: stream.folder) }
            let rows = 12_000
            try stream.generate(stream.topicOptions + pattern, events: rows)
            let points = ["after-produce:2", "mid-batch:1500", "during-commit:2", "after-commit:2"]
            for point in points {
                let engine = try stream.run(["--stop-at-end"] + drift, environment: ["MILLRACE_CRASH_AT": point])
                let status = engine.waitForExit(seconds: 60)
                print("replay with late labels, \(point): ended with \(status ?? -1)")
                #expect(status == -SIGKILL, "\(point): \(engine.errors.suffix(1500))")
            }
            let engine = try stream.run(["--stop-at-end"] + drift)
            #expect(engine.waitForExit(seconds: 120) == 0, "\(engine.errors.suffix(2000))")
            #expect(try stream.sources(0) == (0..<rows).map { "\(stream.input)-0-\($0)" })

            let folder = NSTemporaryDirectory() + "millrace-replay-late-\(getpid())"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let (events, labels) = ("\(folder)/e.jsonl", "\(folder)/l.jsonl")
            try stream.generate(["--output", events, "--labels", labels] + pattern, events: rows)
            func evaluate(_ events: String, _ more: [String]) throws -> Evaluated {
                let arguments = stream.arguments("evaluate", ["--input", events, "--labels", labels] + more)
                return try Evaluated(Array(arguments.dropFirst()))
            }
            let whole = try evaluate(events, drift)
            let listed = try EngineProcess.run(stream.arguments("state", drift).insertingVerb("ls") + ["--json"])
            #expect(listed.output.contains("\"\(whole.digest)\""), "\(listed.output) \(listed.errors)")
            let told = try decisions(stream.name)
            #expect(told.count == whole.decisions.count && Set(told).count == told.count)
            let origin = try #require(whole.origin, "\(whole.decisions)")
            let lines = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n").map(String.init)
            try write(lines[origin...], "\(folder)/rest.jsonl")
            let offline = try evaluate(
                "\(folder)/rest.jsonl", plain + ["--set", "drift=[]"])
            #expect(origin > 0 && whole.modelDigests["tree"] == offline.modelDigests["tree"])
        }
    }
}
