import Foundation
import KafkaClient
import Testing

extension IntegrationTests {
    /// `millrace replay` and `millrace explain` over a real broker: what ran comes back bit for bit, and what would have been
    /// stands beside it.
    @Suite(.serialized) struct LookingBackTests {
        /// A command's JSON and its exit code.
        private func json(_ words: [String], status wanted: Int32 = 0) throws -> Any {
            let (status, output, errors) = try EngineProcess.run(words + ["--json"], seconds: 300)
            #expect(status == wanted, "\(words): \(status) \(errors.suffix(2000))")
            return try JSONSerialization.jsonObject(with: Data(output.utf8))
        }

        private func numbers(_ text: String) throws -> [String: Int] {
            let members = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            return (members ?? [:]).compactMapValues { $0 as? Int }
        }

        private func replay(_ topology: String, _ more: [String] = []) throws -> [String: Any] {
            let all = try json(["replay", topology] + more) as? [[String: Any]]
            return try #require(all?.first)
        }

        private func explain(_ topology: String, _ more: [String]) throws -> [String: Any] {
            try #require(try json(["explain", topology] + more) as? [String: Any])
        }

        private func state(_ course: Any?) -> [String: Any] {
            (course as? [String: Any])?["state"] as? [String: Any] ?? [:]
        }

        @Test func whatRanComesBackAndAChangeStandsBesideIt() throws {
            let stream = try Electricity("replayed")
            try stream.produceAll(to: 9000)
            let first = try stream.run(["--stop-at-end"])
            #expect(first.waitForExit() == 0)
            try stream.produceAll(from: 9000, to: 12_000)
            try stream.runToEnd()
            let whole = try replay(stream.topology)
            #expect(whole["as_committed"] as? Bool == true && whole["from"] as? Int == 0)
            #expect(state(whole["ran"])["digest"] as? String == (try stream.digests()[0]))
            // From the snapshot that the first process left.
            let part = try replay(stream.topology, ["--from", "10000"])
            #expect(part["as_committed"] as? Bool == true, "\(part)")
            #expect((part["snapshot"] as? [String: Any])?["offset"] as? Int ?? 0 > 0)
            #expect((part["ran"] as? [String: Any])?["events"] as? Int == (part["to"] as! Int) - 10_000)
            // Up to a place where nothing is committed.
            let early = try replay(stream.topology, ["--to", "5000"])
            #expect(early["as_committed"] is NSNull && (early["ran"] as? [String: Any])?["events"] as? Int == 5000)

            // Another topology over the same log: what an evaluation of it gives.
            let other = try Electricity(
                "replayed-otherwise", models: "models: {linear: logistic_regression}\ndrift: []")
            let text = try String(contentsOfFile: other.topology, encoding: .utf8)
                .replacingOccurrences(of: "topic: \(other.topic)", with: "topic: \(stream.topic)")
            try text.write(toFile: other.topology, atomically: true, encoding: .utf8)
            let both = try replay(stream.topology, ["--with", other.topology])
            let evaluated = try json(["evaluate", other.topology, "--topic", stream.topic]) as! [String: Any]
            #expect(state(both["otherwise"])["digest"] as? String == evaluated["digest"] as? String)
            #expect(both["as_committed"] as? Bool == true && both["learned_the_same"] as? Bool == false)
            #expect(state(both["ran"])["champion"] as? String == "tree")
            let shown = try EngineProcess.run(["replay", stream.topology, "--with", other.topology])
            #expect(shown.status == 0 && shown.output.contains("as it ran") && shown.output.contains("accuracy"))
            // And where it cannot go on with what had been learned.
            let turned = text.replacingOccurrences(of: "classes: [0, 1]", with: "classes: [1, 0]")
            try turned.write(toFile: other.topology, atomically: true, encoding: .utf8)
            let refused = try EngineProcess.run([
                "replay", stream.topology, "--from", "11000", "--with", other.topology,
            ])
            #expect(refused.status == 65 && refused.errors.contains("cannot go on with what had"), "\(refused)")
        }

        /// A poisoned hour: labels the wrong way round, then a unit changed by 1000.
        @Test func withoutThePoisonedHourTheModelIsTheSame() throws {
            let folder = NSTemporaryDirectory() + "millrace-poisoned-\(getpid())"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let file = "\(folder)/poisoned.yaml"
            try """
            name: poisoned
            kafka: {bootstrap: "\(Broker.shared.bootstrap)"}
            input: {topic: poisoned-input}
            features: {a: numeric, b: numeric}
            label: {field: y, type: binary, classes: [0, 1]}
            models: {linear: logistic_regression, bayes: gaussian_nb}
            drift: [{detector: adwin, signal: error, action: background}]
            breaker: {}
            guards: all
            """.write(toFile: file, atomically: true, encoding: .utf8)
            try Broker.shared.create("poisoned-input")
            var random = SteadyNumbers(state: 7)
            let rows = (0..<9000).map { row -> [UInt8] in
                var (a, b) = (random.next(), random.next())
                var y = a + 0.5 * b > 0.75 ? 1 : 0
                if (4000..<5000).contains(row) { y = 1 - y }
                if (5000..<6000).contains(row) { a *= 1000 }
                b = (b * 1e6).rounded() / 1e6
                return Array("{\"a\":\(a),\"b\":\(b),\"y\":\(y)}".utf8)
            }
            try Broker.shared.produce(rows, to: "poisoned-input")
            let run = try EngineProcess.run(["run", file, "--instance", "a", "--stop-at-end"])
            #expect(run.status == 0, "\(run.errors.suffix(1000))")
            let decisions = try Broker.shared.read("poisoned-decisions").map(\.text)
            let spans = decisions.filter { $0.contains("learning_resumed") }.compactMap { text in
                text.split(separator: " ").first { $0.contains("..") }.map(String.init)
            }
            try #require(!spans.isEmpty, "\(decisions)")
            let without = spans.flatMap { ["--without", $0] }
            let found = try replay(file, without)
            #expect(found["as_committed"] as? Bool == true && found["learned_the_same"] as? Bool == true)
            let learned = (found["ran"] as? [String: Any])?["learned"] as? String
            #expect(learned == (found["otherwise"] as? [String: Any])?["learned"] as? String && learned?.count == 64)
            print("poisoned: learned without \(spans) is \(learned?.prefix(16) ?? "") both ways")
            // Without something else it is not.
            let wrong = try replay(file, ["--without", "100..200"])
            #expect(wrong["as_committed"] as? Bool == true && wrong["learned_the_same"] as? Bool == false)
        }

        /// Hours of the records' time, several processes: whatever was published in them is made again.
        @Test func anyPredictionIsMadeAgain() throws {
            let stream = try Electricity("explained", extra: "history: 7d")
            let hours = 6
            let rows = 1500
            for hour in 0..<hours {
                let producer = try Broker.shared.producer()
                let handle = try producer.topic(stream.topic)
                for row in 0..<rows {
                    let age = Double(hours - hour) * 3600 - Double(row)
                    try producer.produce(
                        value: Electricity.records[hour * rows + row], key: Array("k\(hour)-\(row)".utf8), headers: [],
                        timestamp: Int64((Date().timeIntervalSince1970 - age) * 1000), to: handle, partition: 0,
                        timeout: 10_000)
                }
                try producer.flush(timeout: 30_000)
                producer.close(timeout: 5000)
                try stream.runToEnd()
            }
            let listed = try json(["state", "ls", stream.topology]) as! [[String: Any]]
            let history = try #require(listed[0]["history"] as? [String: Any])
            #expect(history["offset"] as? Int == 0 && history["snapshots"] as! Int >= hours, "\(history)")
            // From the first event on another topology begins with nothing learned, whatever it changes.
            let other = try Electricity("explained-otherwise", models: "models: {bayes: gaussian_nb}")
            let changed = try String(contentsOfFile: other.topology, encoding: .utf8)
                .replacingOccurrences(of: "topic: \(other.topic)", with: "topic: \(stream.topic)")
                .replacingOccurrences(of: "classes: [0, 1]", with: "classes: [1, 0]")
            try changed.write(toFile: other.topology, atomically: true, encoding: .utf8)
            let both = try replay(stream.topology, ["--with", other.topology])
            let evaluated = try json(["evaluate", other.topology, "--topic", stream.topic]) as! [String: Any]
            #expect(both["as_committed"] as? Bool == true)
            #expect(state(both["otherwise"])["digest"] as? String == evaluated["digest"] as? String)
            let published = try Broker.shared.read("explained-predictions").map(\.text)
            #expect(published.count == hours * rows)
            for (hour, row) in [(0, 0), (0, 1499), (2, 3), (3, 700), (5, 1499)] {
                let offset = hour * rows + row
                let id = "k\(hour)-\(row)"
                let found = try explain(stream.topology, [id])
                #expect(found["same_as_published"] as? Bool == true, "\(id): \(found)")
                #expect(found["published"] as? String == published[offset])
                #expect(found["offset"] as? Int == offset && found["events_before"] as? Int == offset)
                let snapshot = try #require(found["snapshot"] as? [String: Any])
                #expect(offset - (snapshot["offset"] as! Int) <= 2 * rows, "\(snapshot)")
                #expect(found["label"] is [String: Any] && found["today"] is [String: Any])
                #expect((found["features"] as? [String: Any])?.count == 6)
                let reasons = found["reasons"] as? [String] ?? []
                #expect(offset < 16 ? reasons.isEmpty || !reasons.isEmpty : (1...4).contains(reasons.count))
                let direct = try explain(stream.topology, ["--partition", "0", "--offset", "\(offset)"])
                #expect(direct["published"] as? String == published[offset])
                #expect(direct["reasons"] as? [String] == found["reasons"] as? [String])
            }
            let text = try EngineProcess.run(["explain", stream.topology, "k3-700"])
            #expect(text.status == 0 && text.output.contains("byte for byte"), "\(text)")
            print(text.output)
            let unknown = try EngineProcess.run(["explain", stream.topology, "nobody"])
            #expect(unknown.status == 65 && unknown.errors.contains("no prediction with the id 'nobody'"), "\(unknown)")
        }

        /// Partitions with models of their own, policies that replace them, a command in between, and reasons in the records.
        @Test func partitionsPoliciesCommandsAndReasons() throws {
            let stream = try Electricity(
                "looked-at", partitions: 2,
                models: "models: {tree: hoeffding_tree, linear: logistic_regression}\n"
                    + "drift: [{detector: {adwin: {delta: 0.05}}, signal: error, action: background}]",
                extra: "guarantee: at_least_once\noutput: {explain: 2}")
            try stream.produceAll(to: 16_000)
            try stream.runToEnd()
            let engine = try stream.run()
            #expect(engine.waitUntilReady())
            let told = try EngineProcess.run(["models", "freeze", stream.topology])
            #expect(told.status == 0, "\(told)")
            try stream.produceAll(from: 16_000, to: 18_000)
            engine.wait(60) {
                (try? Broker.shared.committed("looked-at", stream.topic, partitions: 2)) == [9000, 9000]
            }
            engine.signal(SIGTERM)
            #expect(engine.waitForExit() == 0, "\(engine.lastWords)")
            let all = try json(["replay", stream.topology]) as! [[String: Any]]
            #expect(all.count == 2 && all.allSatisfy { $0["as_committed"] as? Bool == true })
            for partition in 0..<2 {
                let found = state(all[partition]["ran"])
                func count(_ name: String) -> Int { (found[name] as? [Any])?.count ?? -1 }
                let decisions = try Broker.shared.read("looked-at-decisions", partition: Int32(partition)).map(\.text)
                #expect(decisions.contains { $0.contains("\"command\":\"freeze\"") })
                #expect(count("decisions") == decisions.count { !$0.contains("\"command\"") })
                let drifts = try Broker.shared.read("looked-at-drift", partition: Int32(partition)).map(\.text)
                #expect(count("drifts") + count("warnings") + count("improvements") == drifts.count)
                print("looked-at \(partition): \(decisions.count) decisions, \(drifts.count) drift records")
            }
            let published = try Broker.shared.read("looked-at-predictions", partition: 1).map(\.text)
            for offset in [5000, 8500] {
                let found = try explain(stream.topology, ["\(stream.topic)-1-\(offset)"])
                #expect(found["same_as_published"] as? Bool == true, "\(found)")
                #expect(found["published"] as? String == published[offset])
                #expect(published[offset].contains("\"explanation\""))
            }
        }

        /// Labels that come hours later: the order of both topics is the journal's, and waiting events come from segments.
        @Test func withLateLabelsToo() throws {
            let stream = LateLabelTests.Stream("late-explained")
            try stream.fill(events: 4000)
            defer { try? FileManager.default.removeItem(atPath: stream.folder) }
            func words(_ command: String, _ more: [String]) -> [String] {
                stream.arguments(command, ["--set", "history=7d"] + more)
            }
            for isLast in [false, true] {
                let engine = try EngineProcess(
                    words("run", ["--instance", "a", "--state-dir", stream.folder] + (isLast ? ["--stop-at-end"] : [])))
                if !isLast {
                    engine.wait(60) {
                        (try? Broker.shared.committed(stream.name, stream.input)[0]).map { $0 > 1000 } ?? false
                    }
                    engine.signal(SIGTERM)
                }
                #expect(engine.waitForExit(seconds: 180) == 0, "\(engine.errors.suffix(2000))")
            }
            let whole = try #require((try json(words("replay", [])) as? [[String: Any]])?.first)
            #expect(whole["as_committed"] as? Bool == true)
            #expect(state(whole["ran"])["digest"] as? String == (try stream.digests()[0]))
            let published = try Broker.shared.read("late-explained-predictions").map(\.text)
            let events = try Broker.shared.read(stream.input).map(\.text)
            let labels = try Broker.shared.read(stream.labels).map(\.text)
            for offset in [5, 700, 1000, 1001, 3999] {
                let words = words("explain", ["--partition", "0", "--offset", "\(offset)"])
                let found = try json(words) as! [String: Any]
                #expect(found["same_as_published"] as? Bool == true, "\(found)")
                #expect(published.contains(found["published"] as? String ?? ""))
                // Its label, wherever that stands between the events, where it came in time.
                let event = try numbers(events[offset])
                let own = try #require(labels.first { $0.hasPrefix("{\"id\":\(offset),") })
                let truth = try numbers(own)
                guard truth["ts"]! - event["ts"]! <= 1_800_000 else { continue }
                let label = found["label"] as? [String: Any]
                #expect(label?["time"] as? Int == truth["ts"], "\(found)")
                #expect(label?["value"] as? String == "\(truth["fraud"]!)", "\(found)")
            }
        }
    }
}

/// Numbers from 0 to 1, the same in every run.
private struct SteadyNumbers {
    var state: UInt64

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 33) / Double(1 << 31)
    }
}
