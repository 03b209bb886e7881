import Foundation
import Synchronization
import Testing

extension IntegrationTests {
    /// Labels that cannot come for a while: a producer's open transaction hides them. Every counter is the one that was worked
    /// out beforehand, scoring goes on, and time runs out when it must.
    ///
    /// The short form has an outage of ten seconds, which is longer than an event waits here; `MILLRACE_LONG_TESTS=1` has a
    /// minute.
    @Suite(.serialized) struct LabelOutageTests {
        static let isLong = ProcessInfo.processInfo.environment["MILLRACE_LONG_TESTS"] != nil
        static let outage = isLong ? 60.0 : 10.0

        @Test func whatATransactionHidesTeachesNothingFalse() throws {
            let stream = try LateStream("outage-hidden", broker: .shared)
            try stream.createTopics()
            try stream.run {
                stream.hidesLabels.withLock { $0 = true }
                Thread.sleep(forTimeInterval: Self.outage)
                stream.hidesLabels.withLock { $0 = false }
            }
        }
    }
}
