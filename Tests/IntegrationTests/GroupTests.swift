import Foundation
import Testing

extension IntegrationTests {
    /// Two processes of one topology, SIGTERM, fast mode: what operators do.
    @Suite(.serialized) struct GroupTests {
        @Test func twoProcessesShareWithoutLossOrRepetition() throws {
            let calm = try Electricity("pair-calm", partitions: 4)
            try calm.produceAll(to: 8000)
            try calm.runToEnd()

            let stream = try Electricity("pair", partitions: 4)
            let producer = stream.producePaced(seconds: 25, records: Array(Electricity.records.prefix(8000)))
            let first = try stream.run()
            #expect(first.waitUntilReady(), "\(first.errors.suffix(1000))")
            let second = try EngineProcess(["run", stream.topology, "--instance", "b"])
            #expect(second.waitUntilReady(), "\(second.errors.suffix(1000))")
            Thread.sleep(forTimeInterval: 4)
            // A clean end, a hard one, and both come back.
            second.signal(SIGTERM)
            #expect(second.waitForExit(seconds: 30) == 0, "\(second.errors.suffix(1000))")
            let third = try EngineProcess(["run", stream.topology, "--instance", "b"])
            #expect(third.waitUntilReady())
            Thread.sleep(forTimeInterval: 2)
            first.signal(SIGKILL)
            _ = first.waitForExit()
            while !producer.isFinished { usleep(100_000) }
            third.signal(SIGTERM)
            #expect(third.waitForExit(seconds: 30) == 0, "\(third.errors.suffix(1000))")
            // Static members keep their partitions for the session timeout: wait it out, then finish.
            Thread.sleep(forTimeInterval: 11)
            try stream.runToEnd()
            try stream.expectEachOnce(8000)
            try stream.expectSamePredictions(as: calm)
            #expect(try stream.digests() == calm.digests())
        }

        /// Killed while the group takes partitions away: a second process joins, the first dies in the callback.
        @Test(arguments: ["in-revoke-before-commit", "in-revoke-after-commit", "while-parked"])
        func survivesAKillWhilePartitionsMove(point: String) throws {
            let stream = try Electricity("moving-\(point)", partitions: 4)
            let producer = stream.producePaced(seconds: 8, records: Array(Electricity.records.prefix(4000)))
            let first = try stream.run(environment: ["MILLRACE_CRASH_AT": point, "MILLRACE_LOG": "debug"])
            #expect(first.waitUntilReady(), "\(first.errors.suffix(1000))")
            let second = try EngineProcess(
                ["run", stream.topology, "--instance", "b"], environment: ["MILLRACE_LOG": "debug"])
            #expect(first.waitForExit(seconds: 30) == -SIGKILL, "\(first.errors.suffix(1000))")
            while !producer.isFinished { usleep(100_000) }
            // The dead member's partitions come when its session has run out.
            let done = second.wait(40) {
                (try? Broker.shared.committed(stream.name, stream.topic, partitions: 4)) == [1000, 1000, 1000, 1000]
            }
            let reached = try Broker.shared.committed(stream.name, stream.topic, partitions: 4)
            for partition in 0..<Int32(4) {
                #expect(try Broker.shared.read(stream.topic, partition: partition).count == 1000)
            }
            #expect(done, "\(reached) \(second.errors.suffix(3000))")
            // A transaction that the dead one left open hides what follows it until the broker gives it up.
            second.wait(60) { (try? stream.predictions().map(\.count)) == [1000, 1000, 1000, 1000] }
            second.signal(SIGTERM)
            #expect(second.waitForExit(seconds: 30) == 0)
            try stream.expectEachOnce(4000)
            #expect(try stream.digests() == Self.calmDigests)
        }

        /// Killed after it gave partitions away and started again at once, before the group missed it: a cooperative group
        /// would hand it its old share and leave the partitions on their way with nobody, for good.
        @Test func aQuickRestartWhilePartitionsMoveLeavesNoneBehind() throws {
            let stream = try Electricity("quick-restart", partitions: 4)
            try stream.produceAll(to: 1000)
            let first = try stream.run(environment: ["MILLRACE_CRASH_AT": "in-revoke-after-commit"])
            #expect(first.waitUntilReady(), "\(first.errors.suffix(1000))")
            let second = try EngineProcess(["run", stream.topology, "--instance", "b"])
            #expect(first.waitForExit(seconds: 30) == -SIGKILL, "\(first.errors.suffix(1000))")
            let again = try stream.run()
            #expect(again.waitUntilReady() && second.waitUntilReady())
            try stream.produceAll(from: 1000, to: 4000)
            let done = again.wait(30) {
                (try? Broker.shared.committed(stream.name, stream.topic, partitions: 4)) == [1000, 1000, 1000, 1000]
            }
            let reached = try Broker.shared.committed(stream.name, stream.topic, partitions: 4)
            #expect(done, "\(reached) \(again.errors.suffix(2000)) \(second.errors.suffix(2000))")
            for engine in [again, second] {
                engine.signal(SIGTERM)
                #expect(engine.waitForExit(seconds: 30) == 0)
            }
            try stream.expectEachOnce(4000)
            #expect(try stream.digests() == Self.calmDigests)
        }

        /// The digests of the first 4000 rows on four partitions.
        static let calmDigests: [Int: String]? = {
            do {
                let calm = try Electricity("calm-4000", partitions: 4)
                try calm.produceAll(to: 4000)
                try calm.runToEnd()
                return try calm.digests()
            } catch { return nil }
        }()

        @Test func ofTwoProcessesWithOneNameOneEnds() throws {
            let stream = try Electricity("namesakes")
            try stream.produceAll(to: 1000)
            let processes = [try stream.run(), try stream.run()]
            let someEnded = processes[0].wait(60) { processes.contains { !$0.isRunning } }
            #expect(someEnded)
            let ended = try #require(processes.first { !$0.isRunning })
            #expect(ended.waitForExit() == 69)
            #expect(ended.errors.contains("another process took over as instance"), "\(ended.errors.suffix(1000))")
            let left = try #require(processes.first { $0.isRunning })
            left.wait(30) { (try? Broker.shared.committed(stream.name, stream.topic)) == [1000] }
            left.signal(SIGTERM)
            #expect(left.waitForExit(seconds: 30) == 0, "\(left.errors.suffix(1000))")
            try stream.expectEachOnce(1000)
        }

        @Test func terminationCommitsAndTheNextStartReplaysNothing() throws {
            let stream = try Electricity("terminated")
            try stream.produceAll(to: 5000)
            let engine = try stream.run()
            #expect(engine.waitUntilReady())
            engine.wait(30) { (try? Broker.shared.committed(stream.name, stream.topic)) == [5000] }
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 30) == 0)
            let again = try stream.run(["--stop-at-end"])
            #expect(again.waitForExit(seconds: 60) == 0)
            #expect(again.errors.contains("replayed=0"), "\(again.errors)")
            try stream.expectEachOnce(5000)
        }

        @Test func atLeastOnceLosesNothingAndKeepsTheStateExact() throws {
            let exact = try Electricity("fast-calm")
            try exact.produceAll(to: 6000)
            try exact.runToEnd()
            let stream = try Electricity("fast", extra: "guarantee: at_least_once")
            try stream.produceAll(to: 6000)
            for point in ["after-produce:3", "after-send-offsets:2", "mid-batch:4000"] {
                let engine = try stream.run(["--stop-at-end"], environment: ["MILLRACE_CRASH_AT": point])
                _ = engine.waitForExit(seconds: 60)
            }
            try stream.runToEnd()
            let offsets = try Set(
                Broker.shared.read("\(stream.name)-predictions").map { Int($0.source.split(separator: "-").last!)! })
            #expect(offsets == Set(0..<6000))
            #expect(try stream.digests() == exact.digests())
        }

        /// Found and buried alone: the other worker's records die with it each time, and none of them is accused.
        @Test func aRecordThatKillsTheProcessIsFoundAndBuried() throws {
            let stream = try Electricity("poison", partitions: 2, models: "models: {tree: hoeffding_tree}")
            let rows = Electricity.records
            try Broker.shared.produce(Array(rows[..<400]), to: stream.topic)
            try Broker.shared.produce(Array(rows[..<100]), to: stream.topic, partition: 1)
            var lives = 0
            var status: Int32? = nil
            while lives < 60, status != 0 {
                lives += 1
                status = try stream.run(
                    ["--stop-at-end", "--workers", "2"], environment: ["MILLRACE_POISON_OFFSET": "123"]
                ).waitForExit(seconds: 60)
            }
            print("poison test: \(lives) lives")
            let letters = try Broker.shared.read("\(stream.name)-dead-letters", withHeaders: true)
            #expect(
                letters.map { String(decoding: $0.headers["millrace.error.code"] ?? [], as: UTF8.self) } == ["crashed"])
            #expect(letters.first?.headers["millrace.error.offset"] == Array("123".utf8))
            #expect(try Broker.shared.read("\(stream.name)-dead-letters", partition: 1).isEmpty)
            #expect(try Broker.shared.read("\(stream.name)-predictions").count == 399)
            #expect(try Broker.shared.read("\(stream.name)-predictions", partition: 1).count == 100)
            let before = try stream.digests()
            try stream.runToEnd()
            #expect(try stream.digests() == before)
        }

        @Test func whatIsMissingIsNamed() throws {
            let stream = try Electricity("missing")
            let none = try EngineProcess.run([
                "run", stream.topology, "--set", "input.topic=nowhere-at-all", "--instance", "a",
            ])
            #expect(none.status == 69 && none.errors.contains("nowhere-at-all"), "\(none.status) \(none.errors)")
            let closed = try EngineProcess.run(
                ["run", stream.topology, "--set", "kafka.bootstrap=127.0.0.1:1", "--instance", "a"])
            #expect(closed.status == 69 && closed.errors.contains("127.0.0.1:1"), "\(closed.status) \(closed.errors)")
            let refused = try EngineProcess.run(["run", stream.topology, "--no-create-topics", "--instance", "a"])
            #expect(
                refused.status == 69 && refused.errors.contains("missing-state"), "\(refused.status) \(refused.errors)")
        }

        @Test func anotherTopologyUnderTheSameNameIsRefused() throws {
            let stream = try Electricity("changed", models: "models: {tree: hoeffding_tree}")
            try stream.produceAll(to: 500)
            try stream.runToEnd()
            let changed = try EngineProcess.run(
                ["run", stream.topology, "--set", "seed=7", "--instance", "a", "--stop-at-end"])
            #expect(
                changed.status == 65 && changed.errors.contains("another topology"),
                "\(changed.status) \(changed.errors)")
        }
    }
}
