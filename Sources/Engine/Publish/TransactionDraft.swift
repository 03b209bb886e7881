import EventFormats
import KafkaClient

/// A record that could not be used, with its original bytes and headers and the reason.
struct DeadLetter {
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [(String, [UInt8]?)]

    /// An upper bound of its bytes as a record.
    var byteCount: Int {
        headers.reduce((value?.count ?? 0) + (key?.count ?? 0) + 256) {
            $0 + $1.0.utf8.count + ($1.1?.count ?? 0) + 16
        }
    }
}

/// Everything that one transaction will hold, kept in memory until its outcome is known: an abort produces the same
/// bytes with the same offsets again, and the models are not rolled back.
///
/// Filled by the worker's thread, then handed as a whole to the committer's; never shared. Its memory is reused.
final class TransactionDraft {
    /// One record's place in the arena; `keyCount` is -1 for a null key.
    struct Slice {
        var start: Int
        var count: Int32
        var keyCount: Int32
    }

    /// What one task adds.
    final class Part {
        let partition: Int32
        /// The task's assignment; another one means that the task was lost in between.
        var assignment: UInt64 = 0
        /// The next input offset.
        var offset: Int64 = 0
        /// The next offset of the label topic, or nil: there is none.
        var labelOffset: Int64?
        /// What the task did, for the journal; nil: nothing that needs one.
        var journal: [UInt8]?
        /// The task's figures, where it is their time.
        var metrics: [UInt8]?
        var metadata = OffsetMetadata()
        /// Where the state partition ended behind this part's records, when they were committed; 0: not known.
        var stateEnd: Int64 = 0
        var predictions: [Slice] = []
        var deadLetters: [DeadLetter] = []
        var driftEvents: [[UInt8]] = []
        var decisions: [[UInt8]] = []
        var examples: [[UInt8]] = []
        var stateRecords: [StateRecord] = []
        /// Where its segments of waiting events go once they are committed; nil: nowhere.
        var store: WaitingStore?
        /// Events in it, dead letters included.
        var events = 0
        /// Times of a few of its records, milliseconds since 1970: how old they are when they are committed.
        var times: [Int64] = []

        init(partition: Int32) { self.partition = partition }

        func reset() {
            predictions.removeAll(keepingCapacity: true)
            deadLetters.removeAll()
            driftEvents.removeAll()
            decisions.removeAll()
            examples.removeAll()
            stateRecords.removeAll()
            store = nil
            labelOffset = nil
            journal = nil
            metrics = nil
            stateEnd = 0
            events = 0
            times.removeAll(keepingCapacity: true)
        }
    }

    /// Keys and values of the predictions.
    let arena = ByteArena()
    private(set) var parts: [Part] = []
    private var spare: [Part] = []
    /// Fresh group metadata, taken when the draft is handed over.
    var group: (any Membership)?
    var tries = 0
    /// Bytes beside the arena's.
    var extraBytes = 0

    var isEmpty: Bool { parts.isEmpty }
    var byteCount: Int { arena.count + extraBytes }

    /// The task's part, made where there is none yet.
    func part(for partition: Int32, assignment: UInt64) -> Part {
        for part in parts where part.partition == partition { return part }
        let part: Part
        if let index = spare.firstIndex(where: { $0.partition == partition }) {
            part = spare.remove(at: index)
        } else {
            part = Part(partition: partition)
        }
        part.assignment = assignment
        parts.append(part)
        return part
    }

    /// Events of a task in it.
    func events(of partition: Int32) -> Int { parts.first { $0.partition == partition }?.events ?? 0 }

    /// Drops the parts of tasks that are no longer owned.
    func keepParts(where isOwned: (Part) -> Bool) {
        for part in parts where !isOwned(part) { part.reset() }
        spare += parts.filter { !isOwned($0) }
        parts.removeAll { !isOwned($0) }
    }

    /// Empties it and keeps the memory.
    func reset() {
        for part in parts { part.reset() }
        spare += parts
        parts.removeAll()
        arena.reset()
        group = nil
        tries = 0
        extraBytes = 0
    }
}
