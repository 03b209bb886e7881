import KafkaClient
import OnlineLearning
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
    /// The model that answers there; empty where nothing is predicted.
    public var champion = ""
    /// Offsets from the committed one to the input's end; nil where no broker said.
    public var lag: Int64?
    /// It does not read, by command.
    public var isPaused = false
    /// How often its topology was changed, and one.
    public var revision = 1
    /// The file says something else than what is stored.
    public var isChanged = false
    /// Why it cannot go on under the file, or nil.
    public var refusal: String?

    mutating func add(champion: String, end: Int64?) {
        self.champion = champion
        lag = end.map { max(0, $0 - offset) }
    }
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
            throw EngineError(.data, "librdkafka does not accept kafka.properties: \(error.message)")
        }
        defer { reader.close() }
        let labelReader: Consumer?
        do throws(KafkaError) { labelReader = topics.labels == nil ? nil : try Consumer(settings.reader()) } catch {
            throw EngineError(error, "making a Kafka client")
        }
        defer { labelReader?.close() }
        let partitions = (0..<Int32(try settings.inputPartitions(reader)))
        guard let id = reader.clusterID(timeout: 10_000) else {
            throw EngineError(.unavailable, "the cluster at \(topology.bootstrap) does not say its id")
        }
        let cluster = Cluster(id, key: topology.stateKey)
        // Never run: there is nothing to restore. Lost state is told by `TopicSurvey` and by `run`.
        let stored = (try? reader.partitionCount(of: topics.state, timeout: 10_000)) ?? partitions.count
        let desk = try StandingDesk(settings: settings, topics: topics)
        defer { desk.close() }
        var states: [TaskState] = []
        for standing in try desk.standings(Array(partitions.prefix(stored))) where standing.committed != nil {
            let beginning = try standing.beginning(topics, cluster: cluster, onGap: topology.onGap)
            guard case .from(let place) = beginning else { continue }
            let task = PartitionTask(
                partition: standing.partition, topology: topology, cluster: cluster, now: .now)
            let restoration = Restoration(
                task: task, place: place, survived: true, reader: reader, labelReader: labelReader, topics: topics,
                cluster: cluster, clock: .system, patience: .init(marker: .seconds(20), replay: .seconds(20)),
                following: .stored)
            while !(try restoration.step(.seconds(1))) {}
            let restored = restoration.task
            let bytes = restored.stateBytes()
            states.append(
                TaskState(
                    partition: standing.partition, offset: place.offset, digest: SHA256.hex(bytes), bytes: bytes.count,
                    snapshot: place.metadata.snapshot, events: place.metadata.events))
            let input = TopicPartition(topic: topics.input, partition: task.partition)
            states[states.count - 1].isPaused = place.metadata.isPaused
            states[states.count - 1].revision = restored.lineage.count + 1
            if restored.topology.fingerprint != topology.fingerprint, !restored.lineage.contains(topology.fingerprint) {
                states[states.count - 1].isChanged = true
                states[states.count - 1].refusal = TopologyChange(from: restored.topology, to: topology).refusal(
                    of: standing.partition, topology.file)
            }
            states[states.count - 1].add(
                champion: restored.pipeline.report().champion, end: try? reader.watermarks(input, timeout: 10_000).high)
        }
        return states
    }
}
