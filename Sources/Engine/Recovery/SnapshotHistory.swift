import OnlineLearning
import Topology

/// A snapshot that is kept beside the two newest, and what of the state topic is its own.
struct KeptSnapshot: Equatable, Sendable {
    var past: PastSnapshot
    var slot: UInt8
    var chunks: UInt32
    /// Segments of waiting events with lower numbers are not listed by it.
    var firstSegment: UInt32
}

/// Which snapshots are kept so that the past can be looked at (`history`): one an hour by the records' own time, the newest so
/// many, each in a slot of its own.
///
/// Only their number decides what is dropped: a wild time of a record makes one more and takes one place. Records of several
/// clocks make no more than those of one: each is an hour from all the others. A state machine.
struct SnapshotHistory: Equatable, Sendable {
    /// Snapshots that may be kept; a longer history has them farther apart.
    static let most = TopologyPlan.mostKept
    /// Slots beyond those of the newest snapshots: one is written while all others are kept.
    static let slots = SnapshotChunks.slots..<SnapshotChunks.slots + UInt8(most) + 2
    /// Of many that are too many, so many go at a time: their deletions stand in one transaction.
    static let trimmed = 8
    private static let hour: Int64 = 3_600_000

    /// Milliseconds of the records' time between two.
    let spacing: Int64
    /// How many are kept: that many spacings, and the one before.
    let count: Int
    /// Oldest first.
    var kept: [KeptSnapshot] = []

    /// - Parameter length: milliseconds; 0: nothing is kept.
    init(_ length: Int64) {
        spacing = max(Self.hour, (length + Int64(Self.most) - 1) / Int64(Self.most))
        count = length > 0 ? Int((length + spacing - 1) / spacing) + 1 : 0
    }

    /// Whether any are kept.
    var isOn: Bool { count > 0 }

    /// Whether a snapshot behind a record of this time is to be kept.
    func isDue(at time: Int64) -> Bool {
        guard isOn else { return false }
        guard !kept.isEmpty else { return true }
        guard time != .min else { return false }
        return kept.allSatisfy { snapshot in
            guard snapshot.past.time != .min else { return true }
            let (distance, overflows) = time.subtractingReportingOverflow(snapshot.past.time)
            return overflows || distance.magnitude >= UInt64(spacing)
        }
    }

    /// A slot that none of them has, nor those that are being deleted.
    func freeSlot(besides deleted: [KeptSnapshot] = []) -> UInt8 {
        let taken = Set((kept + deleted).map(\.slot))
        return Self.slots.first { !taken.contains($0) } ?? Self.slots.lowerBound
    }

    /// Gives those up that are too many, some at a time.
    mutating func trim() -> [KeptSnapshot] {
        let dropped = Array(kept.prefix(min(max(0, kept.count - count), Self.trimmed)))
        kept.removeFirst(dropped.count)
        return dropped
    }
}

extension SnapshotHistory {
    /// What a manifest says of it.
    struct Place: Equatable, Sendable {
        /// The slot of the next snapshot that is not kept.
        var slot: UInt8
        /// Oldest first.
        var kept: [KeptSnapshot]
    }
}

extension SnapshotHistory.Place {
    func write(to writer: inout SnapshotWriter) {
        writer.write(slot)
        writer.write(UInt32(kept.count))
        for snapshot in kept {
            let past = snapshot.past
            writer.write(past.sequence)
            writer.write(past.inputOffset)
            writer.write(past.events)
            writer.write(past.time)
            writer.write(past.stateLowerBound)
            writer.write(past.journalLowerBound)
            writer.write(snapshot.slot)
            writer.write(snapshot.chunks)
            writer.write(snapshot.firstSegment)
        }
    }

    /// Reads what `write` wrote; trusts nothing.
    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        slot = try reader.read()
        let count = try reader.read(UInt32.self)
        guard slot < SnapshotChunks.slots, count <= SnapshotHistory.slots.count else {
            throw SnapshotError("a manifest names \(count) kept snapshots, and slot \(slot)")
        }
        kept = []
        for _ in 0..<count {
            let past = PastSnapshot(
                sequence: try reader.read(), inputOffset: try reader.read(), events: try reader.read(),
                time: try reader.read(), stateLowerBound: try reader.read(), journalLowerBound: try reader.read())
            let snapshot = KeptSnapshot(
                past: past, slot: try reader.read(), chunks: try reader.read(), firstSegment: try reader.read())
            guard SnapshotHistory.slots.contains(snapshot.slot), past.sequence > kept.last?.past.sequence ?? 0,
                min(past.inputOffset, past.stateLowerBound, past.journalLowerBound) >= 0,
                snapshot.chunks <= SnapshotChunks.mostChunks
            else { throw SnapshotError("a manifest names a kept snapshot that cannot be") }
            kept.append(snapshot)
        }
    }
}
