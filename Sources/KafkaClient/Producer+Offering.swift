import CRDKafka

extension Producer {
    /// Produces copies of the records to one partition, in their order, as many as can go without waiting; answers how many.
    ///
    /// For a thread that must not wait. The first record to a partition goes alone (`settle`): until it has arrived nothing
    /// more is taken, for any partition. Throws as `produce` does; then none or some of them are queued.
    public func offer(
        _ records: UnsafeBufferPointer<OutgoingRecord>, to topic: ProducerTopic, partition: Int32
    ) throws(KafkaError) -> Int {
        guard !records.isEmpty else { return 0 }
        let handle = try client.open()
        client.serveEvents()
        guard let target = topic.handle else { throw KafkaError(code: KafkaError.Code.state, "the topic is closed") }
        let waiting = Int(rd_kafka_outq_len(handle))
        if waiting == 0 { bytesSinceEmpty = 0 }
        if let alone {
            guard waiting == 0 else { return 0 }
            // A refused record has left nothing behind: the next one goes alone again.
            if client.firstDeliveryFailure == nil { topic.markSettled(alone) }
            self.alone = nil
        }
        let goesAlone = !topic.isSettled(partition)
        let room = min(goesAlone ? 1 : records.count, queueLimit - waiting)
        guard room > 0 else { return 0 }
        let some = UnsafeBufferPointer(rebasing: records[..<room])
        try fillScratch(some)
        let taken = try produceSingly(0..<room, to: target, partition)
        bytesSinceEmpty += scratchBytes(0..<taken)
        if goesAlone, taken > 0 { alone = partition }
        return taken
    }
}
