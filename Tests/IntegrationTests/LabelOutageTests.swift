import Foundation
import Synchronization
import Testing

extension IntegrationTests {
    /// Labels that cannot come for a while: their leader, one of three nodes, is killed, or a producer's open transaction
    /// hides them. Every counter is the one that was worked out beforehand, scoring goes on, and time runs out when it must.
    ///
    /// The short form has outages of ten seconds, which is longer than an event waits here; `MILLRACE_LONG_TESTS=1` has a
    /// minute each.
    @Suite(.serialized) struct LabelOutageTests {
        static let isLong = ProcessInfo.processInfo.environment["MILLRACE_LONG_TESTS"] != nil
        static let outage = isLong ? 60.0 : 10.0

        @Test func aKilledLeaderTeachesNothingFalse() throws {
            let cluster = try FaultyCluster(nodes: 3)
            defer { cluster.stop() }
            let stream = try LateStream("outage-leader", broker: cluster.broker)
            let node = try stream.createTopics(nodes: 3)
            try stream.run {
                cluster.kill(node)
                Thread.sleep(forTimeInterval: Self.outage)
                try cluster.restart(node)
            }
        }

        @Test func whatATransactionHidesTeachesNothingFalse() throws {
            let stream = try LateStream("outage-hidden", broker: .shared)
            _ = try stream.createTopics(nodes: 1)
            try stream.run {
                stream.hidesLabels.withLock { $0 = true }
                Thread.sleep(forTimeInterval: Self.outage)
                stream.hidesLabels.withLock { $0 = false }
            }
        }
    }
}
