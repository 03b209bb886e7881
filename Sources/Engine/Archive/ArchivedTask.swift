import OnlineLearning
import Topology

/// One task as it is carried from cluster to cluster: a snapshot, what waits beside it, and where it stood.
struct ArchivedTask {
    /// Of the state as it stood; its offsets are those of the cluster that it comes from.
    var manifest: Manifest
    /// As stored, with the places of segments that do not mean anything elsewhere.
    var state: [UInt8]
    /// Every segment that the state lists, by rising number.
    var segments: [LabelSegment]
    var partition: Int32
    /// What stood beside the committed offset.
    var streamTime: Int64
    var carried: UInt64
    var commands: UInt64
    var isPaused: Bool

    /// The present state of a restored task.
    init(_ found: StoredTasks.Found, _ cluster: Cluster) {
        let (task, place) = (found.task, found.place)
        partition = task.partition
        // Nothing is written: the numbers of new segments are this copy's own.
        let news = task.state.seal(at: 0).segments
        let listed = Set(task.labels?.learner.segments.map(\.number) ?? [])
        segments = (found.segments + news).filter { listed.contains($0.number) }
        var writer = SnapshotWriter()
        let canonical = task.state.writeAll(to: &writer)
        state = writer.bytes
        manifest = Manifest(
            sequence: place.metadata.sequence, inputOffset: place.offset, labelOffset: place.labels?.offset, slot: 0,
            state: state, canonical: canonical, digest: task.state.stateDigest, events: task.state.events,
            fingerprint: task.topology.fingerprint, topology: task.topology.text, lineage: task.lineage,
            cluster: cluster)
        streamTime = place.metadata.streamTime
        carried = place.metadata.carried
        commands = place.metadata.commands
        isPaused = place.metadata.isPaused
    }

    var encoded: [UInt8] {
        var writer = SnapshotWriter()
        writer.write(UInt32(bitPattern: partition))
        writer.write(streamTime)
        writer.write(carried)
        writer.write(commands)
        writer.write(isPaused)
        manifest.encoded.withUnsafeBytes { writer.write($0) }
        state.withUnsafeBytes { writer.write($0) }
        writer.write(UInt32(segments.count))
        for segment in segments {
            writer.write(segment.number)
            segment.bytes.withUnsafeBytes { writer.write($0) }
        }
        return writer.bytes
    }

    /// - Parameter key: `kafka.state_key` of whoever wrote it.
    init(decoding bytes: [UInt8], key: [UInt8]?) throws(SnapshotError) {
        var reader = SnapshotReader(bytes)
        partition = Int32(bitPattern: try reader.read())
        streamTime = try reader.read()
        carried = try reader.read()
        commands = try reader.read()
        isPaused = try reader.readBool()
        manifest = try Manifest(decoding: try reader.readBytes(), Cluster("", key: key))
        state = try reader.readBytes()
        segments = []
        for _ in 0..<(try reader.read(UInt32.self)) {
            segments.append(LabelSegment(number: try reader.read(), bytes: try reader.readBytes()))
        }
        guard state.count == manifest.byteCount, manifest.events >= carried,
            SHA256.digest(ofPieces: CollectionOfOne(state[..<manifest.canonicalCount])) == manifest.stateHash
        else { throw SnapshotError("the state of partition \(partition) is not the one that its manifest names") }
    }

    /// A task with this state, under the topology that it was learned with; everything is checked.
    func loaded(as file: TopologyPlan, _ cluster: Cluster) throws(EngineError) -> PartitionTask {
        let plan =
            manifest.fingerprint == file.fingerprint
            ? file
            : try StoredTopology.plan(
                manifest.topology, as: file, fingerprint: manifest.fingerprint, partition: partition)
        let task = PartitionTask(partition: partition, topology: plan, cluster: cluster, now: .now)
        guard (manifest.labelOffset != nil) == (task.labels != nil) else {
            throw EngineError(.data, "partition \(partition): one of archive and topology has a label topic")
        }
        try task.load(.init(manifest: manifest, state: state))
        guard let learner = task.labels?.learner else { return task }
        do throws(SnapshotError) {
            let wanted = learner.segments
            guard wanted.map(\.number) == segments.map(\.number) else {
                throw SnapshotError("segments of waiting events are missing in the archive")
            }
            for segment in segments { try learner.take(segment) }
            try learner.checkSegments()
        } catch { throw EngineError(.data, "partition \(partition): \(error.message)") }
        return task
    }
}
