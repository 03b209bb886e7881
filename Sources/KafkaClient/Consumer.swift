import CRDKafka

/// Told about assignments, on the polling thread, inside `Consumer.poll` or `Consumer.close`.
///
/// It must answer with `take` or `giveUp`, at once or after it returned: the group waits for the answer, at most
/// `max.poll.interval.ms`, and tells of nothing else meanwhile. Whatever must be committed or saved before a partition
/// goes is done before the answer.
public protocol RebalanceHandler: AnyObject {
    /// Partitions that are now this consumer's. The list may be empty.
    func assigned(_ partitions: [TopicPartition], by consumer: Consumer)
    /// Partitions to give up; the list may be empty. `lost`: another member may have them already, so nothing may be
    /// committed for them.
    func revoked(_ partitions: [TopicPartition], by consumer: Consumer, lost: Bool)
}

/// A consumer that reads in batches, of a group or assign-only.
///
/// Thread-confined: one thread makes every call, and rebalances happen inside its own `poll`, so seek, assignment and
/// reading never overlap. Offsets are never stored or committed by librdkafka (trap 5: a batch would count as processed
/// before it is): commit them with the producer's transaction.
public final class Consumer {
    let client: Client
    let queue: OpaquePointer
    private let relay: RebalanceRelay
    private(set) var queues: [WeakQueue] = []
    private var batches: [WeakBatch] = []
    private(set) var topicPointers: [OpaquePointer?] = []
    private var topicNames: [String] = []
    private(set) var isOpen = true
    private var isSubscribed = false
    /// Rung by the consumer's own queue.
    var bell: Bell?

    /// Told about assignments. Without one the consumer takes and gives what the group says.
    public weak var rebalanceHandler: (any RebalanceHandler)?
    private let isStaticMember: Bool
    /// The group has given or taken partitions and was not answered yet.
    var owesAnswer = false

    /// Connects in the background; throws only on wrong properties.
    ///
    /// Set here whatever the configuration says: `enable.auto.commit=false`, `enable.auto.offset.store=false`,
    /// `log.queue=true`. Set unless stated: prefetch limits above the cliff at which librdkafka 2.0 sleeps up to 1 s
    /// (trap 2: 1,000,000 records or 256 MiB), `fetch.queue.backoff.ms=10`, no telemetry.
    public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        var configuration = configuration
        configuration.set("enable.auto.commit", "false")
        configuration.set("enable.auto.offset.store", "false")
        configuration.set("log.queue", "true")
        isStaticMember = configuration["group.instance.id"] != nil
        configuration.setDefault("queued.min.messages", "1000000")
        configuration.setDefault("queued.max.messages.kbytes", "262144")
        configuration.setDefault("fetch.queue.backoff.ms", "10")
        configuration.setDefault("enable.metrics.push", "false")
        // librdkafka refuses even a plain assignment without a group id; nothing joins until `subscribe`.
        configuration.setDefault("group.id", "millrace-reader")
        let conf = try configuration.makeHandle()
        relay = RebalanceRelay()
        // Ownership: this consumer holds the relay until its client is destroyed, so the pointer outlives every call.
        rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(relay).toOpaque())
        rd_kafka_conf_set_rebalance_cb(conf, relayRebalance)
        client = try Client(RD_KAFKA_CONSUMER, conf: conf)
        guard let queue = rd_kafka_queue_get_consumer(client.handle) else {
            throw KafkaError(code: KafkaError.Code.invalidArgument, "a consumer needs a group.id")
        }
        self.queue = queue
        relay.consumer = self
    }

    deinit {
        if isOpen { releaseReferences() }
    }

    /// Joins the group for those topics. The assignment arrives in a later `poll`.
    public func subscribe(_ topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: -1) })
        try KafkaError.check(rd_kafka_subscribe(try client.open(), list.pointer), "subscribe")
        isSubscribed = true
    }

    /// How many partitions a topic has; 0 when the cluster does not know it. Asks a broker: milliseconds.
    public func partitionCount(of topic: String, timeout: Int32) throws(KafkaError) -> Int {
        try client.partitionCount(of: topic, timeout: timeout)
    }

    /// The node that leads each partition of a topic, -1: none; empty when the cluster does not know it. Asks a broker.
    public func leaders(of topic: String, timeout: Int32) throws(KafkaError) -> [Int32] {
        try client.withMetadata(of: topic, timeout: timeout) { found in
            (0..<Int(found.partition_cnt)).map { found.partitions[$0].leader }
        } ?? []
    }

    /// The cluster's id, or nil when it is not known within the timeout in milliseconds.
    public func clusterID(timeout: Int32) -> String? { client.clusterID(timeout: timeout) }

    /// The name behind a record's `topicIndex`.
    public func topicName(_ index: Int32) -> String {
        index >= 0 && index < topicNames.count ? topicNames[Int(index)] : ""
    }

    /// The error that ended this consumer (a fenced static member, for one), or nil.
    public var fatalError: KafkaError? { client.fatalError }

    /// The last error event, mostly informational: a broker that is down, a refused login.
    public var lastError: KafkaError? { client.lastError }

    /// Why no broker can be reached: the error so far that tells most of it, or nil.
    public var connectionError: KafkaError? {
        client.serveEvents()
        return client.connectionError
    }

    /// Called during `poll` with each statistics document (`statistics.interval.ms`); the bytes die with the call.
    public var onStatistics: ((UnsafeRawBufferPointer) -> Void)? {
        get { client.onStatistics }
        set { client.onStatistics = newValue }
    }

    /// Called during `poll` with each line of librdkafka's log.
    public var onLog: ((KafkaLogLine) -> Void)? {
        get { client.onLog }
        set { client.onLog = newValue }
    }

    // MARK: Topics, batches and queues to give back before the client can be destroyed

    /// The index of a topic handle found in a message, the topic's for good.
    func internTopic(_ pointer: OpaquePointer?) -> Int32 {
        guard let pointer, let handle = client.handle else { return -1 }
        if let known = topicPointers.firstIndex(of: pointer) { return Int32(known) }
        let name = String(cString: rd_kafka_topic_name(pointer))
        let index = topicNames.firstIndex(of: name) ?? topicNames.count
        if index == topicNames.count { topicNames.append(name) }
        // A reference of ours keeps the handle's address from being used for another topic. The C search answers with
        // the place, so a handle is remembered only where place and index are one number; others are asked by name.
        guard index == topicPointers.count, let reference = rd_kafka_topic_new(handle, name, nil) else {
            return Int32(index)
        }
        if reference == pointer { topicPointers.append(pointer) } else { rd_kafka_topic_destroy(reference) }
        return Int32(index)
    }

    func adopt(_ batch: RecordBatch) {
        guard batch.owner !== self else { return }
        batch.owner = self
        batches.append(WeakBatch(batch: batch))
    }

    func adopt(_ queue: PartitionQueue) {
        queues.removeAll { $0.queue == nil }
        queues.append(WeakQueue(queue: queue))
    }

    /// Everything that would make the destruction wait forever.
    private func releaseReferences() {
        for batch in batches { batch.batch?.release() }
        for queue in queues { queue.queue?.drop() }
        for case let topic? in topicPointers { rd_kafka_topic_destroy(topic) }
        batches = []
        queues = []
        topicPointers = []
        if bell != nil { millrace_ring_by_queue(queue, nil) }
        rd_kafka_queue_destroy(queue)
        isOpen = false
    }

    /// Leaves the group and ends the client, on the polling thread. Partitions are revoked through the handler first.
    ///
    /// Batches are released. Never hangs: what has not ended after `timeout` milliseconds for the leaving, and the same
    /// again for librdkafka's threads, is left behind; the answer is then false.
    @discardableResult
    public func close(timeout: Int32 = 10_000) -> Bool {
        guard isOpen, let handle = client.handle else { return true }
        for batch in batches { batch.batch?.release() }
        if isSubscribed {
            // A group that waits for an answer would wait for it in the close, too.
            if owesAnswer { try? assign([]) }
            if isStaticMember { giveUpAssignment(handle) }
            leaveGroup(handle, timeout: timeout)
        }
        client.serveEvents()
        releaseReferences()
        let ended = client.destroy(milliseconds: timeout)
        // Threads that did not end may still read the opaque pointer.
        if !ended { _ = Unmanaged.passRetained(relay) }
        return ended
    }
}

struct WeakBatch { weak var batch: RecordBatch? }
struct WeakQueue { weak var queue: PartitionQueue? }
