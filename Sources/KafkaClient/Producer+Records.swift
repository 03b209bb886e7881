import CRDKafka

extension Producer {
    /// Produces copies of the records to one partition, in their order.
    ///
    /// One C call per batch (about 0.16 µs a record). Waits while the queue is full, up to `timeout` milliseconds.
    /// Order survives a full queue: only what is sure to fit goes in at once, for a batch call skips a record that does
    /// not fit and takes the next. Throws before anything is queued when a record is too large; after another error
    /// some records may be queued: abort, or rebuild. The first record to a partition goes alone, see `settle`.
    public func produce(
        _ records: UnsafeBufferPointer<OutgoingRecord>, to topic: ProducerTopic, partition: Int32, timeout: Int32
    ) throws(KafkaError) {
        guard !records.isEmpty else { return }
        let handle = try client.open()
        client.serveEvents()
        try fillScratch(records)
        guard let target = topic.handle else { throw KafkaError(code: KafkaError.Code.state, "the topic is closed") }
        try check(partition, of: topic)
        var done = 0
        var end: ContinuousClock.Instant?
        while done < records.count {
            let waiting = Int(rd_kafka_outq_len(handle))
            if waiting == 0 { bytesSinceEmpty = 0 }
            let goesAlone = !topic.isSettled(partition)
            let room = min(goesAlone ? 1 : records.count - done, queueLimit - waiting)
            let bytes = room > 0 ? scratchBytes(done..<done + room) : 0
            if room > 0, bytesSinceEmpty + bytes <= queueLimitBytes {
                try produceAtOnce(done..<done + room, to: target, partition)
                bytesSinceEmpty += bytes
                done += room
                if goesAlone { try settle(partition, of: topic, timeout: timeout) }
                continue
            }
            if room > 0 {
                let taken = try produceSingly(done..<done + room, to: target, partition)
                bytesSinceEmpty += scratchBytes(done..<done + taken)
                done += taken
                if taken > 0, goesAlone { try settle(partition, of: topic, timeout: timeout) }
                if taken > 0 { continue }
            }
            let deadline = end ?? ContinuousClock.now + .milliseconds(Int64(timeout))
            end = deadline
            guard ContinuousClock.now < deadline else {
                throw KafkaError(
                    code: KafkaError.Code.queueFull,
                    "the queue stayed full for \(timeout) ms; \(done) of \(records.count) records taken",
                    isRetriable: done == 0)
            }
            client.serveEvents(milliseconds: 5)
        }
    }

    /// Produces one record with headers and, if given, a timestamp in milliseconds. For dead letters and other rare
    /// records: about 1 µs and a few allocations.
    public func produce(
        value: [UInt8]?, key: [UInt8]?, headers: [(String, [UInt8]?)], timestamp: Int64? = nil,
        to topic: ProducerTopic, partition: Int32, timeout: Int32
    ) throws(KafkaError) {
        let handle = try client.open()
        client.serveEvents()
        guard let target = topic.handle else { throw KafkaError(code: KafkaError.Code.state, "the topic is closed") }
        let length = (value?.count ?? 0) + (key?.count ?? 0)
        guard length <= maximumRecordBytes else { throw tooLarge(length) }
        try check(partition, of: topic)
        let end = ContinuousClock.now + .milliseconds(Int64(timeout))
        // One block holds every header's name and value, so that their addresses stay put during the call.
        var block: [UInt8] = []
        var places: [(name: Int, value: Int?, length: Int)] = []
        for (name, bytes) in headers {
            let start = block.count
            block += name.utf8
            block.append(0)
            places.append((start, bytes.map { _ in block.count }, bytes?.count ?? 0))
            block += bytes ?? []
            block.append(0)
        }
        while true {
            let error: OpaquePointer? = block.withUnsafeBytes { block in
                let base = block.baseAddress
                let list = places.map { place in
                    millrace_header(
                        name: base?.advanced(by: place.name).assumingMemoryBound(to: CChar.self),
                        value: place.value.flatMap { base?.advanced(by: $0) }, length: place.length)
                }
                return (value ?? []).withUnsafeBytes { value_ in
                    (key ?? []).withUnsafeBytes { key_ in
                        millrace_produce_one(
                            handle, target, partition,
                            value == nil ? nil : value_.baseAddress ?? UnsafeRawPointer(scratch), value_.count,
                            key == nil ? nil : key_.baseAddress ?? UnsafeRawPointer(scratch), key_.count,
                            timestamp ?? -1, list, list.count)
                    }
                }
            }
            guard let error else {
                bytesSinceEmpty += length
                if !topic.isSettled(partition) { try settle(partition, of: topic, timeout: timeout) }
                return
            }
            let failure = KafkaError(consuming: error)
            guard failure.code == KafkaError.Code.queueFull, ContinuousClock.now < end else { throw failure }
            client.serveEvents(milliseconds: 5)
        }
    }

    /// Waits until everything produced has arrived, up to `timeout` milliseconds; throws `_TIMED_OUT`, or the first
    /// failed delivery since the last flush.
    public func flush(timeout: Int32) throws(KafkaError) {
        let handle = try client.open()
        let end = ContinuousClock.now + .milliseconds(Int64(timeout))
        // librdkafka's flush only waits while reports go through the event queue: drain it in between.
        while rd_kafka_flush(handle, 10) != RD_KAFKA_RESP_ERR_NO_ERROR {
            client.serveEvents()
            guard ContinuousClock.now < end else {
                throw KafkaError(
                    code: KafkaError.Code.timedOut, "flush: \(rd_kafka_outq_len(handle)) records are still waiting",
                    isRetriable: true)
            }
        }
        client.serveEvents()
        if let failure = client.takeDeliveryFailure() { throw failure }
    }

    /// Waits until the first record to a partition has arrived, before a second one is on its way.
    ///
    /// A leader elected a moment ago refuses a record and may take the one sent right behind it: to a broker that does
    /// not know the producer any sequence number is the first, and librdkafka then counts the refused record as
    /// delivered (seen with 2.0.2 on topics just made; confluent-kafka-go #921, during elections). Afterwards the broker
    /// insists on the sequence. Costs one round trip per partition and producer.
    private func settle(_ partition: Int32, of topic: ProducerTopic, timeout: Int32) throws(KafkaError) {
        let handle = try client.open()
        let end = ContinuousClock.now + .milliseconds(Int64(timeout))
        client.serveEvents()
        while rd_kafka_outq_len(handle) > 0 {
            guard ContinuousClock.now < end else {
                throw KafkaError(
                    code: KafkaError.Code.timedOut,
                    "the first record to partition \(partition) of \(topic.name) did not arrive within \(timeout) ms")
            }
            client.serveEvents(milliseconds: 1)
        }
        // A refused record has left nothing behind: the next one goes alone again.
        if client.firstDeliveryFailure == nil { topic.markSettled(partition) }
    }

    /// librdkafka before 2.12 frees a record's headers twice when the partition does not exist: never ask it to.
    private func check(_ partition: Int32, of topic: ProducerTopic) throws(KafkaError) {
        guard partition >= topic.partitionCount || partition < 0 else { return }
        topic.partitionCount = try client.partitionCount(of: topic.name, timeout: 10_000)
        if let handle = topic.handle { client.watchMore(of: handle, partitions: topic.partitionCount) }
        guard partition >= 0, partition < topic.partitionCount else {
            throw KafkaError(
                code: KafkaError.Code.unknownPartition,
                "\(topic.name) has \(topic.partitionCount) partitions and no partition \(partition)")
        }
    }

    private func tooLarge(_ length: Int) -> KafkaError {
        KafkaError(
            code: KafkaError.Code.messageTooLarge,
            "a record of \(length) bytes is over message.max.bytes=\(maximumRecordBytes)")
    }

    func fillScratch(_ records: UnsafeBufferPointer<OutgoingRecord>) throws(KafkaError) {
        if records.count > scratchCapacity {
            scratch.deallocate()
            scratchCapacity = max(records.count, scratchCapacity * 2)
            scratch = .allocate(capacity: scratchCapacity)
        }
        // Any address but NULL: an empty value is not a tombstone.
        let somewhere = UnsafeMutableRawPointer(scratch)
        for i in records.indices {
            var message = rd_kafka_message_t()
            if let value = records[i].value {
                message.payload = UnsafeMutableRawPointer(mutating: value.baseAddress) ?? somewhere
                message.len = value.count
            }
            if let key = records[i].key {
                message.key = UnsafeMutableRawPointer(mutating: key.baseAddress) ?? somewhere
                message.key_len = key.count
            }
            guard message.len + message.key_len <= maximumRecordBytes else {
                throw tooLarge(message.len + message.key_len)
            }
            (scratch + i).initialize(to: message)
        }
    }

    func scratchBytes(_ range: Range<Int>) -> Int {
        var total = 0
        for i in range { total += scratch[i].len + scratch[i].key_len }
        return total
    }

    private func produceAtOnce(
        _ range: Range<Int>, to topic: OpaquePointer, _ partition: Int32
    ) throws(KafkaError) {
        let taken = rd_kafka_produce_batch(
            topic, partition, RD_KAFKA_MSG_F_COPY, scratch + range.lowerBound, Int32(range.count))
        guard taken < Int32(range.count) else { return }
        for i in range where scratch[i].err != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw failure(scratch[i].err)
        }
    }

    /// Near the limit in bytes: one by one, stopping at the first that does not fit. Returns how many did.
    func produceSingly(
        _ range: Range<Int>, to topic: OpaquePointer, _ partition: Int32
    ) throws(KafkaError) -> Int {
        for i in range {
            let message = scratch[i]
            let result = rd_kafka_produce(
                topic, partition, RD_KAFKA_MSG_F_COPY, message.payload, message.len, message.key, message.key_len, nil)
            guard result != 0 else { continue }
            let code = rd_kafka_last_error()
            guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL else { throw failure(code) }
            return i - range.lowerBound
        }
        return range.count
    }

    /// The fatal error where there is one: librdkafka answers a later call with a bare code.
    private func failure(_ code: rd_kafka_resp_err_t) -> KafkaError {
        fatalError ?? KafkaError(code: code.rawValue, "produce: \(String(cString: rd_kafka_err2str(code)))")
    }
}
