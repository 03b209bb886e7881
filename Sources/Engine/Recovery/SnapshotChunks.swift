import OnlineLearning

/// A snapshot on its way to the state topic: chunks of at most 512 KiB, at most 4 MiB in one transaction, the manifest
/// last, in one of three slots so that orphans of a crash overwrite themselves.
struct SnapshotChunks {
    static let chunkBytes = 512 << 10
    static let transactionBytes = 4 << 20
    static let slots: UInt8 = 3

    let manifest: Manifest
    let state: [UInt8]
    /// The end of the state partition before the first chunk, or an earlier offset.
    let lowerBound: Int64
    private var sent = 0

    init(manifest: Manifest, state: [UInt8], lowerBound: Int64) {
        self.manifest = manifest
        self.state = state
        self.lowerBound = lowerBound
    }

    static func ranges(of count: Int) -> [Range<Int>] {
        stride(from: 0, to: max(count, 1), by: chunkBytes).map { $0..<min($0 + chunkBytes, count) }
    }

    static func chunkKey(partition: Int32, slot: UInt8, index: Int) -> [UInt8] {
        Array("\(partition)/\(slot)/\(index)".utf8)
    }

    static func manifestKey(partition: Int32, slot: UInt8) -> [UInt8] { Array("\(partition)/manifest/\(slot)".utf8) }

    /// The next transaction's records, and whether the manifest is among them: then the snapshot is complete.
    mutating func next(partition: Int32) -> (records: [StateRecord], complete: Bool) {
        let ranges = Self.ranges(of: state.count)
        var records: [StateRecord] = []
        var bytes = 0
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
        records.append(
            StateRecord(key: Self.manifestKey(partition: partition, slot: manifest.slot), value: manifest.encoded))
        return (records, true)
    }
}

/// One record for the state topic.
struct StateRecord: Sendable, Equatable {
    var key: [UInt8]
    var value: [UInt8]
}

/// Puts snapshots together from the records of a state partition, in offset order.
struct SnapshotAssembler {
    struct Snapshot: Equatable {
        var manifest: Manifest
        var state: [UInt8]
    }

    let partition: Int32
    private var chunks: [UInt8: [Int: [UInt8]]] = [:]
    private(set) var complete: [Snapshot] = []
    /// Why a manifest was passed over.
    private(set) var refusals: [String] = []
    /// The newest manifest seen, complete or not.
    private(set) var newestSequence: UInt64?

    init(partition: Int32) { self.partition = partition }

    mutating func add(key: [UInt8], value: [UInt8]) {
        let parts = String(decoding: key, as: UTF8.self).split(separator: "/")
        guard parts.count == 3, parts[0] == "\(partition)" else { return }
        if parts[1] == "manifest" {
            addManifest(value)
        } else if let slot = UInt8(parts[1]), let index = Int(parts[2]) {
            chunks[slot, default: [:]][index] = value
        }
    }

    private mutating func addManifest(_ bytes: [UInt8]) {
        let manifest: Manifest
        do { manifest = try Manifest(decoding: bytes) } catch {
            refusals.append(error.message)
            return
        }
        newestSequence = max(newestSequence ?? 0, manifest.sequence)
        var state: [UInt8] = []
        // A manifest may claim any length: room is taken only for chunks that are there.
        for (index, hash) in manifest.chunkHashes.enumerated() {
            guard let chunk = chunks[manifest.slot]?[index], chunk.count >= 8,
                chunk[..<8].reversed().reduce(0, { $0 << 8 | UInt64($1) }) == manifest.sequence,
                chunk[8...].withUnsafeBytes({ StableHash.of($0) }) == hash
            else {
                refusals.append("snapshot \(manifest.sequence): chunk \(index) is missing or damaged")
                return
            }
            state += chunk[8...]
        }
        guard state.count == manifest.byteCount, SHA256.digest(state) == manifest.stateHash else {
            refusals.append("snapshot \(manifest.sequence): the state's SHA-256 does not match")
            return
        }
        complete.append(Snapshot(manifest: manifest, state: state))
    }

    /// The newest whole snapshot at or before a committed sequence.
    func newest(upTo sequence: UInt64) -> Snapshot? {
        complete.filter { $0.manifest.sequence <= sequence }.max { $0.manifest.sequence < $1.manifest.sequence }
    }
}
