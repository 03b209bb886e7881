import KafkaClient
import OnlineLearning
import Topology

/// Every committed task of a topology, restored beside the running engine: nothing joins its group, and nothing is written.
///
/// On one thread. Cost: a restore a task, one at a time.
final class StoredTasks {
    /// A restored task, and what it came from.
    struct Found {
        var place: StoredPlace
        var task: PartitionTask
        /// The snapshot that was loaded: the newest, where that is whole.
        var snapshot: UInt64
        /// The segments of waiting events that its snapshot lists, where they were asked for.
        var segments: [LabelSegment]
        /// The input's end; nil: no broker said.
        var end: Int64?
    }

    let topology: TopologyPlan
    let settings: EngineSettings
    let topics: TopicNames
    let cluster: Cluster
    /// Of the input.
    let partitions: Int
    private let desk: StandingDesk
    let reader: any TopicReader
    let labelReader: (any TopicReader)?

    /// Looks the cluster up. Throws where no broker answers, or the input does not exist.
    init(_ topology: TopologyPlan, as instance: String, on brokers: Brokers) throws(EngineError) {
        self.topology = topology
        settings = EngineSettings(topology: topology, instance: instance, on: brokers)
        topics = TopicNames(topology)
        do throws(KafkaError) { reader = try brokers.reader(settings.reader()) } catch {
            throw EngineError(.data, "librdkafka does not accept kafka.properties: \(error.message)")
        }
        do throws(KafkaError) {
            labelReader = topics.labels == nil ? nil : try brokers.reader(settings.reader())
        } catch {
            throw EngineError(error, "making a Kafka client")
        }
        partitions = try settings.inputPartitions(reader)
        guard let id = reader.clusterID(timeout: 10_000) else {
            throw EngineError(.unavailable, "the cluster at \(topology.bootstrap) does not say its id")
        }
        cluster = Cluster(id, key: topology.stateKey)
        desk = try StandingDesk(settings: settings, topics: topics)
    }

    deinit {
        desk.close()
        labelReader?.close(within: .seconds(10))
        reader.close(within: .seconds(10))
    }

    /// Partitions with something committed; none where the topology never ran.
    func committed() throws(EngineError) -> [Int32] {
        // Lost state is told by `TopicSurvey` and by `run`.
        let stored = (try? reader.partitionCount(of: topics.state, timeout: 10_000)) ?? partitions
        return try standings(min(partitions, stored)).filter { $0.committed != nil }.map(\.partition)
    }

    /// Where the first so many partitions stand.
    func standings(_ count: Int) throws(EngineError) -> [Standing] { try desk.standings(Array(0..<Int32(count))) }

    /// Where one stands now.
    func standing(of partition: Int32) throws(EngineError) -> Standing { try desk.standings([partition])[0] }

    /// Where one of those stands that have something committed.
    func place(of standing: Standing) throws(EngineError) -> StoredPlace {
        guard case .from(let place) = try standing.beginning(topics, cluster: cluster, onGap: topology.onGap) else {
            throw EngineError(
                .data,
                "partition \(standing.partition): what was committed is gone: was the topology reset meanwhile?")
        }
        return place
    }

    /// Restores one of those that have something committed, where it stands now: others took their time, and what was read of
    /// it before may be overwritten.
    ///
    /// - Parameter keepsSegments: what the topic has of the waiting events is given, too.
    func restore(_ partition: Int32, keepsSegments: Bool = false) throws(EngineError) -> Found {
        let place = try place(of: standing(of: partition))
        let task = PartitionTask(partition: partition, topology: topology, cluster: cluster, now: .now)
        let restoration = Restoration(
            task: task, place: place, survived: true, reader: reader, labelReader: labelReader, topics: topics,
            cluster: cluster, clock: .system, patience: .init(marker: .seconds(20), replay: .seconds(20)),
            following: .stored)
        var segments: [LabelSegment] = []
        if keepsSegments {
            restoration.onSegment = { segment in
                if let segment { segments.append(segment) } else { segments = [] }
            }
        }
        while !(try restoration.step(.seconds(1))) {}
        let input = TopicPartition(topic: topics.input, partition: partition)
        return Found(
            place: place, task: restoration.task, snapshot: restoration.loaded?.sequence ?? 0, segments: segments,
            end: try? reader.watermarks(input, timeout: 10_000).high)
    }

    /// Commits places of a group that has no members. Throws where it has some.
    func commit(_ offsets: [PartitionOffset]) throws(EngineError) {
        do throws(KafkaError) { try reader.commit(offsets) } catch {
            throw PermanentFailure(settings, topics).verdict(error)
                ?? EngineError(error, "committing the offsets of group \(topics.group)")
        }
    }
}
