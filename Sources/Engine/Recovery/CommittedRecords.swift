import KafkaClient

extension EngineSettings {
    /// Whether a partition holds a committed record from an offset on, which its end offset does not tell: an aborted
    /// transaction moves that too.
    ///
    /// Reads up to the first record or to the end, with a client of its own, for a worker's reader may be in the middle
    /// of a restore. Throws when nothing was heard for 30 s.
    func holdsCommittedRecords(_ partition: TopicPartition, from offset: Int64) throws(KafkaError) -> Bool {
        let reader = try Consumer(self.reader())
        defer { reader.close() }
        try reader.assign([PartitionOffset(partition, offset: offset)])
        let batch = RecordBatch(capacity: 1)
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            reader.poll(into: batch, wait: 100)
            defer { batch.release() }
            guard batch.count > 0 else { continue }
            switch batch[0].error {
            case 0: return true
            case KafkaError.Code.partitionEnd: return false
            default: throw KafkaError.of(batch[0].error)
            }
        }
        throw KafkaError.of(KafkaError.Code.timedOut)
    }
}
