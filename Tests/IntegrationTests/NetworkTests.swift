import Foundation
import Testing

extension IntegrationTests {
    /// Nodes that die, connections that break, stall and crawl: each input is predicted once, in order, and the state is
    /// that of an undisturbed run.
    ///
    /// The short form has one node and one fault of each kind; `MILLRACE_LONG_TESTS=1` has three nodes, kills each twice
    /// and stalls commits for 20 s, which is longer than a transaction and a session live.
    @Suite(.serialized) struct NetworkTests {
        static let isLong = ProcessInfo.processInfo.environment["MILLRACE_LONG_TESTS"] != nil

        @Test func survivesNodesAndConnections() throws {
            let start = Date()
            let cluster = try FaultyCluster(nodes: Self.isLong ? 3 : 1)
            defer { cluster.stop() }
            let records = Array(Electricity.records.prefix(Self.isLong ? 45_000 : 6000))
            let calm = try Electricity("network-calm", partitions: 3, broker: cluster.broker)
            try calm.produceAll(to: records.count)
            try calm.runToEnd()

            print("network test: calm after \(Int(-start.timeIntervalSinceNow)) s")
            let wild = try Electricity("network", partitions: 3, broker: cluster.broker)
            let producer = wild.producePaced(seconds: Self.isLong ? 240 : 10, records: records)
            let engine = try wild.run(["--workers", "2"], environment: ["MILLRACE_LOG": "debug"])
            #expect(engine.waitUntilReady(), "\(engine.errors.suffix(2000))")
            let fault = { (disturb: () throws -> Void) in
                // Into a running stream each time.
                let before = Self.committed(wild)
                engine.wait(30) { Self.committed(wild) > before || producer.isFinished || !engine.isRunning }
                try disturb()
            }
            if Self.isLong { try long(cluster, fault) } else { try short(cluster, fault) }
            print("network test: faults over after \(Int(-start.timeIntervalSinceNow)) s")
            while !producer.isFinished { usleep(100_000) }
            engine.wait(60) { Self.committed(wild) >= records.count || !engine.isRunning }
            try #require(Self.committed(wild) == records.count, "\(engine.errors.suffix(6000))")
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 60) == 0, "\(engine.errors.suffix(6000))")
            print("network test: all done after \(Int(-start.timeIntervalSinceNow)) s")
            try wild.expectEachOnce(records.count)
            try wild.expectSamePredictions(as: calm)
            #expect(try wild.digests() == calm.digests())
        }

        /// Each node of three killed in turn: whoever led the partitions, the transactions or the group, committed
        /// predictions go on within 15 s; and with a node away the end comes within 20 s.
        @Test func aLostNodeOfThreeStopsNobody() throws {
            let cluster = try FaultyCluster(nodes: 3)
            defer { cluster.stop() }
            let stream = try Electricity("lost-node", partitions: 3, broker: cluster.broker)
            let away = Self.isLong ? 40.0 : 16.0
            let producer = stream.producePaced(
                seconds: 4 * away + 60, records: Array(Electricity.records.prefix(Self.isLong ? 30_000 : 12_000)))
            let engine = try stream.run(environment: ["MILLRACE_LOG": "debug"])
            #expect(engine.waitUntilReady(), "\(engine.errors.suffix(2000))")
            for node in cluster.nodes {
                engine.wait(30) { Self.committed(stream) > 0 }
                cluster.kill(node)
                let killed = Date()
                // What was under way at the kill does not count.
                Thread.sleep(forTimeInterval: 1)
                let before = Self.committed(stream)
                let wentOn = engine.wait(15) { Self.committed(stream) > before + 20 }
                print("lost node \(node): went on after \(String(format: "%.1f", -killed.timeIntervalSinceNow)) s")
                #expect(wentOn, "node \(node): \(engine.errors.suffix(3000))")
                Thread.sleep(forTimeInterval: max(0, away + killed.timeIntervalSinceNow))
                if node < 3 {
                    try cluster.restart(node)
                    // Else the next kill takes the second of three copies.
                    try cluster.waitUntilInSync([stream.topic, "__consumer_offsets", "__transaction_state"])
                }
            }
            let asked = Date()
            engine.signal(SIGTERM)
            #expect(engine.waitForExit(seconds: 20) == 0, "\(engine.errors.suffix(3000))")
            print("lost node: SIGTERM took \(String(format: "%.1f", -asked.timeIntervalSinceNow)) s")
            try cluster.restart(3)
            while !producer.isFinished { usleep(100_000) }
            try stream.runToEnd()
            try stream.expectEachOnce(Self.isLong ? 30_000 : 12_000)
        }

        /// Without any broker: the end comes in time, a second signal at once.
        @Test func endsInTimeWithoutABroker() throws {
            let cluster = try FaultyCluster(nodes: 1)
            defer { cluster.stop() }
            let stream = try Electricity("no-broker", broker: cluster.broker)
            for signals in [1, 2] {
                let producer = stream.producePaced(seconds: 8, records: Array(Electricity.records.prefix(3000)))
                let engine = try stream.run()
                #expect(engine.waitUntilReady(), "\(engine.errors.suffix(2000))")
                Thread.sleep(forTimeInterval: 1)
                cluster.kill(1)
                Thread.sleep(forTimeInterval: 0.5)
                let asked = Date()
                engine.signal(SIGTERM)
                if signals == 2 {
                    Thread.sleep(forTimeInterval: 0.5)
                    engine.signal(SIGTERM)
                    #expect(engine.waitForExit(seconds: 3) == 128 + SIGTERM)
                } else {
                    #expect(engine.waitForExit(seconds: 20) == 0, "\(engine.errors.suffix(2000))")
                }
                print("no broker: ended after \(String(format: "%.1f", -asked.timeIntervalSinceNow)) s")
                try cluster.restart(1)
                while !producer.isFinished { usleep(100_000) }
            }
            try stream.runToEnd()
            try stream.expectEachOnce(stream.broker.read(stream.topic).count)
        }

        private static func committed(_ stream: Electricity) -> Int {
            let offsets = try? stream.broker.committed(stream.name, stream.topic, partitions: stream.partitions)
            return (offsets ?? []).reduce(0) { $0 + Int(max($1, 0)) }
        }

        private typealias Fault = (() throws -> Void) throws -> Void

        private func short(_ cluster: FaultyCluster, _ fault: Fault) throws {
            try fault { try cluster.cut(seconds: 0.5) }
            try fault { try cluster.disturb("latency", "\"latency\": 100, \"jitter\": 50", seconds: 1) }
            try fault { try cluster.disturb("bandwidth", "\"rate\": 1", seconds: 2) }
            try fault { try cluster.disturb("reset_peer", "\"timeout\": 50", seconds: 0.5) }
            try fault {
                cluster.kill(1)
                try cluster.restart(1)
            }
        }

        private func long(_ cluster: FaultyCluster, _ fault: Fault) throws {
            for round in 0..<2 {
                for node in cluster.nodes {
                    try fault {
                        cluster.kill(node)
                        Thread.sleep(forTimeInterval: Double(4 + 4 * round))
                        try cluster.restart(node)
                    }
                }
                for _ in 0..<3 { try fault { try cluster.cut(seconds: 0.3) } }
                try fault { try cluster.cut(seconds: 15) }
                try fault { try cluster.disturb("reset_peer", "\"timeout\": 30", seconds: 4) }
                // One kilobyte a second: nothing comes through, no connection breaks.
                try fault { try cluster.disturb("bandwidth", "\"rate\": 1", seconds: 20) }
                try fault { try cluster.disturb("latency", "\"latency\": 400, \"jitter\": 300", seconds: 8) }
                // What was sent arrives when its sender has given up.
                try fault { try cluster.disturb("latency", "\"latency\": 12000", seconds: 13) }
            }
        }
    }
}
