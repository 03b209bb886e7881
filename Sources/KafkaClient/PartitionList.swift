import CRDKafka

/// A `rd_kafka_topic_partition_list_t` of ours, destroyed with this value.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: [TopicPartition]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for partition in partitions {
            rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
        }
    }

    /// Throws when an element's metadata is larger than any broker takes: it would be refused on every retry.
    init(_ offsets: [PartitionOffset]) throws(KafkaError) {
        for offset in offsets where (offset.metadata?.count ?? 0) > PartitionOffset.maximumMetadata {
            throw KafkaError(
                code: KafkaError.Code.invalidArgument,
                "metadata of \(offset.topicPartition) has \(offset.metadata?.count ?? 0) bytes, more than 4096")
        }
        pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        for offset in offsets {
            let added = rd_kafka_topic_partition_list_add(pointer, offset.topic, offset.partition)
            guard let element = added else { continue }
            element.pointee.offset = offset.offset
            if let metadata = offset.metadata { _ = millrace_set_metadata(element, metadata, metadata.count) }
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// Throws the first element's error.
    func checkElements(_ doing: String) throws(KafkaError) {
        for i in 0..<Int(pointer.pointee.cnt) {
            let element = pointer.pointee.elems[i]
            try KafkaError.check(element.err, "\(doing) \(String(cString: element.topic))-\(element.partition)")
        }
    }

    var offsets: [PartitionOffset] { PartitionList.offsets(of: pointer) }

    static func offsets(of list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [PartitionOffset] {
        guard let list else { return [] }
        return (0..<Int(list.pointee.cnt)).map { i in
            let element = list.pointee.elems[i]
            var metadata: [UInt8]?
            if let bytes = element.metadata, element.metadata_size > 0 {
                metadata = [UInt8](UnsafeRawBufferPointer(start: bytes, count: element.metadata_size))
            }
            return PartitionOffset(
                topic: String(cString: element.topic), partition: element.partition, offset: element.offset,
                metadata: metadata)
        }
    }

    static func partitions(of list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [TopicPartition] {
        guard let list else { return [] }
        return (0..<Int(list.pointee.cnt)).map { i in
            TopicPartition(
                topic: String(cString: list.pointee.elems[i].topic), partition: list.pointee.elems[i].partition)
        }
    }
}
