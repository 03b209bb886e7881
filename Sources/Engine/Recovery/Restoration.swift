import Console
import KafkaClient
import OnlineLearning
import Topology

/// Brings a task back to its committed place: newest whole snapshot, then replay with outputs off, then the digest.
///
/// Runs in slices between the worker's turns, on the worker's thread, with a reader that never joins the group. Trusts
/// nothing that it reads.
final class Restoration {
    enum Phase { case readState, readSegments, readJournal, replay }

    /// What to do about a file that says something else than what is stored.
    enum Following {
        /// Go on under the file's topology, but not back to one that was left.
        case file
        /// The same, and back too: an operator means it.
        case fileAlsoBack
        /// Go on under the stored one: only to look.
        case stored
    }

    /// How long a replay may stand still, and how long a snapshot's commit marker may be on its way.
    struct Patience {
        var marker: Duration
        var replay: Duration
    }

    /// It is replaced where what is stored, or the file, has another topology.
    var task: PartitionTask
    let place: StoredPlace
    /// What the file says.
    let file: TopologyPlan
    let following: Following
    let survived: Bool
    let reader: any LogReader
    let labelReader: (any LogReader)?
    var journal: JournalReplay?
    /// With one input: what was commanded since the snapshot.
    var commands: CommandReplay?
    var segments: SegmentLoading?
    /// Gets each segment of waiting events that the topic gave; and nil where its snapshot is given up.
    var onSegment: ((LabelSegment?) -> Void)?
    /// Looks at what would have been: goes on under this topology from the snapshot on, whatever was changed then.
    var other: TopologyPlan?
    /// Looks at the past: rows from this offset of the input on are not needed.
    var until = Int64.max
    /// Looks at the past: what was published was decided by what was stored, also where that changes nothing of what is learned.
    var isAsStored = false
    /// Looks at the past without some events, by their places.
    var needsPlaces = false
    /// Gets the task before and after each change of the topology that came on the way.
    var onChange: ((PartitionTask, PartitionTask) -> Void)?
    let topics: TopicNames
    private let cluster: Cluster
    let clock: EngineClock
    private let patience: Patience
    let batch = RecordBatch(capacity: 2000)
    var phase = Phase.readState
    private var assembler: SnapshotAssembler
    var isReading = false
    private let markerDeadline: ContinuousClock.Instant
    private var readAgainAt: ContinuousClock.Instant?
    /// The newest snapshot is not whole: the state is read again for the one before it.
    private var takesOlder = false
    /// The snapshot of this transaction lacks a segment.
    var olderThan: UInt64?
    /// What was loaded.
    var loaded: Manifest?
    /// When the replay last came forward.
    var lastRecord: ContinuousClock.Instant
    private(set) var replayed: UInt64 = 0
    /// The numerics id differed and so did the digest: accepted, and stored whole before any new event.
    private(set) var diverged = false

    init(
        task: PartitionTask, place: StoredPlace, survived: Bool, reader: any LogReader,
        labelReader: (any LogReader)? = nil, topics: TopicNames,
        cluster: Cluster, clock: EngineClock, patience: Patience, following: Following = .file
    ) {
        self.task = task
        file = task.topology
        self.following = following
        self.place = place
        self.survived = survived
        self.reader = reader
        self.labelReader = labelReader
        self.topics = topics
        self.cluster = cluster
        self.clock = clock
        self.patience = patience
        assembler = Self.assembler(task.partition, place, cluster, only: place.metadata.snapshot)
        let now = clock.now
        markerDeadline = now + patience.marker
        lastRecord = now
    }

    private static func assembler(
        _ partition: Int32, _ place: StoredPlace, _ cluster: Cluster, only wanted: UInt64, below: UInt64? = nil
    ) -> SnapshotAssembler {
        let isGap = place.gap != nil
        return SnapshotAssembler(
            partition: partition,
            limit: .init(
                sequence: below.map { $0 - 1 } ?? place.metadata.sequence, offset: isGap ? .max : place.offset,
                carried: isGap ? .max : place.metadata.carried, labels: isGap ? .max : place.labels?.offset ?? .max,
                only: isGap ? 0 : wanted),
            cluster: cluster)
    }

    /// Works for about `slice`; true when the task is restored.
    func step(_ slice: Duration) throws(EngineError) -> Bool {
        let end = clock.now + slice
        repeat {
            switch phase {
            case .readState: try readState()
            case .readSegments: try readSegments()
            case .readJournal: try readJournal()
            case .replay: if try replay() { return true }
            }
        } while clock.now < end && readAgainAt == nil
        return false
    }

    /// Lets go of the reader; the next step goes on where this one was, or reads the state again.
    func pause() {
        isReading = false
        assembler = Self.assembler(task.partition, place, cluster, only: wanted, below: olderThan)
        journal?.pause()
    }

    func begin(_ topic: String, at offset: Int64) throws(EngineError) {
        do throws(KafkaError) {
            try reader.assign([PartitionOffset(topic: topic, partition: task.partition, offset: offset, metadata: nil)])
        } catch { throw EngineError(error, "reading \(topic)") }
        isReading = true
        lastRecord = clock.now
    }

    // MARK: The state

    private func readState() throws(EngineError) {
        if let again = readAgainAt {
            guard clock.now >= again else { return }
            readAgainAt = nil
            pause()
        }
        if !isReading { try begin(topics.state, at: place.metadata.stateLowerBound) }
        reader.poll(into: batch, wait: 20)
        defer { batch.release() }
        for index in 0..<batch.count {
            let record = batch[index]
            if record.error == KafkaError.Code.partitionEnd { return try endOfState() }
            try check(record, topics.state)
            guard let key = record.key, let value = record.value else { continue }
            CrashPoint.reach(.duringChunkLoad)
            assembler.add(key: Array(key), value: Array(value))
            lastRecord = clock.now
            // The one that is meant: what follows is not needed.
            if wanted > 0, place.gap == nil, assembler.newest?.sequence == wanted { return try endOfState() }
        }
        try checkPatience(topics.state)
    }

    /// The snapshot that is read for; zero: which one is the newest is not known, or it is not to be had.
    private var wanted: UInt64 { takesOlder || olderThan != nil ? 0 : place.metadata.snapshot }

    private func endOfState() throws(EngineError) {
        let newest = assembler.newest?.sequence
        if olderThan == nil, wanted > 0 || place.gap == nil, newest != place.metadata.snapshot,
            clock.now < markerDeadline
        {
            // Commit markers reach partitions one by one: the state partition may not show the manifest yet.
            readAgainAt = clock.now + .milliseconds(100)
            return
        }
        if newest == nil, wanted > 0 {
            guard !isAsStored else {
                throw EngineError(
                    .data,
                    "partition \(task.partition): snapshot \(wanted) is not whole in \(topics.state): ask for another time, or a "
                        + "later one")
            }
            takesOlder = true
            readAgainAt = clock.now
            return
        }
        let found = assembler.take()
        for refusal in assembler.refusals {
            Log.warning("snapshot passed over", ("partition", "\(task.partition)"), ("reason", refusal))
        }
        guard let found else {
            let reason = assembler.refusals.last.map { " (\($0))" } ?? ""
            throw EngineError(
                .data,
                "partition \(task.partition): no whole snapshot in \(topics.state) at or before transaction "
                    + "\(place.metadata.sequence)\(reason). Restore that topic, or \(topics.resetRemedy)")
        }
        if takesOlder || olderThan != nil, found.manifest.sequence != place.metadata.snapshot {
            Log.warning(
                "the snapshot before the newest is used", ("partition", "\(task.partition)"),
                ("snapshot", "\(found.manifest.sequence)"), ("newest", "\(place.metadata.snapshot)"))
        }
        guard found.manifest.cluster.id == cluster.id || place.gap != nil else {
            throw EngineError(
                .data,
                "partition \(task.partition): the state in \(topics.state) was written on cluster "
                    + "\(found.manifest.cluster.id), and this is \(cluster.id): offsets do not mean the same there: "
                    + topics.remedy())
        }
        if isAsStored || found.manifest.fingerprint != task.topology.fingerprint {
            let stored = try StoredTopology.plan(
                found.manifest.topology, as: file, fingerprint: found.manifest.fingerprint, partition: task.partition)
            task = try task.successor(stored, now: clock.now)
        }
        try task.load(found)
        loaded = found.manifest
        // No event was learned since: nothing to replay, whatever lies between.
        if task.labels == nil, found.manifest.events == place.metadata.events,
            found.manifest.digest == place.metadata.digest
        {
            task.skip(to: place)
        }
        isReading = false
        segments = task.labels.map { SegmentLoading($0, partition: task.partition, cluster: cluster, topics: topics) }
        segments?.onSegment = onSegment
        if segments == nil { try beginReplay() } else { phase = .readSegments }
    }

    // MARK: The replay

    private func replay() throws(EngineError) -> Bool {
        if let gap = place.gap { return try bridge(gap) }
        if let journal { return try replay(journal) }
        if task.labels != nil {
            // Nothing was learned since the snapshot; only markers lie between.
            task.skip(to: place)
            return try finish()
        }
        if task.position >= place.offset { return try finish() }
        if !isReading { try begin(topics.input, at: task.position) }
        reader.poll(into: batch, wait: 20)
        defer { batch.release() }
        for index in 0..<batch.count {
            let record = batch[index]
            switch Self.step(record, until: place.offset) {
            case .finish: return try finish()
            case .wait: continue
            case .check:
                if record.error == KafkaError.Code.autoOffsetReset, task.topology.onGap == .continueFromSnapshot {
                    return try bridge("\(topics.input) does not hold offset \(task.position) any more (retention)")
                }
                try check(record, topics.input)
            }
            CrashPoint.reach(.duringReplay)
            try obey(before: record.offset)
            task.replay(record, skipping: place.metadata.crashed)
            replayed += 1
            lastRecord = clock.now
        }
        try checkPatience(topics.input)
        return false
    }

    private func replay(_ journal: JournalReplay) throws(EngineError) -> Bool {
        switch try journal.step() {
        case .moved(let rows):
            replayed += UInt64(rows)
            lastRecord = clock.now
            return false
        case .waits(let topic):
            try checkPatience(topic)
            return false
        case .gone(let topic) where task.topology.onGap == .continueFromSnapshot:
            return try bridge("\(topic) does not hold what was learned since the snapshot any more (retention)")
        case .gone(let topic):
            throw EngineError(
                .data,
                "partition \(task.partition): \(topic) does not hold the offsets from which the stored state goes on: "
                    + "retention has passed them, or the topic was recreated: \(topics.remedy(at: place.offset))")
        case .done, .reached:
            task.skip(to: place)
            return try finish()
        }
    }

    func checkPatience(_ topic: String) throws(EngineError) {
        guard clock.now - lastRecord < patience.replay else {
            throw EngineError(
                .unavailable, "reading \(topic) [\(task.partition)]: nothing came for \(patience.replay)",
                isTransient: true)
        }
    }

    enum Step: Equatable { case check, wait, finish }

    /// What a record of the input means for the replay.
    static func step(_ record: ConsumedRecord, until target: Int64) -> Step {
        if record.error == 0 || record.error == KafkaError.Code.partitionEnd {
            if record.offset >= target { return .finish }
            // A leader elected a moment ago may not know yet how far its log is committed: the rest will come.
            return record.error == 0 ? .check : .wait
        }
        return .check
    }

    /// Goes on at the place with the state as it is.
    private func bridge(_ reason: String) throws(EngineError) -> Bool {
        try? reader.assign([])
        let from = loaded.map { "\($0.inputOffset)" } ?? "?"
        Log.warning(
            "the model goes on from its snapshot over a gap in the input", ("partition", "\(task.partition)"),
            ("reason", reason), ("snapshot_offset", from), ("offset", "\(place.offset)"))
        task.bridge(to: place, snapshot: loaded?.sequence ?? 0, now: clock.now)
        try follow()
        return true
    }

    private func finish() throws(EngineError) -> Bool {
        try task.labels?.checkStore()
        try? reader.assign([])
        try? labelReader?.assign([])
        CrashPoint.reach(.afterReplay)
        try obey(before: .max)
        let target = place.metadata
        let (events, digest) = (task.state.events, task.state.stateDigest)
        guard events == target.events, digest == target.digest || target.numerics != NumericsIdentity.hash else {
            throw EngineError(
                .fault,
                "partition \(task.partition): replay to offset \(place.offset) gave another state (\(events) events, "
                    + "digest \(digest); committed: \(target.events), \(target.digest)). The task stops rather than go "
                    + "on with a model that is not the one it had: restore \(topics.input) and \(topics.state), or "
                    + topics.resetRemedy)
        }
        diverged = digest != target.digest
        task.resume(at: place, survived: survived, diverged: diverged, now: clock.now)
        try follow()
        return true
    }

    func check(_ record: ConsumedRecord, _ topic: String) throws(EngineError) {
        guard record.error != KafkaError.Code.autoOffsetReset else {
            throw EngineError(
                .data,
                "partition \(task.partition): \(topic) does not hold the offsets from which the stored state goes on: "
                    + "retention has passed them, or the topic was recreated: \(topics.remedy(at: place.offset))")
        }
        guard record.error == 0 else {
            throw EngineError(
                .unavailable, "reading \(topic) [\(task.partition)]: \(KafkaError.describe(record.error))",
                isTransient: true)
        }
    }
}
