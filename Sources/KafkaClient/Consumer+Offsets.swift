import CRDKafka

extension Consumer {
    /// The group's committed offsets with their metadata; `PartitionOffset.none` where nothing is committed.
    ///
    /// With `isolation.level=read_committed` (the default) the broker answers only once no open transaction may still
    /// move them. Blocks up to `timeout` milliseconds.
    public func committed(_ partitions: [TopicPartition], timeout: Int32) throws(KafkaError) -> [PartitionOffset] {
        let list = PartitionList(partitions)
        let code = rd_kafka_committed(try client.open(), list.pointer, timeout)
        try KafkaError.check(code, "committed offsets")
        try list.checkElements("committed offset of")
        return list.offsets
    }

    /// The first offset of the log and the one after the last, as the broker has them now. Under `read_committed` the
    /// high one stops at the first open transaction. Blocks up to `timeout` milliseconds, and sometimes longer before
    /// librdkafka 2.3.
    public func watermarks(
        _ partition: TopicPartition, timeout: Int32
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        try client.watermarks(partition, timeout: timeout)
    }

    /// Commits the group's offsets with their metadata, all at once, without being its member: the broker takes it where the
    /// group has none. Blocks for a round trip to the group's coordinator.
    public func commit(_ offsets: [PartitionOffset]) throws(KafkaError) {
        let list = try PartitionList(offsets)
        try KafkaError.check(rd_kafka_commit(try client.open(), list.pointer, 0), "offsets")
        try list.checkElements("offset of")
    }

    /// What the broker says to a commit of an offset for a partition of the topic that is not there: nil, or the permission
    /// that is lacking (READ on the group, or on the topic). Nothing is committed.
    public func commitDenial(topic: String, timeout: Int32) throws(KafkaError) -> KafkaError? {
        let handle = try client.open()
        let list = try PartitionList([PartitionOffset(topic: topic, partition: .max - 1, offset: 0)])
        guard let answers = rd_kafka_queue_new(handle) else { return nil }
        defer { rd_kafka_queue_destroy(answers) }
        try KafkaError.check(rd_kafka_commit_queue(handle, list.pointer, answers, nil, nil), "offsets")
        guard let event = rd_kafka_queue_poll(answers, timeout) else { return nil }
        defer { rd_kafka_event_destroy(event) }
        var codes = [rd_kafka_event_error(event).rawValue]
        if let found = rd_kafka_event_topic_partition_list(event), found.pointee.cnt > 0 {
            codes.append(found.pointee.elems[0].err.rawValue)
        }
        return codes.map { KafkaError.of($0, topic: topic) }.first { $0.isDenied }
    }

    /// Where the partitions begin, or end, in one request a leader: `PartitionOffset.beginning` or `.end` in `edge`. Under
    /// `read_committed` an end stops at the first open transaction. Keeps to its timeout, in milliseconds, where
    /// `watermarks` does not.
    public func edges(
        _ edge: Int64, of partitions: [TopicPartition], timeout: Int32
    ) throws(KafkaError) -> [PartitionOffset] {
        // The protocol's own numbers for the two: a time of -2 is the first offset, one of -1 that behind the last.
        try offsets(at: edge, partitions, timeout: timeout)
    }

    /// The same from what the last fetches said, without asking; -1001 where nothing was fetched yet. For lag.
    public func cachedWatermarks(_ partition: TopicPartition) -> (low: Int64, high: Int64) {
        var low: Int64 = PartitionOffset.none
        var high: Int64 = PartitionOffset.none
        if let handle = client.handle {
            rd_kafka_get_watermark_offsets(handle, partition.topic, partition.partition, &low, &high)
        }
        return (low, high)
    }

    /// The first offset of each partition whose timestamp is at or after `timestamp` (milliseconds since 1970);
    /// `PartitionOffset.end` where there is none.
    public func offsets(
        at timestamp: Int64, _ partitions: [TopicPartition], timeout: Int32
    ) throws(KafkaError) -> [PartitionOffset] {
        let list = try PartitionList(partitions.map { PartitionOffset($0, offset: timestamp) })
        let code = rd_kafka_offsets_for_times(try client.open(), list.pointer, timeout)
        try KafkaError.check(code, "offsets at \(timestamp)")
        try list.checkElements("offset by time of")
        return list.offsets
    }

    /// Moves an assigned partition; what was prefetched is dropped. Tries again while the partition's fetcher is not
    /// started yet, up to `timeout` milliseconds.
    public func seek(_ position: PartitionOffset, timeout: Int32) throws(KafkaError) {
        let handle = try client.open()
        let end = ContinuousClock.now + .milliseconds(Int64(timeout))
        while true {
            let list = try PartitionList([position])
            // 2.0 divides its timeout by 1000: with a long one the answer is awaited, with ours it may be _TIMED_OUT.
            let error = rd_kafka_seek_partitions(handle, list.pointer, max(timeout, 1))
            let failure: KafkaError?
            if let error {
                failure = KafkaError(consuming: error)
            } else {
                let code = list.pointer.pointee.elems[0].err
                failure = code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code: code.rawValue)
            }
            guard let failure else { return }
            let again = [RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue, RD_KAFKA_RESP_ERR__STATE.rawValue, -1]
            guard again.contains(failure.code), ContinuousClock.now < end else { throw failure }
            client.serveEvents(milliseconds: 10)
        }
    }

    /// This member as the group knows it now, for `Producer.sendOffsets`; nil before the first join.
    ///
    /// Take it fresh for each transaction. Before the join librdkafka hands out generation -1, which a broker accepts
    /// and which fences nothing: that is what nil stands for.
    public func groupMetadata() -> GroupMetadata? {
        guard let handle = client.handle, let metadata = rd_kafka_consumer_group_metadata(handle) else { return nil }
        return GroupMetadata(consuming: metadata)
    }
}
