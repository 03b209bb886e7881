import KafkaClient
public import Topology

/// How large records may be, by the topics' `max.message.bytes`.
struct TopicLimits: Sendable, Equatable {
    /// The input's largest record.
    var inputRecordBytes = 1_048_588
    /// What the dead-letter topic takes, where that is known to be less than is wanted.
    var deadLetterBytes: Int?
    /// The least of the topics that are written, or nil: not known.
    var batchBytes: Int?

    /// The largest dead letter that is published; a longer one is cut.
    var largestDeadLetter: Int {
        min(inputRecordBytes + TopicNames.deadLetterRoom, deadLetterBytes.map { $0 - 1024 } ?? .max)
    }
}

/// How an engine process runs; what it learns is in the topology alone.
public struct EngineSettings: Sendable {
    /// What it learns and where from.
    public var topology: TopologyPlan
    /// The name that survives restarts: static group member and transactional id.
    public var instance: String
    /// Threads, each with its own consumer, producer and tasks. Range 1...64.
    public var workers: Int
    /// Create missing topics; otherwise they are named and the engine stops.
    public var createsTopics = true
    /// Stop at the end offsets seen at the start.
    public var stopsAtEnd = false
    /// Reads back what was published, and what other processes of the group publish, for people who look.
    public var followsTopics = false
    /// A file that is an earlier state of the topology is meant: tasks go back to it.
    public var goesBack = false
    /// A folder of this instance's for state that memory has no room for; nil: there is none.
    public var stateFolder: String?
    /// librdkafka's mock cluster: no admin API, no committed offsets.
    public var isMock = false
    /// The broker aborts a transaction after this.
    var transactionTimeoutMilliseconds = 10_000
    /// The way to the cluster, but for the workers' own clients.
    var brokers: Brokers
    /// What the topics take, as far as it is known.
    var limits = TopicLimits()
    /// Partitions that every topic of the topology has; those that the input gets later begin at their first record,
    /// whatever `input.start` says.
    var coveredPartitions = Int32.max

    /// Settings of a topology and an instance's name.
    public init(topology: TopologyPlan, instance: String, workers: Int = 1, on brokers: Brokers = .kafka) {
        self.topology = topology
        self.instance = instance
        self.workers = workers
        self.brokers = brokers
    }

    /// Where this process is alone.
    private var partitionsOfAWorker: Int {
        coveredPartitions == .max ? 1 : (Int(coveredPartitions) + workers - 1) / workers
    }

    /// The largest record published: a dead letter or, where the input takes only small records, a chunk of state.
    var largestOutput: Int { max(limits.inputRecordBytes, 1 << 20) + TopicNames.deadLetterRoom }

    /// `exactly_once`; otherwise predictions go out at once from a second producer.
    var predictionsAreTransactional: Bool { topology.guarantee == .exactlyOnce }

    private func base(_ role: String) -> KafkaConfiguration {
        var configuration = KafkaConfiguration(bootstrap: topology.bootstrap, properties: topology.kafkaProperties)
        configuration.set("client.id", "millrace-\(topology.name)-\(instance)-\(role)")
        configuration.setIfKnown("enable.metrics.push", "false")
        // librdkafka's 10 s: after some seconds without a broker as many again, and the session is over.
        configuration.setDefault("reconnect.backoff.max.ms", "1000")
        return configuration
    }

    private func consumer(_ role: String) -> KafkaConfiguration {
        var configuration = base(role)
        configuration.set("group.id", topology.name)
        configuration.set("isolation.level", "read_committed")
        configuration.set("enable.auto.commit", "false")
        // Trap 5: with automatic stores a batch would count as processed when it is fetched.
        configuration.set("enable.auto.offset.store", "false")
        configuration.set("auto.offset.reset", "error")
        configuration.set("allow.auto.create.topics", "false")
        configuration.setIfKnown("fetch.queue.backoff.ms", "10")
        return configuration
    }

    /// The worker's member of the group.
    func groupConsumer(worker: Int) -> KafkaConfiguration {
        var configuration = consumer("worker-\(worker)")
        if !isMock { configuration.set("group.instance.id", "\(instance).\(worker)") }
        // Not cooperative: docs/decisions/0009.
        configuration.set("partition.assignment.strategy", "range")
        configuration.set("session.timeout.ms", "10000")
        configuration.set("heartbeat.interval.ms", "500")
        let prefetch = Prefetch(queues: partitionsOfAWorker * (topology.labels == nil ? 1 : 2))
        configuration.set("queued.min.messages", "\(prefetch.records)")
        configuration.set("queued.max.messages.kbytes", "\(prefetch.kilobytes)")
        // Added partitions are noticed within a minute; librdkafka asks every five.
        configuration.setDefault("topic.metadata.refresh.interval.ms", "20000")
        // Tells where the position is behind markers and aborted records.
        configuration.set("enable.partition.eof", "true")
        // The mock waits this long before it answers an empty fetch; a real broker answers when data is there.
        if isMock { configuration.set("fetch.wait.max.ms", "10") }
        return configuration
    }

    /// Asks for topics and makes them.
    func admin() -> KafkaConfiguration {
        var configuration = base("admin")
        configuration.set("socket.connection.setup.timeout.ms", "5000")
        return configuration
    }

    /// Reads partitions by assignment: state, replay, committed metadata. Never joins the group.
    ///
    /// - Parameter seesOpen: what transactions have not ended yet counts too, for ends; and committed offsets are told without
    ///   waiting for those under way.
    func reader(seesOpen: Bool = false) -> KafkaConfiguration {
        var configuration = consumer("reader")
        if seesOpen { configuration.set("isolation.level", "read_uncommitted") }
        configuration.set("enable.partition.eof", "true")
        // A restore reads to an end and stops: the answer that nothing follows must not wait half a second.
        configuration.set("fetch.wait.max.ms", "10")
        configuration.set("queued.max.messages.kbytes", "\(Self.readerBytes >> 10)")
        return configuration
    }

    /// Reads what is published, as it comes.
    func follower() -> KafkaConfiguration {
        var configuration = consumer("page")
        configuration.set("enable.partition.eof", "true")
        // What retention has deleted meanwhile is not missed.
        configuration.set("auto.offset.reset", "earliest")
        configuration.set("queued.max.messages.kbytes", "16384")
        return configuration
    }

    /// What a restore's reader fetches ahead.
    public static let readerBytes = 64 << 20

    func transactionalProducer(id: String, batchBytes: Int = BatchLimit.most) -> KafkaConfiguration {
        var configuration = producer("committer")
        configuration.set("batch.size", "\(batchBytes)")
        configuration.set("transactional.id", id)
        configuration.set("transaction.timeout.ms", "\(transactionTimeoutMilliseconds)")
        return configuration
    }

    /// Predictions of `at_least_once`.
    func directProducer() -> KafkaConfiguration {
        var configuration = producer("direct")
        configuration.set("enable.idempotence", "true")
        configuration.set("batch.size", "\(BatchLimit(known: limits.batchBytes).bytes)")
        return configuration
    }

    private func producer(_ role: String) -> KafkaConfiguration {
        var configuration = base(role)
        configuration.set("message.max.bytes", "\(largestOutput)")
        configuration.set("linger.ms", "5")
        configuration.set("queue.buffering.max.messages", "1000000")
        configuration.set("queue.buffering.max.kbytes", "1048576")
        return configuration
    }
}
