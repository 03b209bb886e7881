import OnlineLearning
import Topology

/// When a task's state is copied to the state topic, within a budget of bytes per second, and where it stands there.
final class SnapshotSchedule {
    enum Wish {
        case none, asScheduled
        /// If it fits into one transaction.
        case now
        /// If it can be stored while the process ends.
        case atEnd
        /// Whatever its size.
        case always

        /// Where another task's snapshot is on its way: a worker holds one copy of a state, and not one a task.
        var whileAnotherGoes: Wish { self == .asScheduled || self == .atEnd ? .none : self }
    }

    /// Bytes per second and task.
    static let budget = 256 << 10
    /// A larger state takes several transactions.
    static let fits = SnapshotChunks.transactionBytes - SnapshotChunks.chunkBytes

    /// Some twenty transactions: a second or two at an end.
    static let fitsAnEnd = 64 << 20

    private let partition: Int32
    private let topologyText: String
    private let fingerprint: UInt64
    private let cluster: Cluster
    private var lineage: [UInt64] = []
    private var history: SnapshotHistory
    /// What was kept before a gap: the next snapshot deletes it.
    private var forgotten: [KeptSnapshot] = []
    private var upload: SnapshotChunks?
    private var due: ContinuousClock.Instant
    private var slot: UInt8 = 0
    private var writer = SnapshotWriter()
    private var snapshotRevision = UInt64.max
    /// An end that the state partition once had, asked for at the start and told by our own deliveries since: nobody else
    /// writes there.
    private var knownEnd: Int64 = 0
    /// Sequence, input offset and lower bound of the two newest complete snapshots.
    private var complete: [(sequence: UInt64, offset: Int64, lowerBound: Int64, journal: Int64)] = []
    /// An end that the journal partition once had.
    private var knownJournalEnd: Int64 = 0
    private var uploadJournal: Int64 = 0
    private(set) var newestBytes = 0
    /// Where complete snapshots began, thinned out.
    private(set) var marks: [JournalMark] = []
    private static let mostMarks = 64

    init(partition: Int32, topology: TopologyPlan, cluster: Cluster, now: ContinuousClock.Instant) {
        due = now
        self.partition = partition
        self.cluster = cluster
        topologyText = topology.text
        fingerprint = topology.fingerprint
        history = SnapshotHistory(topology.history)
    }

    /// What is kept beside the two newest, oldest first.
    var kept: [KeptSnapshot] { history.kept }
    var isUploading: Bool { upload != nil }
    var newest: UInt64 { complete.last?.sequence ?? 0 }
    /// Both kept snapshots are at or behind it.
    var lowerBound: Int64 { complete.first?.lowerBound ?? 0 }
    /// The input offset of the newest one that was made since the start.
    var newestOffset: Int64? { complete.last.flatMap { $0.offset < 0 ? nil : $0.offset } }
    /// What was journaled after the older one is at or behind it.
    var journalLowerBound: Int64 { complete.first?.journal ?? 0 }
    /// The input offset of the older one; -1 where it is not known.
    var olderOffset: Int64 { complete.first?.offset ?? 0 }

    /// There are events that no snapshot holds, and one may be taken by this wish.
    func isBehind(_ state: any StoredState, _ wish: Wish = .now) -> Bool { begins(wish, state, due) }

    func restored(_ manifest: Manifest) {
        slot = manifest.history?.slot ?? (manifest.slot + 1) % SnapshotChunks.slots
        newestBytes = manifest.byteCount
        lineage = manifest.lineage
        history.kept = manifest.kept
    }

    /// Offsets mean something else now: nothing of before can be looked at.
    func forgetHistory() {
        forgotten += history.kept
        history.kept = []
    }

    /// Under another topology, where a task's former one stood.
    func goOn(_ former: SnapshotSchedule, lineage: [UInt64]) {
        slot = former.slot
        newestBytes = former.newestBytes
        knownEnd = former.knownEnd
        knownJournalEnd = former.knownJournalEnd
        history.kept = former.history.kept
        forgotten = former.forgotten
        self.lineage = lineage
    }

    func resumed(newest: UInt64, lowerBound: Int64, journal: Int64, now: ContinuousClock.Instant) {
        complete = [(newest, -1, lowerBound, journal)]
        due = now
    }

    /// The state partition reached at least this offset.
    func sawStateEnd(_ offset: Int64) { knownEnd = max(knownEnd, offset) }

    /// The journal partition reached at least this offset.
    func sawJournalEnd(_ offset: Int64) { knownJournalEnd = max(knownJournalEnd, offset) }

    /// The journal begins there.
    func trimmed(before offset: Int64) { marks.removeAll { $0.journal <= offset } }

    /// The state records of the transaction that is being sealed.
    ///
    /// - Parameter time: the Kafka timestamp of the last event before it, or `Int64.min`.
    func next(
        _ wish: Wish, state: any StoredState, sequence: UInt64, offset: Int64, labelOffset: Int64? = nil,
        time: Int64 = .min, now: ContinuousClock.Instant
    ) -> [StateRecord] {
        if upload == nil, begins(wish, state, now) {
            start(state, sequence: sequence, offset: offset, labelOffset, time: time, now: now)
        }
        guard var current = upload else { return [] }
        let (records, isComplete) = current.next(partition: partition)
        upload = current
        if isComplete {
            complete.append(
                (current.manifest.sequence, current.manifest.inputOffset, current.lowerBound, uploadJournal))
            if complete.count > 2 { complete.removeFirst() }
            if let labels = current.manifest.labelOffset {
                marks.append(
                    JournalMark(journal: uploadJournal, events: current.manifest.inputOffset, labels: labels))
                if marks.count > Self.mostMarks {
                    marks = marks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                }
            }
            newestBytes = current.state.count
            upload = nil
            // Seldom made, and as large as the model: not kept for the next.
            if newestBytes > Self.fits { writer = SnapshotWriter() }
        }
        return records
    }

    private func begins(_ wish: Wish, _ state: any StoredState, _ now: ContinuousClock.Instant) -> Bool {
        guard state.revision != snapshotRevision else { return false }
        switch wish {
        case .none: return false
        case .asScheduled: return now >= due || state.needsSnapshot
        case .now: return newestBytes <= Self.fits && state.newBytes <= SnapshotChunks.transactionSegmentBytes / 2
        case .atEnd: return newestBytes <= Self.fitsAnEnd && state.newBytes <= Self.fitsAnEnd
        case .always: return true
        }
    }

    private func start(
        _ state: any StoredState, sequence: UInt64, offset: Int64, _ labelOffset: Int64?, time: Int64,
        now: ContinuousClock.Instant
    ) {
        // Of the snapshot before.
        let firstSegment = state.firstSegment
        let (segments, deleted) = state.seal(at: knownEnd)
        writer.reset()
        let canonical = state.writeAll(to: &writer)
        snapshotRevision = state.revision
        uploadJournal = knownJournalEnd
        let former = forgotten + history.kept
        let isKept = history.isDue(at: time)
        let ownSlot = isKept ? history.freeSlot(besides: forgotten) : slot
        if !isKept { slot = (slot + 1) % SnapshotChunks.slots }
        let past = PastSnapshot(
            sequence: sequence, inputOffset: offset, events: state.events, time: time, stateLowerBound: knownEnd,
            journalLowerBound: knownJournalEnd)
        if isKept {
            let chunks = UInt32(SnapshotChunks.count(of: writer.bytes.count))
            history.kept.append(
                KeptSnapshot(past: past, slot: ownSlot, chunks: chunks, firstSegment: firstSegment))
        }
        let dropped = forgotten + history.trim()
        forgotten = []
        let isListed = history.isOn || !history.kept.isEmpty
        let place = isListed ? SnapshotHistory.Place(slot: slot, kept: history.kept) : nil
        let manifest = Manifest(
            sequence: sequence, inputOffset: offset, labelOffset: labelOffset, slot: ownSlot, state: writer.bytes,
            canonical: canonical, digest: state.stateDigest, events: state.events, fingerprint: fingerprint,
            topology: topologyText, lineage: lineage, history: place, cluster: cluster)
        due = now + .milliseconds((writer.bytes.count + manifest.encoded.count) * 1000 / Self.budget)
        upload = SnapshotChunks(
            manifest: manifest, state: writer.bytes, lowerBound: knownEnd,
            segments: segments.map { SnapshotChunks.record($0, partition: partition, cluster) },
            tombstones: tombstones(deleted, former, dropped, firstSegment))
    }

    /// What nobody needs once the snapshot that begins is complete.
    ///
    /// - Parameters:
    ///   - deleted: segments of waiting events that neither of the two newest snapshots lists.
    ///   - former: what was kept before.
    ///   - firstSegment: the snapshot before lists none with a lower number.
    private func tombstones(
        _ deleted: [UInt32], _ former: [KeptSnapshot], _ dropped: [KeptSnapshot], _ firstSegment: UInt32
    ) -> [StateRecord] {
        let own = dropped.flatMap { SnapshotChunks.tombstones($0, partition: partition) }
        guard let oldest = former.first else {
            return own + deleted.map { SnapshotChunks.tombstone($0, partition: partition) }
        }
        // A snapshot that is kept may list them: the topic has them until it goes.
        let local = deleted.map { StateRecord(key: [], value: [], deletes: $0, isLocal: true) }
        let free = min(history.kept.first?.firstSegment ?? .max, firstSegment)
        return own + local
            + (oldest.firstSegment..<max(oldest.firstSegment, free)).map {
                SnapshotChunks.tombstone($0, partition: partition)
            }
    }
}
