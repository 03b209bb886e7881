import Foundation
import Testing

extension IntegrationTests {
    /// SIGKILL at any instant: the same predictions once each and the same digest as an undisturbed run.
    ///
    /// The short form kills a few times; `MILLRACE_LONG_TESTS=1` paces the stream over 150 s and kills 25 times, at least
    /// 10 of them inside an open transaction (point 3 of the first issue).
    @Suite(.serialized) struct KillTests {
        static let isLong = ProcessInfo.processInfo.environment["MILLRACE_LONG_TESTS"] != nil

        /// Points at which a transaction is open, and how often they are passed before the kill.
        static let openPoints = [
            "after-begin:5", "after-produce:3", "after-send-offsets:6", "during-commit:4", "mid-chunks:2",
            "before-manifest:3", "after-manifest:4", "after-produce:7",
        ]

        @Test(arguments: [1, 4]) func survives(partitions: Int) throws {
            let wanted = Self.isLong ? 25 : 5
            let wantedOpen = Self.isLong ? 13 : 2
            let name = "kill-\(partitions)"
            let records = Self.isLong ? Electricity.records : Array(Electricity.records.prefix(20_000))
            let undisturbed = try Electricity("\(name)-calm", partitions: partitions)
            try undisturbed.produceAll(to: records.count)
            try undisturbed.runToEnd()

            let stream = try Electricity("\(name)-wild", partitions: partitions)
            let start = Date()
            let producer = stream.producePaced(seconds: Self.isLong ? 150 : 25, records: records)
            var kills = 0
            var openKills = 0
            var attempts = 0
            var random = SystemRandomNumberGenerator()
            while kills < wanted, attempts < wanted * 3 {
                attempts += 1
                let before = try committed(stream)
                let point = openKills < wantedOpen ? Self.openPoints[attempts % Self.openPoints.count] : nil
                let engine = try stream.run(environment: point.map { ["MILLRACE_CRASH_AT": $0] } ?? [:])
                if point == nil {
                    // Not before something was committed since this start.
                    engine.wait(20) { (try? committed(stream)).map { $0 > before } ?? false || !engine.isRunning }
                    usleep(UInt32.random(in: 0..<300_000, using: &random))
                    engine.signal(SIGKILL)
                }
                let status = engine.waitForExit(seconds: 60)
                #expect(status == -SIGKILL, "ended with \(status ?? 0): \(engine.errors.suffix(1500))")
                let after = try committed(stream)
                print(
                    "kill \(kills): \(point ?? "at random") at \(Int(-start.timeIntervalSinceNow)) s, \(before) to \(after)"
                )
                if after >= records.count { break }
                guard after > before else { continue }
                kills += 1
                openKills += point == nil ? 0 : 1
            }
            #expect(kills >= wanted, "only \(kills) kills counted in \(attempts) attempts")
            while !producer.isFinished { usleep(100_000) }
            try stream.runToEnd()
            let seconds = Date().timeIntervalSince(start)
            print(
                "kill test: \(partitions) partitions, \(kills) kills, \(openKills) in open transactions, \(Int(seconds)) s"
            )
            try stream.expectEachOnce(records.count)
            try stream.expectSamePredictions(as: undisturbed)
            #expect(try stream.digests() == undisturbed.digests())
            if Self.isLong { #expect(seconds >= 120 && openKills >= 10) }
        }

        private func committed(_ stream: Electricity) throws -> Int {
            try Broker.shared.committed(stream.name, stream.topic, partitions: stream.partitions)
                .reduce(0) { $0 + Int(max($1, 0)) }
        }

        /// Each named point of the protocol, alone; those inside a transaction in the first one and in a later one.
        @Test(arguments: [
            "after-init", "after-genesis", "after-stable-read", "after-begin", "mid-batch:1500", "after-produce",
            "after-produce:2", "mid-chunks", "mid-chunks:2", "before-manifest", "before-manifest:2", "after-manifest",
            "after-manifest:2",
            "after-send-offsets", "after-send-offsets:2", "during-commit", "during-commit:2", "after-commit:2",
            "in-drain",
        ])
        func survivesAt(point: String) throws {
            let stream = try Electricity("at-" + point.replacingOccurrences(of: ":", with: "-"))
            try stream.produceAll(to: 2000)
            let engine = try stream.run(["--stop-at-end"], environment: ["MILLRACE_CRASH_AT": point])
            #expect(engine.waitForExit(seconds: 60) == -SIGKILL, "\(engine.errors.suffix(1500))")
            try finish(stream)
        }

        /// Killed while it comes back from a kill.
        @Test(arguments: ["during-chunk-load", "during-replay:3", "after-replay"])
        func survivesTwice(point: String) throws {
            let stream = try Electricity("again-" + point.replacingOccurrences(of: ":", with: "-"))
            let producer = stream.producePaced(seconds: 12, records: Array(Electricity.records.prefix(2000)))
            var wasReached = false
            // Whether there is something to replay depends on where the last snapshot was: try until there is.
            for attempt in 0..<8 where !wasReached {
                let first = try stream.run(environment: ["MILLRACE_CRASH_AT": "after-commit:\(5 + attempt)"])
                #expect(first.waitForExit(seconds: 60) == -SIGKILL, "\(first.errors.suffix(1500))")
                let second = try stream.run(environment: ["MILLRACE_CRASH_AT": point])
                second.wait(4) { !second.isRunning }
                wasReached = !second.isRunning
                second.signal(SIGKILL)
                _ = second.waitForExit()
            }
            #expect(wasReached)
            while !producer.isFinished { usleep(100_000) }
            try finish(stream)
        }

        private func finish(_ stream: Electricity) throws {
            try stream.produceAll(from: 2000, to: 3000)
            try stream.runToEnd()
            try stream.expectEachOnce(3000)
            #expect(try stream.digests()[0] == Self.calmDigest)
        }

        /// The digest of the first 3000 rows.
        static let calmDigest: String? = {
            do {
                let calm = try Electricity("calm-3000")
                try calm.produceAll(to: 3000)
                try calm.runToEnd()
                return try calm.digests()[0]
            } catch { return nil }
        }()
    }
}
