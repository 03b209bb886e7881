/// One partition of one topic.
public struct TopicPartition: Hashable, Sendable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32

    /// Names a partition.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// `topic-0`.
    public var description: String { "\(topic)-\(partition)" }
}

/// A position in a partition, as committed, assigned or sought.
public struct PartitionOffset: Sendable, Equatable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32
    /// The next offset to read, or one of `beginning`, `end`, `stored`, `none`.
    public var offset: Int64
    /// Bytes kept beside a committed offset; brokers refuse more than 4096 of them.
    public var metadata: [UInt8]?

    /// The first offset of the log.
    public static let beginning: Int64 = -2
    /// The end of the log.
    public static let end: Int64 = -1
    /// The group's committed offset.
    public static let stored: Int64 = -1000
    /// No offset: what `committed` answers where nothing is committed.
    public static let none: Int64 = -1001
    /// The largest metadata a broker takes, in bytes.
    public static let maximumMetadata = 4096

    /// A position.
    public init(topic: String, partition: Int32, offset: Int64, metadata: [UInt8]? = nil) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.metadata = metadata
    }

    /// A position in that partition.
    public init(_ partition: TopicPartition, offset: Int64, metadata: [UInt8]? = nil) {
        self.init(topic: partition.topic, partition: partition.partition, offset: offset, metadata: metadata)
    }

    /// The partition alone.
    public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// `topic-0@17`.
    public var description: String { "\(topic)-\(partition)@\(offset)" }
}
