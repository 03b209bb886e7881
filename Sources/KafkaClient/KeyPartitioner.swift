import CRDKafka

/// How producers make a partition of a key.
public enum KeyPartitioner: String, Sendable, CaseIterable {
    /// As Kafka's own clients do.
    case murmur2
    /// As librdkafka does where its `partitioner` is not set.
    case crc32

    /// The partition of a key, of `count` partitions.
    public func partition(of key: [UInt8], count: Int) -> Int32 {
        key.withUnsafeBytes { bytes in
            // Neither looks at the topic.
            switch self {
            case .murmur2: rd_kafka_msg_partitioner_murmur2(nil, bytes.baseAddress, bytes.count, Int32(count), nil, nil)
            case .crc32:
                rd_kafka_msg_partitioner_consistent(nil, bytes.baseAddress, bytes.count, Int32(count), nil, nil)
            }
        }
    }
}
