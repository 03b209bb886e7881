import KafkaClient
public import Topology

/// What `millrace state ls` prints of one task, running or stopped.
public struct TaskState: Sendable, Equatable {
    /// The input partition.
    public var partition: Int32
    /// The committed next input offset.
    public var offset: Int64
    /// SHA-256 of the canonical task state at that offset.
    public var digest: String
    /// Of the state.
    public var bytes: Int
    /// Sequence of the newest complete snapshot.
    public var snapshot: UInt64
    /// Events learned up to there.
    public var events: UInt64
}

extension TaskState {
    /// Restores every committed task beside the running engine, without joining its group, and writes nothing.
    ///
    /// Cost: a restore per task.
    public static func list(_ topology: TopologyPlan) throws(EngineError) -> [TaskState] {
        let settings = EngineSettings(topology: topology, instance: "state")
        let topics = TopicNames(topology)
        let reader: Consumer
        do throws(KafkaError) { reader = try Consumer(settings.reader()) } catch {
            throw EngineError(error, "making a Kafka client")
        }
        defer { reader.close() }
        let partitions = (0..<Int32(try settings.inputPartitions(reader))).map {
            TopicPartition(topic: topics.input, partition: $0)
        }
        let committed: [PartitionOffset]
        do throws(KafkaError) { committed = try reader.committed(partitions, timeout: 30_000) } catch {
            throw EngineError(error, "reading the committed offsets of \(topology.name)")
        }
        var states: [TaskState] = []
        for found in committed where found.offset >= 0 {
            guard let metadata = found.metadata.flatMap({ OffsetMetadata(encoded: $0) }) else {
                throw EngineError(.data, "partition \(found.partition): the committed metadata are not ours")
            }
            let task = PartitionTask(partition: found.partition, topology: topology, cluster: "")
            let restoration = Restoration(
                task: task, target: metadata, targetOffset: found.offset, reader: reader, topics: topics,
                batch: RecordBatch(capacity: 2000), markerWait: .seconds(20))
            while !(try restoration.step(.seconds(1))) {}
            let bytes = task.stateBytes()
            states.append(
                TaskState(
                    partition: found.partition, offset: found.offset, digest: SHA256.hex(bytes), bytes: bytes.count,
                    snapshot: metadata.snapshot, events: metadata.events))
        }
        return states
    }
}
