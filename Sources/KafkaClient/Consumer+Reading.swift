import CRDKafka

extension Consumer {
    /// Serves rebalances, errors, logs and statistics, and appends records that arrived on the consumer's own queue.
    ///
    /// Waits up to `milliseconds` for the first record and takes the rest only as far as it is there: a librdkafka
    /// batch call given a timeout waits for a full batch (trap 1). Call it at least every `max.poll.interval.ms`, also
    /// when every partition has its own queue. Returns how many records were appended; 0 for a full batch, which
    /// serves no rebalance.
    @discardableResult
    public func poll(into batch: RecordBatch, wait milliseconds: Int32) -> Int {
        guard let handle = client.handle, isOpen else { return 0 }
        client.serveEvents()
        let start = batch.count
        guard start < batch.capacity else { return 0 }
        adopt(batch)
        guard let first = rd_kafka_consumer_poll(handle, milliseconds) else { return 0 }
        batch.messages[start] = first
        return finish(batch, 1 + takeReady(from: queue, into: batch, at: start + 1))
    }

    /// Appends records of a partition's own queue, up to the batch's free room; waits up to `milliseconds` for the
    /// first one only.
    @discardableResult
    public func consume(_ queue: PartitionQueue, into batch: RecordBatch, wait milliseconds: Int32) -> Int {
        guard let source = queue.handle, isOpen else { return 0 }
        let start = batch.count
        guard start < batch.capacity else { return 0 }
        adopt(batch)
        guard milliseconds != 0 else { return finish(batch, takeReady(from: source, into: batch, at: start)) }
        guard let first = rd_kafka_consume_queue(source, milliseconds) else { return 0 }
        batch.messages[start] = first
        return finish(batch, 1 + takeReady(from: source, into: batch, at: start + 1))
    }

    /// Splits an assigned partition from the consumer's queue, so that it is read only when its owner wants to: no
    /// pause, no resume, and a slow task's records wait in its own queue.
    ///
    /// Call it before the assignment: records fetched between an assignment and this call still arrive through `poll`.
    ///
    /// With a bell, the queue rings it each time that something comes into it while it is empty, and `takeReadiness` tells.
    public func openQueue(_ partition: TopicPartition, bell: Bell? = nil) throws(KafkaError) -> PartitionQueue {
        let handle = try client.open()
        guard let source = rd_kafka_queue_get_partition(handle, partition.topic, partition.partition) else {
            throw KafkaError(code: KafkaError.Code.unknownPartition, "no queue for \(partition)")
        }
        rd_kafka_queue_forward(source, nil)
        let queue = PartitionQueue(partition, handle: source, consumer: self, bell: bell)
        adopt(queue)
        return queue
    }

    /// The consumer's own queue, with rebalances and errors, rings from now on when something comes into it.
    public func ring(_ bell: Bell) {
        self.bell = bell
        millrace_ring_by_queue(queue, bell.handle)
    }

    private func takeReady(from source: OpaquePointer, into batch: RecordBatch, at start: Int) -> Int {
        let room = batch.capacity - start
        guard room > 0 else { return 0 }
        return max(0, Int(rd_kafka_consume_batch_queue(source, 0, batch.messages + start, room)))
    }

    private func finish(_ batch: RecordBatch, _ added: Int) -> Int {
        if added > 0 { batch.append(added, from: self) }
        return added
    }
}

/// The own queue of one partition (`Consumer.openQueue`). Closed by its consumer at the latest.
public final class PartitionQueue {
    /// The partition it holds.
    public let partition: TopicPartition
    private(set) var handle: OpaquePointer?
    private weak var consumer: Consumer?
    private let bell: Bell?
    /// Written by librdkafka's threads.
    private let mark: UnsafeMutablePointer<millrace_mark>

    init(_ partition: TopicPartition, handle: OpaquePointer, consumer: Consumer, bell: Bell?) {
        self.partition = partition
        self.handle = handle
        self.consumer = consumer
        self.bell = bell
        mark = .allocate(capacity: 1)
        // Ready at first: what came before this is not told of.
        mark.initialize(to: millrace_mark(bell: bell?.handle, ready: 1))
        if bell != nil { millrace_watch_queue(handle, mark) }
    }

    deinit {
        close()
        mark.deallocate()
    }

    /// Whether something may have come since the last time; forgotten by this call. Without a bell always.
    public func takeReadiness() -> Bool { bell == nil || millrace_take_mark(mark) != 0 }

    /// There is more than was read: the next `takeReadiness` says so.
    public func keepReadiness() { millrace_mark_ready(mark) }

    /// How many records librdkafka holds for the partition, ready to be read.
    public var readyCount: Int { handle.map { Int(rd_kafka_queue_length($0)) } ?? 0 }

    /// Gives the partition back to the consumer's own queue. May be called twice.
    public func close() {
        guard let handle else { return }
        if bell != nil { millrace_watch_queue(handle, nil) }
        if let consumer, consumer.isOpen { rd_kafka_queue_forward(handle, consumer.queue) }
        drop()
    }

    /// Lets go of the queue and leaves it as it is.
    func drop() {
        if let handle {
            if bell != nil { millrace_watch_queue(handle, nil) }
            rd_kafka_queue_destroy(handle)
        }
        handle = nil
    }
}
