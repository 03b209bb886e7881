import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// What there is of a task's past: where it stands, what it can be brought back from, and where its inputs begin.
struct TaskLog {
    let partition: Int32
    let place: StoredPlace
    /// The first offset that the input has, and the label topic.
    let start: Int64
    let labelStart: Int64?
    /// Oldest first; only those whose rows the inputs still have.
    let snapshots: [PastSnapshot]
    /// The inputs' beginnings are the task's own.
    private let isWhole: Bool
    /// What it began under, where that is known.
    let topology: TopologyPlan
    private let topics: TopicNames

    init(_ stored: StoredTasks, _ standing: Standing) throws(EngineError) {
        partition = standing.partition
        topics = stored.topics
        place = try stored.place(of: standing)
        let first = standing.inputStart
        start = first
        labelStart = standing.labels?.start
        let (all, newest) = try stored.snapshots(of: partition, place)
        snapshots = all.filter { $0.inputOffset >= first }
        topology =
            try newest.map { (manifest) throws(EngineError) in
                try StoredTopology.plan(
                    manifest.topology, as: stored.topology, fingerprint: manifest.fingerprint,
                    partition: standing.partition)
            } ?? stored.topology
        isWhole =
            newest?.lineage.isEmpty ?? true && first == 0 && standing.begin == 0 && (labelStart ?? 0) == 0
            && (standing.labels?.begin ?? 0) == 0
            && place.metadata.carried == 0
            && place.gap == nil
    }

    /// Where the task can be seen from on.
    var reach: Int64 { isWhole ? 0 : snapshots.first?.inputOffset ?? place.offset }

    /// What to begin with to see the rows from an offset on; nil: the inputs' beginnings. Throws where nothing reaches so far back.
    func snapshot(before offset: Int64) throws(EngineError) -> PastSnapshot? {
        if let found = snapshots.last(where: { $0.inputOffset <= offset }) { return found }
        guard isWhole else {
            let oldest = snapshots.first.map { " at offset \($0.inputOffset)" } ?? ""
            throw EngineError(
                .data,
                "partition \(partition): nothing is kept that reaches back to offset \(offset): \(topics.input) begins at offset "
                    + "\(start), and the oldest snapshot that can be used stands\(oldest.isEmpty ? " nowhere" : oldest). Ask "
                    + "for a later offset; `history: 7d` in \(topics.file) keeps a week from then on, as far as the topics' own "
                    + "retention.ms reaches")
        }
        return nil
    }

    /// A task that was replayed to the committed place is the one that was committed; nil: by another kind of machine.
    func isCommitted(_ task: PartitionTask) -> Bool? {
        let target = place.metadata
        guard target.numerics == NumericsIdentity.hash else { return nil }
        return task.state.events == target.events && task.state.stateDigest == target.digest
    }

    /// Offsets of records that had ended the process: what the metadata remember, and dead letters tell of older ones. With a
    /// journal they stand there.
    func crashed(after snapshot: PastSnapshot?, _ stored: StoredTasks) throws(EngineError) -> [Int64] {
        guard stored.topology.labels == nil else { return [] }
        var found = place.metadata.crashed
        if let snapshot, snapshot.stateLowerBound >= place.metadata.stateLowerBound { return found }
        do {
            try DeadLetterArchive(stored.topology, on: stored.settings.brokers).read(of: partition) { letter in
                if letter.code == BadInput.crashed.rawValue, letter.source.topic == topics.input {
                    found.append(letter.source.offset)
                }
                return true
            }
        } catch let error as EngineError { throw error } catch { throw EngineError(.fault, "\(error)") }
        return found
    }
}
