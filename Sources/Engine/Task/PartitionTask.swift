import EventFormats
import KafkaClient
import OnlineLearning
import Text
import Topology

/// One partition of a topology: its pipeline, where it stands, and what it has to say in the next transaction.
///
/// Owned by one worker's thread.
final class PartitionTask {
    enum Phase: Equatable {
        case restoring
        /// The topology's topics lack its partition.
        case withheld
        /// Restored; nothing to read has come yet.
        case waiting
        /// Its first transaction (genesis, or the attempt's count) must commit before any event.
        case starting
        case running
    }

    let partition: Int32
    let topology: TopologyPlan
    let cluster: Cluster
    /// Fingerprints of the topologies that its state was learned under before this one, in order.
    var lineage: [UInt64] = []
    /// Its first transaction brings another topology.
    var hasChanged = false
    let pipeline: Pipeline
    let intake: EventIntake
    /// The label topic, or nil: labels stand in the events.
    let labels: TaskLabels?
    /// What is stored and restored.
    var state: any StoredState { labels?.learner ?? pipeline }
    let event: Event
    var unseen: UnseenFields
    var isWatching = true
    let inputs: InputCounts
    let recent: RecentRows
    var peeker: Peeker?
    /// The next alarm is to be kept, to be explained to people.
    var wantsCase = false
    var held: HeldCase?
    let writer: PredictionWriter
    private let noticeWriter: NoticeWriter
    private let noticeArena = ByteArena()
    let schedule: SnapshotSchedule
    var phase = Phase.restoring
    /// Which assignment of the partition this is; retained outputs carry it.
    var assignment: UInt64 = 0
    /// Where it reads.
    var lane = InputLane()
    /// The next input offset.
    var position: Int64 { lane.position }
    /// The input offset of the last committed transaction.
    var committedOffset: Int64 = 0
    /// The input offset of the last sealed transaction.
    var sealedOffset: Int64 = 0
    /// Metadata of the last sealed transaction.
    var sealed = OffsetMetadata()
    /// Metadata of the last committed transaction.
    var committed = OffsetMetadata()
    var isolation = Isolation()
    var queue: (any LaneClient)?
    /// What operators have asked of it.
    var control = TaskControl()
    /// What was fetched for it when it came to rest, and the first record of it that was not taken.
    var aside: (batch: RecordBatch, place: Int)?
    /// Records that were read before the task could take them: whether anything has come.
    var first: RecordBatch?
    /// The end of the partition was seen at or after the offset at which to stop.
    var isAtEnd = false
    var counters = EngineStatus.TaskStatus()
    /// Events at the last report.
    var reported: UInt64?
    var streamTime = Int64.min
    /// The Kafka timestamp of the last event that was answered; `Int64.min`: none was.
    var recordTime = Int64.min
    /// Is told what is published beside predictions, and the offset of the event; nil: nobody looks.
    var onNotice: ((Notice, Int64) -> Void)?
    /// When its figures are published next.
    var nextMetrics: ContinuousClock.Instant
    /// Events in the figures that were published last.
    var toldSequence: UInt64?
    /// What answers rest on, for people; and the events at the last answer that was looked at for it.
    var influence = Influence()
    var weighed: UInt64 = 0
    /// Events were committed since the assignment, or it ends cleanly: the attempt does not count.
    var hasProgressed = false
    /// A snapshot must be complete before the first event.
    var storesFirst = false
    var crashed: [Int64] = []
    /// Events before the last gap in the input.
    var carried: UInt64 = 0

    /// - Parameter now: the engine's time.
    init(partition: Int32, topology: TopologyPlan, cluster: Cluster, now: ContinuousClock.Instant) {
        self.partition = partition
        self.topology = topology
        self.cluster = cluster
        labels = topology.labels.map { TaskLabels($0, topology, partition: partition, now: now) }
        pipeline =
            labels?.learner.pipeline
            ?? Pipeline(plan: topology.pipeline, task: UInt32(bitPattern: partition))
        intake = EventIntake(topology.layout.decoder(topology.decoder), maxValueBytes: topology.maxRecordBytes)
        unseen = UnseenFields(topology.decoder, topology.layout)
        event = Event(width: topology.pipeline.schema.width)
        inputs = InputCounts(width: topology.pipeline.schema.width)
        recent = pipeline.recent ?? RecentRows(width: topology.pipeline.schema.width)
        writer = PredictionWriter(
            modelNames: topology.pipeline.models.map(\.name), classes: pipeline.classes, topic: topology.inputTopic,
            topology: topology.toldName,
            reasons: ReasonWriter(topology.pipeline.schema, pipeline.vocabulary, most: topology.pipeline.reasons))
        noticeWriter = NoticeWriter(topology: topology.name, topic: topology.inputTopic)
        schedule = SnapshotSchedule(partition: partition, topology: topology, cluster: cluster, now: now)
        nextMetrics = now
    }

    // MARK: Where it stands

    /// Begins without history, at the resolved start offset. Commands of an earlier life, before the control partition's
    /// present end, are not obeyed.
    func begin(
        at offset: Int64, stateEnd: Int64, labels start: LabelStart? = nil, controlEnd: Int64 = 0,
        now: ContinuousClock.Instant
    ) {
        control.next = controlEnd
        lane = InputLane(at: offset)
        if let start {
            labels?.resume(at: start, journal: 0, now: now)
            schedule.sawJournalEnd(start.journalEnd)
        }
        committedOffset = offset
        sealedOffset = offset
        schedule.sawStateEnd(stateEnd)
        phase = .starting
    }

    /// Takes a snapshot's state.
    func load(_ snapshot: SnapshotAssembler.Snapshot) throws(EngineError) {
        guard snapshot.manifest.fingerprint == topology.fingerprint else {
            throw EngineError(
                .data,
                "partition \(partition): the stored state is of another topology: what decides learning has changed "
                    + "(features, models, parameters, seed, label). Undo the change, begin anew under another name, or "
                    + "`millrace reset \(topology.file) --yes`")
        }
        var reader = SnapshotReader(snapshot.state)
        do throws(SnapshotError) {
            try state.read(from: &reader)
            try labels?.learner.readStorage(from: &reader)
        } catch {
            throw EngineError(.data, "partition \(partition): \(error.message)")
        }
        writer.invalidate()
        lane = InputLane(at: snapshot.manifest.inputOffset)
        if let offset = snapshot.manifest.labelOffset { labels?.lane = InputLane(at: offset) }
        lineage = snapshot.manifest.lineage
        schedule.restored(snapshot.manifest)
    }

    /// Stands at its committed position after a replay.
    ///
    /// - Parameters:
    ///   - survived: the assignment before this one did not end with its process: it is no attempt.
    ///   - diverged: its state is not bit for bit the one that was committed (another kind of machine): it is stored whole
    ///     before any new event.
    func resume(at place: StoredPlace, survived: Bool, diverged: Bool = false, now: ContinuousClock.Instant) {
        storesFirst = diverged
        let metadata = place.metadata
        lane = InputLane(at: place.offset)
        committedOffset = place.offset
        sealedOffset = place.offset
        sealed = metadata
        committed = metadata
        streamTime = metadata.streamTime
        crashed = metadata.crashed
        carried = metadata.carried
        control.resume(metadata)
        schedule.resumed(
            newest: metadata.snapshot, lowerBound: metadata.stateLowerBound, journal: metadata.journalLowerBound,
            now: now)
        if let start = place.labels {
            labels?.resume(at: start, journal: metadata.journal, now: now)
            schedule.sawJournalEnd(start.journalEnd)
        }
        schedule.sawStateEnd(place.stateEnd)
        isolation = Isolation(attempt: survived ? max(metadata.attempt, 1) : metadata.attempt &+ 1)
        hasProgressed = false
        phase = diverged ? .starting : .waiting
    }

    /// Nothing to learn lies before this offset.
    func skip(to place: StoredPlace) {
        lane = InputLane(at: place.offset)
        if let start = place.labels { labels?.lane = InputLane(at: start.offset) }
    }

    /// Stands at an offset with the state of a snapshot, over what the input does not hold any more; stored whole there before
    /// any new event.
    func bridge(to place: StoredPlace, snapshot: UInt64, now: ContinuousClock.Instant) {
        var place = place
        place.metadata.attempt = 0
        place.metadata.crashed = []
        // Of the last transaction nothing may be known but that the snapshot was one.
        if place.metadata.snapshot == 0 {
            place.metadata.sequence = snapshot
            place.metadata.snapshot = snapshot
            place.metadata.stateLowerBound = 0
        }
        resume(at: place, survived: true, diverged: true, now: now)
        carried = pipeline.sequence
        schedule.forgetHistory()
    }

    /// What its first transaction is to do about a snapshot.
    var firstWish: SnapshotSchedule.Wish { storesFirst ? .always : .now }

    /// Its next event may be the one that killed the process.
    var isOnTrial: Bool { isolation.isTrial && !hasProgressed }

    // MARK: Events

    /// Learns a record again, without outputs.
    func replay(_ record: ConsumedRecord, skipping crashed: [Int64]) {
        guard lane.accepts(record.offset) else { return }
        guard !crashed.contains(record.offset), intake.take(record.raw, into: event) == .good else { return }
        _ = pipeline.step(.event(event))
    }

    /// Decode → Predict → Learn → Detect → Publish of one record, into the task's part of the draft. Returns why it
    /// could not be used, for `bury`.
    ///
    /// Cost: 0 allocations for a good record without a drift event.
    @inline(__always)
    func process(_ record: ConsumedRecord, part: TransactionDraft.Part, draft: TransactionDraft) -> Fault? {
        guard lane.accepts(record.offset) else { return nil }
        part.events += 1
        counters.events += 1
        if isolation.skipsNext { return skip(record) }
        if case .bad(let code, let field) = intake.take(record.raw, into: event) {
            return Fault(code: code, field: field)
        }
        if isWatching { watch(record) }
        inputs.see(event, number: counters.events)
        CrashPoint.poison(record.offset)
        let output = pipeline.step(.event(event))
        if pipeline.recent == nil { recent.see(event, number: counters.events) }
        if let refusal = output.refusal { return Fault(refusal, topology.decoder) }
        if let prediction = output.prediction {
            publish(
                prediction, of: record, at: eventTime(of: record), part: part, arena: draft.arena)
        }
        if !output.notices.isEmpty { publish(output.notices, of: record, part: part, draft: draft) }
        return nil
    }

    @inline(never)
    func watch(_ record: ConsumedRecord) {
        unseen.see(event, record.raw)
        isWatching = unseen.isWatching
    }

    @inline(never)
    func skip(_ record: ConsumedRecord) -> Fault {
        isolation.skipsNext = false
        // With a journal it stands there.
        if labels == nil { crashed.append(record.offset) }
        return Fault(code: .crashed)
    }

    /// Five minutes: how far an event time may be ahead of the broker's.
    private static let futureMilliseconds: Int64 = 300_000

    /// The event's time: its field, else the record's; a future one is clamped to the record's, so that the answer is a
    /// function of the log and not of a clock.
    private func eventTime(of record: ConsumedRecord) -> Int64 {
        let time = Self.time(event.time, of: record)
        if time != event.time, event.time != .min { counters.clampedTimes += 1 }
        return time
    }

    /// A field's time, or `Int64.min`, on the record that it stands in.
    @inline(__always)
    static func time(_ field: Int64, of record: ConsumedRecord) -> Int64 { time(field, at: record.timestamp) }

    /// The same of a record with this timestamp.
    @inline(__always)
    static func time(_ field: Int64, at timestamp: Int64) -> Int64 {
        guard field != .min else { return timestamp }
        return timestamp > 0 && field > timestamp + futureMilliseconds ? timestamp : field
    }

    func publish(
        _ prediction: Prediction, of record: ConsumedRecord, at time: Int64, part: TransactionDraft.Part,
        arena: ByteArena
    ) {
        streamTime = max(streamTime, time)
        recordTime = record.timestamp
        if wantsCase { hold(prediction, offset: record.offset, at: time) }
        let start = arena.count
        if let key = record.key { arena.append(key) }
        let valueStart = arena.count
        writer.write(
            prediction, id: event.id, key: record.key ?? UnsafeRawBufferPointer(start: nil, count: 0), eventTime: time,
            partition: record.partition, offset: record.offset, into: arena)
        part.predictions.append(
            TransactionDraft.Slice(
                start: start, count: Int32(arena.count - valueStart),
                keyCount: record.key == nil ? -1 : Int32(valueStart - start)))
    }

    private func publish(
        _ notices: [Notice], of record: ConsumedRecord, part: TransactionDraft.Part, draft: TransactionDraft
    ) {
        publish(notices, at: eventTime(of: record), offset: record.offset, part: part, draft: draft)
    }

    /// - Parameters:
    ///   - offset: of the event that they followed.
    ///   - more: what their records say beside that.
    func publish(
        _ notices: [Notice], at time: Int64, offset: Int64, part: TransactionDraft.Part, draft: TransactionDraft,
        more: [(String, JSON)] = []
    ) {
        for notice in notices {
            noticeArena.reset()
            noticeWriter.write(
                notice, eventTime: time, partition: partition, offset: offset, more: more, into: noticeArena)
            let bytes = [UInt8](noticeArena.bytes)
            draft.extraBytes += bytes.count
            counters.record(notice)
            onNotice?(notice, offset)
            switch notice {
            case .drift: part.driftEvents.append(bytes)
            case .decision: part.decisions.append(bytes)
            }
        }
    }
}
