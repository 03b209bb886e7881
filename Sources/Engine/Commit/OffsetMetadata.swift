import Foundation

/// What is committed beside a task's input offset, atomically with it: where the task stands and how to come back there.
///
/// At most 184 bytes as base64 (brokers refuse above 4096, the protocol allows 256). Source: `protocol.md`, "What a
/// transaction holds", point 4.
struct OffsetMetadata: Equatable, Sendable {
    static let version: UInt8 = 1
    /// The most records that can be skipped between two snapshots; a full list forces a snapshot.
    static let maxCrashed = 8

    /// Assignments since the offset last moved: a record that kills the process is found by it.
    var attempt: UInt8 = 0
    /// Transactions of this task; order and outcome are decided by it, never by offsets.
    var sequence: UInt64 = 0
    /// `sequence` of the newest complete snapshot.
    var snapshot: UInt64 = 0
    /// Every record of the two newest snapshots is at or behind this offset of the state partition.
    var stateLowerBound: Int64 = 0
    /// The highest event time seen, milliseconds since 1970.
    var streamTime: Int64 = .min
    /// Events that the pipeline has processed.
    var events: UInt64 = 0
    /// The pipeline's rolling digest of predictions and losses.
    var digest: UInt64 = 0
    /// Hash of build, learner versions, architecture and floating-point features.
    var numerics: UInt64 = 0
    /// Offsets, since the newest snapshot, that were skipped because they had killed the process.
    var crashed: [Int64] = []

    /// The stored text.
    var encoded: [UInt8] {
        var bytes: [UInt8] = [Self.version, attempt]
        func append(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        append(sequence)
        append(snapshot)
        append(UInt64(bitPattern: stateLowerBound))
        append(UInt64(bitPattern: streamTime))
        append(events)
        append(digest)
        append(numerics)
        bytes.append(UInt8(crashed.count))
        for offset in crashed { append(UInt64(bitPattern: offset)) }
        return Array(Data(bytes).base64EncodedData())
    }

    /// Nil where the text is not ours.
    init?(encoded: [UInt8]) {
        guard let data = Data(base64Encoded: Data(encoded)), data.count >= 59, data[0] == Self.version else {
            return nil
        }
        let bytes = [UInt8](data)
        func read(_ position: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }
        }
        attempt = bytes[1]
        sequence = read(2)
        snapshot = read(10)
        stateLowerBound = Int64(bitPattern: read(18))
        streamTime = Int64(bitPattern: read(26))
        events = read(34)
        digest = read(42)
        numerics = read(50)
        let count = Int(bytes[58])
        guard count <= Self.maxCrashed, bytes.count == 59 + 8 * count else { return nil }
        crashed = (0..<count).map { Int64(bitPattern: read(59 + 8 * $0)) }
    }

    init() {}
}
