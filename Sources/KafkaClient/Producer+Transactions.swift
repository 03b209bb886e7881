import CRDKafka

/// Each call throws an error whose flags say what to do: `isFatal` close and make a new producer, `requiresAbort` call
/// `abortTransaction`, `isRetriable` make the same call again. No flag is a mistake of the program.
extension Producer {
    /// Takes the transactional id over: fences its former holder and ends what that one left open. Once, before all
    /// else. Blocks up to `timeout` milliseconds; -1 means twice the transaction timeout.
    public func initTransactions(timeout: Int32) throws(KafkaError) {
        try KafkaError.check(consuming: rd_kafka_init_transactions(try client.open(), timeout))
        client.serveEvents()
    }

    /// Opens a transaction. Local: no broker is asked.
    public func beginTransaction() throws(KafkaError) {
        client.serveEvents()
        try KafkaError.check(consuming: rd_kafka_begin_transaction(try client.open()))
    }

    /// Why the open transaction can only be aborted, or nil: it may go on, or nobody knows. Of a record handed to such a
    /// transaction librdkafka only says `_STATE`. Local: no broker is asked.
    public var transactionFailure: KafkaError? {
        // A begin that is refused tells the reason; in an open transaction that may go on it is refused as `_STATE`.
        guard let handle = client.handle, let error = rd_kafka_begin_transaction(handle) else { return nil }
        let failure = KafkaError(consuming: error)
        return failure.code == KafkaError.Code.state ? nil : failure
    }

    /// Makes the group's offsets (the next to read) and their metadata part of the open transaction. Blocks up to
    /// `timeout` milliseconds, mostly one round trip to the group's coordinator.
    public func sendOffsets(
        _ offsets: [PartitionOffset], group: GroupMetadata, timeout: Int32
    ) throws(KafkaError) {
        let list = try PartitionList(offsets)
        let handle = try client.open()
        let error = rd_kafka_send_offsets_to_transaction(handle, list.pointer, group.handle, timeout)
        // The broker reads the membership during the call: keep it until here.
        withExtendedLifetime(group) {}
        try KafkaError.check(consuming: error)
    }

    /// Delivers what is queued and commits. After `_TIMED_OUT`, or a disconnect meanwhile, the outcome is not known:
    /// call again; never begin another transaction on a handle whose commit never answered.
    public func commitTransaction(timeout: Int32) throws(KafkaError) {
        let error = rd_kafka_commit_transaction(try client.open(), timeout)
        client.serveEvents()
        try KafkaError.check(consuming: error)
    }

    /// Drops what is queued and aborts. After a record the broker refused, the next transaction fails once more (trap
    /// 9): allow at least three tries.
    public func abortTransaction(timeout: Int32) throws(KafkaError) {
        let error = rd_kafka_abort_transaction(try client.open(), timeout)
        client.serveEvents()
        // The broker may never have seen what was dropped.
        for topic in topics { topic.forgetSettled() }
        try KafkaError.check(consuming: error)
    }
}
