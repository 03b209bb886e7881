import OnlineLearning

/// A snapshot on its way to the state topic: chunks of at most 512 KiB, at most 4 MiB in one transaction, the manifest
/// last, in one of three slots so that orphans of a crash overwrite themselves.
struct SnapshotChunks {
    static let chunkBytes = 512 << 10
    static let transactionBytes = 4 << 20
    /// Segments of waiting events come beside that: they are new once, and many where much is scored.
    static let transactionSegmentBytes = 16 << 20
    static let slots: UInt8 = 3
    /// Chunks of one slot: 4 GiB of state.
    static let mostChunks: UInt32 = 8192

    let manifest: Manifest
    let state: [UInt8]
    /// The end of the state partition before the first chunk, or an earlier offset.
    let lowerBound: Int64
    /// Segments of waiting events that go before the chunks, and what goes beside the manifest.
    private let segments: [StateRecord]
    private let tombstones: [StateRecord]
    private var sent = 0
    private var segmentsSent = 0

    init(
        manifest: Manifest, state: [UInt8], lowerBound: Int64, segments: [StateRecord] = [],
        tombstones: [StateRecord] = []
    ) {
        self.manifest = manifest
        self.state = state
        self.lowerBound = lowerBound
        self.segments = segments
        self.tombstones = tombstones
    }

    /// How many chunks a state of that many bytes has; counted, not made, for the number may be anybody's.
    static func count(of bytes: Int) -> Int { bytes <= 0 ? 1 : 1 + (bytes - 1) / chunkBytes }

    static func ranges(of count: Int) -> [Range<Int>] {
        stride(from: 0, to: max(count, 1), by: chunkBytes).map { $0..<min($0 + chunkBytes, count) }
    }

    static func chunkKey(partition: Int32, slot: UInt8, index: Int) -> [UInt8] {
        Array("\(partition)/\(slot)/\(index)".utf8)
    }

    static func manifestKey(partition: Int32, slot: UInt8) -> [UInt8] { Array("\(partition)/manifest/\(slot)".utf8) }

    /// A segment for the state topic; with the cluster's key it is sealed.
    static func record(_ segment: LabelSegment, partition: Int32, _ cluster: Cluster) -> StateRecord {
        StateRecord(
            key: segmentKey(partition: partition, number: segment.number),
            value: cluster.sealed(segment.bytes, partition: partition), segment: segment)
    }

    static func tombstone(_ number: UInt32, partition: Int32) -> StateRecord {
        StateRecord(
            key: segmentKey(partition: partition, number: number), value: [], deletes: number, isTombstone: true)
    }

    /// A kept snapshot's own records are deleted.
    static func tombstones(_ snapshot: KeptSnapshot, partition: Int32) -> [StateRecord] {
        let chunks = (0..<Int(snapshot.chunks)).map { chunkKey(partition: partition, slot: snapshot.slot, index: $0) }
        return ([manifestKey(partition: partition, slot: snapshot.slot)] + chunks).map {
            StateRecord(key: $0, value: [], isTombstone: true)
        }
    }

    static func segmentKey(partition: Int32, number: UInt32) -> [UInt8] { Array("\(partition)/w/\(number)".utf8) }

    /// The next transaction's records, and whether the manifest is among them: then the snapshot is complete.
    mutating func next(partition: Int32) -> (records: [StateRecord], complete: Bool) {
        let ranges = Self.ranges(of: state.count)
        var records: [StateRecord] = []
        var bytes = 0
        while segmentsSent < segments.count, bytes < Self.transactionSegmentBytes {
            records.append(segments[segmentsSent])
            bytes += segments[segmentsSent].value.count
            segmentsSent += 1
        }
        guard segmentsSent == segments.count else { return (records, false) }
        bytes = 0
        while sent < ranges.count, bytes < Self.transactionBytes {
            let range = ranges[sent]
            // A chunk begins with its snapshot's id: a slot may hold chunks of two snapshots after a crash.
            var value: [UInt8] = []
            withUnsafeBytes(of: manifest.sequence.littleEndian) { value.append(contentsOf: $0) }
            value.append(contentsOf: state[range])
            records.append(
                StateRecord(key: Self.chunkKey(partition: partition, slot: manifest.slot, index: sent), value: value))
            bytes += range.count
            sent += 1
        }
        guard sent == ranges.count, bytes < Self.transactionBytes else { return (records, false) }
        records += tombstones
        records.append(
            StateRecord(
                key: Self.manifestKey(partition: partition, slot: manifest.slot), value: manifest.encoded,
                isManifest: true))
        return (records, true)
    }
}

/// One record for the state topic.
struct StateRecord: Sendable, Equatable {
    var key: [UInt8]
    var value: [UInt8]
    /// The last record of a snapshot: it is whole.
    var isManifest = false
    /// A segment of waiting events, to be kept on disk too.
    var segment: LabelSegment?
    /// A segment that is deleted on disk.
    var deletes: UInt32?
    /// It goes without a value: what stood under its key is deleted.
    var isTombstone = false
    /// Only for the disk: the topic keeps what it has.
    var isLocal = false
}

/// Puts snapshots together from the records of a state partition, in offset order, and keeps the newest one that a
/// committed place may begin from.
///
/// Trusts no number: what a record claims is checked against what is there and against the place. Memory: the chunks of
/// the newest snapshot, and of those that are not whole yet; where the newest is known by its sequence, no other's.
struct SnapshotAssembler {
    struct Snapshot: Equatable {
        var manifest: Manifest
        var state: [UInt8]
    }

    /// What a snapshot must not be beyond.
    struct Limit {
        var sequence: UInt64
        var offset: Int64
        /// Events before the last gap in the input: what stands before it has offsets of its own.
        var carried: UInt64 = 0
        /// Of the label topic.
        var labels = Int64.max
        /// Only the snapshot of this sequence is looked for; 0: the newest that there is.
        var only: UInt64 = 0
    }

    private static let maxRefusals = 8

    let partition: Int32
    private let limit: Limit
    private let cluster: Cluster
    private var chunks: [UInt8: [Int: [UInt8]]] = [:]
    private(set) var newest: Manifest?
    /// Its chunks in their order, each behind its snapshot's sequence.
    private var found: [[UInt8]] = []
    /// Why manifests were passed over; the last ones.
    private(set) var refusals: [String] = []

    init(partition: Int32, limit: Limit, cluster: Cluster) {
        self.cluster = cluster
        self.partition = partition
        self.limit = limit
    }

    mutating func add(key: [UInt8], value: [UInt8]) {
        let parts = String(decoding: key, as: UTF8.self).split(separator: "/")
        guard parts.count == 3, parts[0] == "\(partition)" else { return }
        if parts[1] == "manifest" {
            addManifest(value)
        } else if let slot = UInt8(parts[1]), slot < SnapshotHistory.slots.upperBound, let index = Int(parts[2]),
            (0..<Int(SnapshotChunks.mostChunks)).contains(index), value.count <= SnapshotChunks.chunkBytes + 8,
            limit.only == 0 || Self.sequence(of: value) == limit.only
        {
            chunks[slot, default: [:]][index] = value
        }
    }

    private mutating func addManifest(_ bytes: [UInt8]) {
        do {
            let manifest = try Manifest(decoding: bytes, cluster)
            // The same one again is no fault; one beyond the limit was not committed yet at that place.
            guard manifest.sequence != newest?.sequence, manifest.sequence <= limit.sequence else { return }
            guard limit.only == 0 || manifest.sequence == limit.only else { return }
            let isBeforeGap = manifest.events <= limit.carried && limit.carried > 0
            guard manifest.inputOffset <= limit.offset || isBeforeGap, manifest.inputOffset >= 0 else {
                throw SnapshotError("it stands at offset \(manifest.inputOffset), beyond the committed \(limit.offset)")
            }
            guard (0...max(limit.labels, 0)).contains(manifest.labelOffset ?? 0) || isBeforeGap else {
                throw SnapshotError(
                    "it stands at offset \(manifest.labelOffset ?? 0) of the labels, beyond the committed \(limit.labels)"
                )
            }
            guard manifest.events - min(manifest.events, limit.carried) <= UInt64(manifest.inputOffset) else {
                throw SnapshotError("it counts \(manifest.events) events before offset \(manifest.inputOffset)")
            }
            guard manifest.sequence > newest?.sequence ?? 0 else { return }
            found = try checkedChunks(of: manifest)
            newest = manifest
            chunks[manifest.slot] = nil
        } catch {
            refusals.append("\(error)")
            if refusals.count > Self.maxRefusals { refusals.removeFirst() }
        }
    }

    /// A manifest may claim anything: it is held against chunks that are there.
    private func checkedChunks(of manifest: Manifest) throws(SnapshotError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for (index, hash) in manifest.chunkHashes.enumerated() {
            guard let chunk = chunks[manifest.slot]?[index], Self.sequence(of: chunk) == manifest.sequence,
                chunk[8...].withUnsafeBytes({ StableHash.of($0) }) == hash
            else {
                throw SnapshotError("snapshot \(manifest.sequence): chunk \(index) is missing or damaged")
            }
            found.append(chunk)
        }
        guard found.reduce(0, { $0 + $1.count - 8 }) == manifest.byteCount,
            SHA256.digest(ofPieces: Self.pieces(found, 0..<manifest.canonicalCount)) == manifest.stateHash,
            manifest.labelOffset == nil
                || SHA256.digest(ofPieces: Self.pieces(found, manifest.canonicalCount..<manifest.byteCount))
                    == manifest.storageHash
        else {
            throw SnapshotError("snapshot \(manifest.sequence): the state's SHA-256 does not match")
        }
        return found
    }

    /// A part of the state, as it lies in the chunks.
    private static func pieces(_ chunks: [[UInt8]], _ range: Range<Int>) -> [ArraySlice<UInt8>] {
        var start = 0
        return chunks.map { chunk in
            defer { start += chunk.count - 8 }
            let from = min(max(range.lowerBound - start, 0), chunk.count - 8)
            let to = min(max(range.upperBound - start, from), chunk.count - 8)
            return chunk[8 + from..<8 + to]
        }
    }

    /// What a chunk begins with; nil: it is too short for one.
    private static func sequence(of chunk: [UInt8]) -> UInt64? {
        chunk.count < 8 ? nil : UInt64(littleEndian: chunk[..<8])
    }

    /// The newest snapshot, put together; nothing is held afterwards, and each chunk is let go as it is taken.
    mutating func take() -> Snapshot? {
        chunks = [:]
        guard let manifest = newest else { return nil }
        newest = nil
        var state: [UInt8] = []
        state.reserveCapacity(manifest.byteCount)
        for index in found.indices {
            state += found[index][8...]
            found[index] = []
        }
        found = []
        return Snapshot(manifest: manifest, state: state)
    }
}
