import Foundation
import KafkaClient
import OnlineLearning

/// What is committed beside a task's input offset, atomically with it: where the task stands and how to come back there.
///
/// At most 232 bytes as base64 (brokers refuse above 4096, the protocol allows 256). A checksum over it and its place
/// (cluster, topic, partition, offset) is part of it: metadata that were copied to another offset, as tools that move
/// offsets do, are refused. Source: `protocol.md`, "What a transaction holds", point 4.
struct OffsetMetadata: Equatable, Sendable {
    static let version: UInt8 = 2
    /// Written where `carried` is not 0.
    static let carriedVersion: UInt8 = 3
    /// Written where there is a label topic: beside the offsets of both inputs, in the same bytes.
    static let labelledVersion: UInt8 = 4
    /// Written once a command was taken or the topology was changed: beside the offsets of all inputs.
    static let commandedVersion: UInt8 = 5
    /// The most records that can be skipped between two snapshots; a full list forces a snapshot.
    static let maxCrashed = 8

    /// Where metadata are committed.
    struct Place: Equatable, Sendable {
        var cluster: Cluster
        var topic: String
        var partition: Int32
        var offset: Int64
        /// The task's other input, or nil: there is none.
        var labels: LabelPlace?
    }

    /// Where a task stands in the label topic.
    struct LabelPlace: Equatable, Sendable {
        var topic: String
        var offset: Int64
    }

    /// Why a text is not taken.
    enum Refusal: Error, Equatable {
        case absent, foreign, otherFormat(UInt8), otherPlace, otherInputs(Bool), impossible(String)

        /// The end of a sentence about the metadata.
        var words: String {
            switch self {
            case .absent: "are missing: another program set the offset"
            case .foreign: "are not ours: another program set the offset"
            case .otherFormat(let found):
                "have format \(found), this build reads \(OffsetMetadata.version): they are of another version of millrace"
            case .otherPlace:
                "belong to another offset, topic, partition or cluster, or were altered, or sealed with another `kafka.state_key`: were offsets copied here?"
            case .otherInputs(let hadLabels):
                "are of a topology \(hadLabels ? "with" : "without") a label topic: undo that change, or begin anew"
            case .impossible(let field): "cannot be: \(field)"
            }
        }
    }

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
    /// Hash of learner versions, architecture and floating-point features.
    var numerics: UInt64 = 0
    /// Offsets, since the older of the two newest snapshots, that were skipped because they had killed the process.
    var crashed: [Int64] = []
    /// Events that were processed before the last gap in the input: no offset of today counts them.
    var carried: UInt64 = 0
    /// The transaction of the newest journal record, 0: none; and, with a label topic, an offset of the journal partition
    /// at or before every record that a replay from the two newest snapshots needs.
    var journal: UInt64 = 0
    var journalLowerBound: Int64 = 0
    /// The next offset of the control partition, and how many commands were taken.
    var control: Int64 = 0
    var commands: UInt64 = 0
    /// Reading rests, by command.
    var isPaused = false

    /// Version, attempt, seven numbers, the count of the crashed, the checksum.
    private static let fixedBytes = 2 + 7 * 8 + 1 + 8
    /// Carried, the journal's two, the control's two, flags.
    private static let commandedBytes = 5 * 8 + 1

    /// The stored text.
    func encoded(for place: Place) -> [UInt8] {
        let isLabelled = place.labels != nil
        let isCommanded = control > 0 || isPaused || (journal > 0 && !isLabelled)
        let version =
            isCommanded
            ? Self.commandedVersion
            : isLabelled ? Self.labelledVersion : carried > 0 ? Self.carriedVersion : Self.version
        var bytes: [UInt8] = [version, attempt]
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
        if carried > 0 || isLabelled || isCommanded { append(carried) }
        if isLabelled || isCommanded {
            append(journal)
            append(UInt64(bitPattern: journalLowerBound))
        }
        if isCommanded {
            append(UInt64(bitPattern: control))
            append(commands)
            bytes.append((isPaused ? 1 : 0) | (isLabelled ? 2 : 0))
        }
        append(Self.checksum(bytes, place))
        return Array(Data(bytes).base64EncodedData())
    }

    /// What is committed at a place: to every input the same bytes.
    func offsets(at place: Place) -> [PartitionOffset] {
        let text = encoded(for: place)
        let inputs = [(place.topic, place.offset)] + (place.labels.map { [($0.topic, $0.offset)] } ?? [])
        return inputs.map {
            PartitionOffset(topic: $0.0, partition: place.partition, offset: $0.1, metadata: text)
        }
    }

    private static func checksum(_ bytes: [UInt8], _ place: Place) -> UInt64 {
        let labels = place.labels.map { "\n\($0.topic)\n\($0.offset)" } ?? ""
        let words = "\(place.cluster.id)\n\(place.topic)\n\(place.partition)\n\(place.offset)\(labels)"
        return place.cluster.sum(bytes + words.utf8)
    }

    /// Reads a text that stood at a place, and checks that it belongs there and that its numbers can be.
    init(encoded: [UInt8], for place: Place) throws(Refusal) {
        guard !encoded.isEmpty else { throw .absent }
        guard let data = Data(base64Encoded: Data(encoded)), let found = data.first else { throw .foreign }
        let isCommanded = found == Self.commandedVersion
        guard isCommanded || (Self.version...Self.labelledVersion).contains(found) else {
            throw found == 1 && data.count >= 59 ? .otherFormat(found) : .foreign
        }
        let bytes = [UInt8](data)
        guard bytes.count >= Self.fixedBytes + (isCommanded ? Self.commandedBytes : 0) else { throw .foreign }
        let flags = isCommanded ? bytes[bytes.count - 9] : 0
        let isLabelled = isCommanded ? flags & 2 != 0 : found == Self.labelledVersion
        guard isLabelled == (place.labels != nil) else { throw .otherInputs(isLabelled) }
        func read(_ position: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }
        }
        let count = Int(bytes[58])
        let more = isCommanded ? Self.commandedBytes : isLabelled ? 24 : found == Self.carriedVersion ? 8 : 0
        guard count <= Self.maxCrashed, bytes.count == Self.fixedBytes + 8 * count + more else { throw .foreign }
        guard read(bytes.count - 8) == Self.checksum(Array(bytes.dropLast(8)), place) else { throw .otherPlace }
        attempt = bytes[1]
        sequence = read(2)
        snapshot = read(10)
        stateLowerBound = Int64(bitPattern: read(18))
        streamTime = Int64(bitPattern: read(26))
        events = read(34)
        digest = read(42)
        numerics = read(50)
        crashed = (0..<count).map { Int64(bitPattern: read(59 + 8 * $0)) }
        if more > 0 { carried = read(59 + 8 * count) }
        if more >= 24 {
            journal = read(67 + 8 * count)
            journalLowerBound = Int64(bitPattern: read(75 + 8 * count))
        }
        if isCommanded {
            control = Int64(bitPattern: read(83 + 8 * count))
            commands = read(91 + 8 * count)
            isPaused = flags & 1 != 0
        }
        try check(place.offset)
    }

    /// A checksum proves who wrote the numbers, not that they are right: none of them may lead anywhere impossible.
    private func check(_ offset: Int64) throws(Refusal) {
        guard sequence > 0, sequence < 1 << 62 else { throw .impossible("transaction \(sequence)") }
        guard snapshot <= sequence else { throw .impossible("snapshot \(snapshot) at transaction \(sequence)") }
        guard stateLowerBound >= 0 else { throw .impossible("state at offset \(stateLowerBound)") }
        guard journal <= sequence else { throw .impossible("journal \(journal) at transaction \(sequence)") }
        guard journalLowerBound >= 0 else { throw .impossible("a journal at offset \(journalLowerBound)") }
        guard control >= 0, commands <= UInt64(control) else {
            throw .impossible("\(commands) commands before offset \(control)")
        }
        guard carried <= events else { throw .impossible("\(carried) events before a gap, of \(events)") }
        guard offset >= 0, events - carried <= UInt64(offset) else {
            throw .impossible("\(events) events before offset \(offset)")
        }
        guard crashed.allSatisfy({ $0 >= 0 && $0 < offset }) else { throw .impossible("crashed offsets \(crashed)") }
    }

    init() {}
}
