import OnlineLearning

/// What the last record of a snapshot says: everything needed to trust and to load the chunks.
struct Manifest: Equatable, Sendable {
    static let version: UInt16 = 2
    /// Written where there is a label topic.
    static let labelledVersion: UInt16 = 4
    /// Written where the topology was changed.
    static let changedVersion: UInt16 = 5
    /// Written where snapshots are kept (`history`).
    static let keptVersion: UInt16 = 6
    /// More changes of one topology are remembered by nobody.
    private static let mostChanges = 1 << 16

    /// The task's transaction sequence at which the state was taken; the snapshot's id.
    var sequence: UInt64
    /// The next input offset at that boundary.
    var inputOffset: Int64
    /// The next offset of the label topic, or nil: the labels stand in the events.
    var labelOffset: Int64?
    var slot: UInt8
    var byteCount: Int
    /// One per chunk, in order.
    var chunkHashes: [UInt64]
    /// SHA-256 of the state: the task's `digest`.
    var stateHash: [UInt8]
    /// With a label topic: where the state ends within the bytes and the places of its waiting events begin; SHA-256 of those.
    var canonicalCount = 0
    var storageHash: [UInt8] = []
    /// The pipeline's rolling digest at that boundary.
    var digest: UInt64
    var events: UInt64
    var numerics: UInt64
    /// What decides learning; another one is another topology.
    var fingerprint: UInt64
    /// The topology as it ran.
    var topology: String
    /// Fingerprints of the topologies before it, in order.
    var lineage: [UInt64] = []
    /// With `history`: what is kept, this one included where it is, and the slot of the next one that is not; else nil.
    var history: SnapshotHistory.Place?
    var cluster: Cluster

    /// Snapshots that are kept beside the two newest, oldest first.
    var kept: [KeptSnapshot] { history?.kept ?? [] }

    var encoded: [UInt8] {
        var writer = SnapshotWriter()
        let isChanged = !lineage.isEmpty || history != nil
        writer.write(
            history != nil
                ? Self.keptVersion
                : isChanged ? Self.changedVersion : labelOffset == nil ? Self.version : Self.labelledVersion)
        history?.write(to: &writer)
        if isChanged {
            writer.write(labelOffset != nil)
            writer.write(UInt32(lineage.count))
            for fingerprint in lineage { writer.write(fingerprint) }
        }
        writer.write(sequence)
        writer.write(inputOffset)
        if let labelOffset { writer.write(labelOffset) }
        writer.write(slot)
        writer.write(UInt64(byteCount))
        writer.write(UInt32(chunkHashes.count))
        for hash in chunkHashes { writer.write(hash) }
        stateHash.withUnsafeBytes { writer.write($0) }
        if labelOffset != nil {
            writer.write(UInt64(canonicalCount))
            storageHash.withUnsafeBytes { writer.write($0) }
        }
        writer.write(digest)
        writer.write(events)
        writer.write(numerics)
        writer.write(fingerprint)
        writer.write(topology)
        writer.write(cluster.id)
        writer.write(cluster.sum(writer.bytes))
        return writer.bytes
    }

    init(
        sequence: UInt64, inputOffset: Int64, labelOffset: Int64? = nil, slot: UInt8, state: [UInt8],
        canonical: Int? = nil, digest: UInt64, events: UInt64,
        fingerprint: UInt64, topology: String, lineage: [UInt64] = [], history: SnapshotHistory.Place? = nil,
        cluster: Cluster
    ) {
        self.history = history
        self.lineage = lineage
        self.sequence = sequence
        self.inputOffset = inputOffset
        self.labelOffset = labelOffset
        self.slot = slot
        byteCount = state.count
        chunkHashes = SnapshotChunks.ranges(of: state.count).map { range in
            state.withUnsafeBytes { StableHash.of(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
        canonicalCount = canonical ?? state.count
        stateHash = SHA256.digest(ofPieces: CollectionOfOne(state[..<canonicalCount]))
        if labelOffset != nil { storageHash = SHA256.digest(ofPieces: CollectionOfOne(state[canonicalCount...])) }
        self.digest = digest
        self.events = events
        numerics = NumericsIdentity.hash
        self.fingerprint = fingerprint
        self.topology = topology
        self.cluster = cluster
    }

    /// - Parameter cluster: whose key seals it.
    init(decoding bytes: [UInt8], _ cluster: Cluster) throws(SnapshotError) {
        guard bytes.count > 8, cluster.sum(Array(bytes.dropLast(8))) == UInt64(littleEndian: bytes.suffix(8))
        else {
            let key = cluster.key == nil ? "" : ", or it was sealed with another `kafka.state_key` or none"
            throw SnapshotError("a manifest's checksum does not match\(key)")
        }
        var reader = SnapshotReader(bytes)
        let found = try reader.read(UInt16.self)
        guard [Self.version, Self.labelledVersion, Self.changedVersion, Self.keptVersion].contains(found) else {
            throw SnapshotError(
                "the snapshot has format \(found), this build reads \(Self.version): begin anew under another name, or "
                    + "run the version that wrote it")
        }
        var isLabelled = found == Self.labelledVersion
        if found == Self.keptVersion { history = try SnapshotHistory.Place(from: &reader) }
        if found >= Self.changedVersion {
            isLabelled = try reader.readBool()
            let count = try reader.read(UInt32.self)
            guard count <= Self.mostChanges else { throw SnapshotError("a manifest names \(count) topologies") }
            for _ in 0..<count { lineage.append(try reader.read()) }
        }
        sequence = try reader.read()
        inputOffset = try reader.read()
        labelOffset = isLabelled ? try reader.read() : nil
        slot = try reader.read()
        byteCount = Int(clamping: try reader.read(UInt64.self))
        let count = try reader.read(UInt32.self)
        guard count == SnapshotChunks.count(of: byteCount) else {
            throw SnapshotError("a manifest names \(count) chunks for \(byteCount) bytes")
        }
        chunkHashes = []
        for _ in 0..<count { chunkHashes.append(try reader.read()) }
        stateHash = try reader.readBytes()
        canonicalCount = byteCount
        if labelOffset != nil {
            canonicalCount = Int(clamping: try reader.read(UInt64.self))
            storageHash = try reader.readBytes()
            guard canonicalCount <= byteCount else {
                throw SnapshotError("a manifest names \(canonicalCount) bytes of \(byteCount)")
            }
        }
        digest = try reader.read()
        events = try reader.read()
        numerics = try reader.read()
        fingerprint = try reader.read()
        topology = try reader.readText()
        self.cluster = Cluster(try reader.readText(), key: cluster.key)
    }
}
