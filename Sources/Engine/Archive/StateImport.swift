import KafkaClient
import OnlineLearning
public import Topology

extension StateArchive {
    /// Where imported tasks go on.
    public enum Continuation: Sendable {
        /// At `input.start` of the file, in events and labels.
        case start
        /// At the offsets of the archive: the topics are copies with the same offsets.
        case sameOffsets
    }

    /// Stores every task for a topology that has no state, for `run` to go on with.
    ///
    /// Makes the topology's topics where they are missing. State goes first and the group's offsets last, all of them at once:
    /// where it ends between, nothing was begun, and `reset` clears it away.
    ///
    /// - Parameter progress: gets each task whose state is stored.
    public func restore(
        _ topology: TopologyPlan, _ continuation: Continuation, on brokers: Brokers = .kafka,
        progress: (Entry) -> Void
    ) throws(EngineError) {
        var settings = EngineSettings(topology: topology, instance: "import", on: brokers)
        let topics = TopicNames(topology)
        settings.limits = try TopicPreparation(settings: settings, topics: topics).run().limits
        let stored = try StoredTasks(topology, as: "import", on: brokers)
        guard stored.partitions == head.partitions else {
            throw EngineError(
                .data,
                "the archive has the state of \(head.partitions) partitions, and \(topics.input) has \(stored.partitions): "
                    + "a partition's models know its events alone, and cannot be split or merged. Import into a topic with "
                    + "\(head.partitions) partitions, or begin anew here")
        }
        let standings = try stored.standings(stored.partitions)
        if let taken = standings.first(where: { $0.committed != nil || $0.holdsState }) {
            throw EngineError(
                .data,
                "partition \(taken.partition) of \(topics.input) has state of group \(topics.group) already. Nothing was "
                    + "changed. \(topics.resetRemedy); then import again")
        }
        var offsets: [PartitionOffset] = []
        let output = try StateOutput(settings, topics)
        defer { output.close() }
        try forEach { (task) throws(EngineError) in
            let standing = standings[Int(task.partition)]
            let moved = try MovedTask(task, to: standing, continuation, topology, stored.cluster, topics)
            try output.send(moved.records, of: task.partition)
            offsets += moved.offsets
            progress(Entry(task))
        }
        try stored.commit(offsets)
    }
}

/// The state topic, to be written to.
private struct StateOutput {
    private let writer: any RecordWriter
    private let topic: String

    init(_ settings: EngineSettings, _ topics: TopicNames) throws(EngineError) {
        topic = topics.state
        do throws(KafkaError) { writer = try settings.brokers.writer(settings.directProducer()) } catch {
            throw EngineError(error, "writing to \(topics.state)")
        }
    }

    func close() { writer.close(within: .seconds(5)) }

    /// Returns when they are there.
    func send(_ records: [StateRecord], of partition: Int32) throws(EngineError) {
        do throws(KafkaError) {
            for record in records {
                try writer.write(
                    value: record.value, key: record.key, headers: [], timestamp: nil, to: topic, partition,
                    timeout: 60_000)
            }
            try writer.flush(timeout: 120_000)
        } catch { throw EngineError(error, "importing into \(topic)") }
    }
}

/// An archived task as it is to be stored on another cluster.
private struct MovedTask {
    var records: [StateRecord] = []
    var offsets: [PartitionOffset]

    init(
        _ archived: ArchivedTask, to standing: Standing, _ continuation: StateArchive.Continuation,
        _ topology: TopologyPlan, _ cluster: Cluster, _ topics: TopicNames
    ) throws(EngineError) {
        let task = try archived.loaded(as: topology, cluster)
        task.labels?.learner.moveSegments(to: standing.stateEnd)
        var writer = SnapshotWriter()
        let canonical = task.state.writeAll(to: &writer)
        let former = archived.manifest
        let isSame = continuation == .sameOffsets
        let offset = isSame ? former.inputOffset : standing.begin
        let labelOffset = former.labelOffset.map { isSame ? $0 : standing.labels?.begin ?? 0 }
        let manifest = Manifest(
            sequence: former.sequence, inputOffset: offset, labelOffset: labelOffset, slot: 0, state: writer.bytes,
            canonical: canonical, digest: former.digest, events: former.events, fingerprint: former.fingerprint,
            topology: former.topology, lineage: former.lineage, cluster: cluster)
        guard manifest.stateHash == former.stateHash else {
            throw EngineError(.fault, "partition \(task.partition): what was loaded is not what the archive holds")
        }
        for segment in archived.segments {
            records.append(SnapshotChunks.record(segment, partition: task.partition, cluster))
        }
        var chunks = SnapshotChunks(manifest: manifest, state: writer.bytes, lowerBound: standing.stateEnd)
        var isComplete = false
        while !isComplete {
            let (more, complete) = chunks.next(partition: task.partition)
            records += more
            isComplete = complete
        }
        var metadata = OffsetMetadata()
        metadata.sequence = former.sequence
        metadata.snapshot = former.sequence
        metadata.stateLowerBound = standing.stateEnd
        metadata.streamTime = archived.streamTime
        metadata.events = former.events
        metadata.digest = former.digest
        metadata.numerics = former.numerics
        // Offsets of another topic count nothing here.
        metadata.carried = isSame ? archived.carried : former.events
        metadata.journalLowerBound = standing.labels?.journalEnd ?? 0
        metadata.control = standing.controlEnd
        metadata.commands = archived.commands
        metadata.isPaused = archived.isPaused
        let labels = labelOffset.flatMap { offset in
            topics.labels.map { OffsetMetadata.LabelPlace(topic: $0, offset: offset) }
        }
        offsets = metadata.offsets(
            at: .init(cluster: cluster, topic: topics.input, partition: task.partition, offset: offset, labels: labels))
    }
}
