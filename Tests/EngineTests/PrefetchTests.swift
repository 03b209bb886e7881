import Testing

@testable import Engine

@Suite struct PrefetchTests {
    /// librdkafka counts by partition: what a worker fetches ahead does not grow with their number.
    @Test func partitionsShareIt() {
        let one = Prefetch(queues: 1)
        #expect(one.records == 500_000 && one.kilobytes == 256 << 10)
        for queues in 2...40 { #expect(Prefetch(queues: queues).bytes <= one.bytes, "\(queues)") }
        let many = Prefetch(queues: 200)
        #expect(many.records == 10_000 && many.kilobytes == 2048)
        #expect(Prefetch(queues: 0) == one)
    }
}
