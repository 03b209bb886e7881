/// How much a worker's consumer fetches ahead.
///
/// librdkafka counts by partition where each has a queue of its own (docs/decisions/0003), and from 2.0.2 to 2.1 sleeps up
/// to a second when one is full: together they hold more than a worker takes in a second, apart from partitions by the
/// hundred, where each keeps enough for some ten thousand events a second of its own.
public struct Prefetch: Sendable, Equatable {
    /// Of one partition.
    public let records: Int
    /// Of one partition.
    public let kilobytes: Int
    private let queues: Int

    /// - Parameter queues: partitions that the worker reads, over all inputs.
    public init(queues: Int) {
        self.queues = max(queues, 1)
        records = max(500_000 / self.queues, 10_000)
        kilobytes = max((256 << 10) / self.queues, 2 << 10)
    }

    /// Bytes of all partitions at most: the records, and what librdkafka keeps of each (measured: 500 bytes).
    public var bytes: Int { queues * (kilobytes << 10 + records * 500) }
}
