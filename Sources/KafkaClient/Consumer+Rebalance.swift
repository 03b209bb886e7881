import CRDKafka

/// What the rebalance callback's opaque pointer points to. Owned by the consumer, which outlives its client's threads.
final class RebalanceRelay {
    weak var consumer: Consumer?
}

/// Called by librdkafka inside the consumer's own poll, on the polling thread; the list is librdkafka's and dies with
/// the call. Never throws, never destroys, never closes.
func relayRebalance(
    _ handle: OpaquePointer?, _ code: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let opaque else { return }
    Unmanaged<RebalanceRelay>.fromOpaque(opaque).takeUnretainedValue().consumer?.rebalance(code, partitions)
}

extension Consumer {
    /// Whether the group uses incremental rebalancing; false before the first join and with `range`.
    public var usesCooperativeProtocol: Bool { protocolName == "COOPERATIVE" }

    private var protocolName: String {
        guard let handle = client.handle, let name = rd_kafka_rebalance_protocol(handle) else { return "NONE" }
        return String(cString: name)
    }

    /// Inside `revoked`: the group has given the partitions away already.
    public var isAssignmentLost: Bool {
        guard let handle = client.handle else { return false }
        return rd_kafka_assignment_lost(handle) != 0
    }

    func rebalance(
        _ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        let partitions = PartitionList.partitions(of: list)
        owesAnswer = true
        switch code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            if let rebalanceHandler {
                rebalanceHandler.assigned(partitions, by: self)
            } else {
                try? take(partitions.map { PartitionOffset($0, offset: PartitionOffset.none) })
            }
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            if let rebalanceHandler {
                rebalanceHandler.revoked(partitions, by: self, lost: isAssignmentLost)
            } else {
                try? giveUp(partitions)
            }
        default:
            // The group is in trouble: librdkafka asks for an empty assignment and joins again by itself.
            try? assign([])
        }
    }

    /// The answer to `assigned`, whichever protocol the group uses. An offset of `PartitionOffset.none` means the
    /// committed one.
    public func take(_ partitions: [PartitionOffset]) throws(KafkaError) {
        owesAnswer = false
        if usesCooperativeProtocol { try incrementalAssign(partitions) } else { try assign(partitions) }
    }

    /// The answer to `revoked`, whichever protocol the group uses.
    public func giveUp(_ partitions: [TopicPartition]) throws(KafkaError) {
        owesAnswer = false
        if usesCooperativeProtocol { try incrementalUnassign(partitions) } else { try assign([]) }
    }

    /// Reads exactly those partitions from those offsets (`PartitionOffset.none`: the committed one). For consumers
    /// without a group, and inside `assigned` of an eager group; an empty list stops.
    ///
    /// Absolute offsets start at once. `beginning` and `end` cost 0.5 s when the topic's metadata is not known yet
    /// (trap 11): ask `watermarks` first.
    public func assign(_ partitions: [PartitionOffset]) throws(KafkaError) {
        let handle = try client.open()
        owesAnswer = false
        guard !partitions.isEmpty else { return try KafkaError.check(rd_kafka_assign(handle, nil), "assign") }
        let list = try PartitionList(partitions)
        try KafkaError.check(rd_kafka_assign(handle, list.pointer), "assign")
    }

    /// Adds partitions to the assignment, in a cooperative group's `assigned` (and there only). `PartitionOffset.none`
    /// means the committed offset.
    public func incrementalAssign(_ partitions: [PartitionOffset]) throws(KafkaError) {
        owesAnswer = false
        let list = try PartitionList(partitions)
        try KafkaError.check(consuming: rd_kafka_incremental_assign(try client.open(), list.pointer))
    }

    /// Takes partitions out of the assignment, in a cooperative group's `revoked`. Close their queues first.
    public func incrementalUnassign(_ partitions: [TopicPartition]) throws(KafkaError) {
        owesAnswer = false
        let list = PartitionList(partitions)
        try KafkaError.check(consuming: rd_kafka_incremental_unassign(try client.open(), list.pointer))
    }

    /// A static member stays in its group when it closes, so librdkafka revokes nothing, and the assignment it still
    /// holds then blocks the destroy. The handler is told as of any revocation.
    func giveUpAssignment(_ handle: OpaquePointer) {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        guard rd_kafka_assignment(handle, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return }
        defer { rd_kafka_topic_partition_list_destroy(list) }
        if list.pointee.cnt > 0 { rebalance(RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS, list) }
    }

    /// Leaves the group within `timeout` milliseconds, serving the revocation that comes first.
    ///
    /// Not `rd_kafka_consumer_close`, which has no deadline. Closing by a queue hands rebalances over as events even
    /// though a callback is registered, and does not end until they are answered by an unassignment.
    func leaveGroup(_ handle: OpaquePointer, timeout: Int32) {
        // A queue of its own, and drained: with the consumer's, librdkafka 2.0 left one destruction in ten hanging on a
        // fetch that was still in it.
        guard let closing = rd_kafka_queue_new(handle) else { return }
        defer { rd_kafka_queue_destroy(closing) }
        if let error = rd_kafka_consumer_close_queue(handle, closing) {
            rd_kafka_error_destroy(error)
            return
        }
        let end = ContinuousClock.now + .milliseconds(Int64(timeout))
        var isClosed = false
        while ContinuousClock.now < end {
            isClosed = isClosed || rd_kafka_consumer_closed(handle) != 0
            guard let event = rd_kafka_queue_poll(closing, isClosed ? 0 : 20) else {
                if isClosed { return }
                continue
            }
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE {
                rebalance(rd_kafka_event_error(event), rd_kafka_event_topic_partition_list(event))
            }
            rd_kafka_event_destroy(event)
        }
    }
}
