import EventFormats
import KafkaClient
import OnlineLearning
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
    let pipeline: Pipeline
    private let intake: EventIntake
    let event: Event
    private var unseen: UnseenFields
    private var isWatching = true
    private let inputs: InputCounts
    let writer: PredictionWriter
    private let noticeWriter: NoticeWriter
    private let noticeArena = ByteArena()
    let schedule: SnapshotSchedule
    var phase = Phase.restoring
    /// Which assignment of the partition this is; retained outputs carry it.
    var assignment: UInt64 = 0
    /// Where it reads.
    private(set) var lane = InputLane()
    /// The next input offset.
    var position: Int64 { lane.position }
    /// The input offset of the last committed transaction.
    private(set) var committedOffset: Int64 = 0
    /// The input offset of the last sealed transaction.
    private var sealedOffset: Int64 = 0
    /// Metadata of the last sealed transaction.
    private(set) var sealed = OffsetMetadata()
    /// Metadata of the last committed transaction.
    var committed = OffsetMetadata()
    var isolation = Isolation()
    var queue: (any LaneClient)?
    /// Records that were read before the task could take them: whether anything has come.
    var first: RecordBatch?
    /// The end of the partition was seen at or after the offset at which to stop.
    var isAtEnd = false
    var counters = EngineStatus.TaskStatus()
    /// Events at the last report.
    private var reported: UInt64?
    private var streamTime = Int64.min
    /// Events were committed since the assignment, or it ends cleanly: the attempt does not count.
    private var hasProgressed = false
    /// A snapshot must be complete before the first event.
    private var storesFirst = false
    private var crashed: [Int64] = []
    /// Events before the last gap in the input.
    private var carried: UInt64 = 0

    /// - Parameter now: the engine's time.
    init(partition: Int32, topology: TopologyPlan, cluster: String, now: ContinuousClock.Instant) {
        self.partition = partition
        self.topology = topology
        pipeline = Pipeline(plan: topology.pipeline, task: UInt32(bitPattern: partition))
        intake = EventIntake(topology.layout.decoder(topology.decoder), maxValueBytes: topology.maxRecordBytes)
        unseen = UnseenFields(topology.decoder, topology.layout)
        event = Event(width: topology.pipeline.schema.width)
        inputs = InputCounts(width: topology.pipeline.schema.width)
        writer = PredictionWriter(
            modelNames: topology.pipeline.models.map(\.name), classes: pipeline.classes, topic: topology.inputTopic)
        noticeWriter = NoticeWriter(topology: topology.name, topic: topology.inputTopic)
        schedule = SnapshotSchedule(partition: partition, topology: topology, cluster: cluster, now: now)
    }

    // MARK: Where it stands

    /// Begins without history, at the resolved start offset.
    func begin(at offset: Int64, stateEnd: Int64) {
        lane = InputLane(at: offset)
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
        do throws(SnapshotError) { try pipeline.read(from: &reader) } catch {
            throw EngineError(.data, "partition \(partition): \(error.message)")
        }
        writer.invalidate()
        lane = InputLane(at: snapshot.manifest.inputOffset)
        schedule.restored(slot: snapshot.manifest.slot, bytes: snapshot.state.count)
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
        schedule.resumed(newest: metadata.snapshot, lowerBound: metadata.stateLowerBound, now: now)
        schedule.sawStateEnd(place.stateEnd)
        isolation = Isolation(attempt: survived ? max(metadata.attempt, 1) : metadata.attempt &+ 1)
        hasProgressed = false
        phase = diverged ? .starting : .waiting
    }

    /// Nothing to learn lies before this offset.
    func skip(to offset: Int64) { lane = InputLane(at: offset) }

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
        if let refusal = output.refusal { return Fault(refusal, topology.decoder) }
        if let prediction = output.prediction { publish(prediction, of: record, part: part, arena: draft.arena) }
        if !output.notices.isEmpty { publish(output.notices, of: record, part: part, draft: draft) }
        return nil
    }

    @inline(never)
    private func watch(_ record: ConsumedRecord) {
        unseen.see(event, record.raw)
        isWatching = unseen.isWatching
    }

    /// Why a record is a dead letter, and the field at fault, or empty.
    struct Fault {
        var code: BadInput
        var field = ""

        init(code: BadInput, field: String = "") {
            self.code = code
            self.field = field
        }

        /// The pipeline did not take the event.
        init(_ refusal: PipelineRefusal, _ plan: DecoderPlan) {
            self.init(code: BadInput(refusal), field: plan.labelField ?? "")
        }
    }

    @inline(never)
    private func skip(_ record: ConsumedRecord) -> Fault {
        isolation.skipsNext = false
        crashed.append(record.offset)
        return Fault(code: .crashed)
    }

    /// Five minutes: how far an event time may be ahead of the broker's.
    private static let futureMilliseconds: Int64 = 300_000

    /// The event's time: its field, else the record's; a future one is clamped to the record's, so that the answer is a
    /// function of the log and not of a clock.
    private func eventTime(of record: ConsumedRecord) -> Int64 {
        guard event.time != .min else { return record.timestamp }
        if record.timestamp > 0, event.time > record.timestamp + Self.futureMilliseconds {
            counters.clampedTimes += 1
            return record.timestamp
        }
        return event.time
    }

    private func publish(
        _ prediction: Prediction, of record: ConsumedRecord, part: TransactionDraft.Part, arena: ByteArena
    ) {
        let time = eventTime(of: record)
        streamTime = max(streamTime, time)
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
        for notice in notices {
            noticeArena.reset()
            noticeWriter.write(
                notice, eventTime: eventTime(of: record), partition: partition, offset: record.offset, into: noticeArena
            )
            let bytes = [UInt8](noticeArena.bytes)
            draft.extraBytes += bytes.count
            counters.record(notice)
            switch notice {
            case .drift: part.driftEvents.append(bytes)
            case .decision: part.decisions.append(bytes)
            }
        }
    }

    /// Makes a dead letter of a record that `process` could not use.
    func bury(
        _ record: ConsumedRecord, _ fault: Fault, headers: [(String, [UInt8]?)], part: TransactionDraft.Part,
        draft: TransactionDraft
    ) {
        let code = fault.code.rawValue
        counters.deadLetters[code, default: 0] += 1
        if counters.firstDeadLetters[code] == nil {
            let why = topology.layout.explain(
                fault.code, field: fault.field, in: record.raw, plan: topology.decoder,
                classes: topology.pipeline.classes)
            counters.firstDeadLetters[code] = .init(offset: record.offset, field: why.field, reason: why.reason)
        }
        let letter = DeadLetter(
            record, code: fault.code, field: fault.field, headers: headers, topic: topology.inputTopic,
            topology: topology.name)
        draft.extraBytes += letter.byteCount
        part.deadLetters.append(letter)
    }

    // MARK: Transactions

    /// Whether it has something to commit although no event came: its start, more of a snapshot, or that the markers and
    /// aborted records at the end of its partition are behind it.
    var wantsTransaction: Bool {
        phase == .starting || schedule.isUploading || (isReady && position > sealedOffset)
    }

    /// The partition has ended at this offset, for now.
    func laneEnded(at offset: Int64) { _ = lane.ended(at: offset) }

    /// A broker said where the input ends.
    func sawEnd(_ offset: Int64, stable: Int64? = nil) { lane.sawEnd(offset, stable: stable) }

    /// Writes its position, and what is due of its snapshot, into the draft.
    ///
    /// - Parameter snapshot: what to do about one: as scheduled, or now if it fits into one transaction.
    func seal(_ part: TransactionDraft.Part, snapshot: SnapshotSchedule.Wish, now: ContinuousClock.Instant) {
        sealed.sequence += 1
        if position > sealedOffset { hasProgressed = true }
        sealed.attempt = hasProgressed ? 0 : isolation.attempt
        sealed.streamTime = streamTime
        sealed.events = pipeline.sequence
        sealed.digest = pipeline.rollingDigest
        sealed.numerics = NumericsIdentity.hash
        let wish = crashed.count == OffsetMetadata.maxCrashed ? .now : snapshot
        part.stateRecords = schedule.next(
            wish, pipeline: pipeline, sequence: sealed.sequence, offset: position, now: now)
        crashed.removeAll { $0 < schedule.olderOffset }
        sealed.crashed = crashed
        sealed.carried = carried
        sealed.snapshot = schedule.newest
        sealed.stateLowerBound = schedule.lowerBound
        sealedOffset = position
        part.offset = position
        part.metadata = sealed
    }

    /// Restored, and nothing of its start is under way.
    var isReady: Bool { phase == .running || phase == .waiting }

    /// The assignment ends cleanly; true where that is still to be committed.
    func endCleanly() -> Bool {
        hasProgressed = true
        return isReady && (committed.attempt != 0 || schedule.isBehind(pipeline))
    }

    /// Everything that it did is committed: what `committed` says is its whole state.
    var isSettled: Bool { isReady && sealed == committed && position == committedOffset }

    /// The transaction with this part is committed.
    func didCommit(_ part: TransactionDraft.Part) {
        committed = part.metadata
        committedOffset = part.offset
        schedule.sawStateEnd(part.stateEnd)
        if phase == .starting {
            if !(storesFirst && schedule.isUploading) { phase = .running }
        } else if part.events > 0 {
            isolation.succeeded()
        }
    }

    /// The canonical state: what `digest` is the SHA-256 of.
    func stateBytes() -> [UInt8] {
        var writer = SnapshotWriter()
        pipeline.write(to: &writer)
        return writer.bytes
    }

    /// What the control plane shows. Cost: a report of all metrics.
    func status(full: Bool) -> EngineStatus.TaskStatus {
        counters.state = phase == .restoring ? .restoring : phase == .withheld ? .withheld : .running
        counters.offset = position
        counters.committed = committedOffset
        counters.end = lane.end
        counters.snapshot = schedule.newest
        counters.snapshotBytes = schedule.newestBytes
        // An idle task has nothing new to report.
        if full, reported != pipeline.sequence {
            reported = pipeline.sequence
            counters.unseen = unseen.fields
            counters.inputs = inputs.values
            counters.report = pipeline.report()
            counters.memoryBytes = pipeline.memoryBytes
        }
        return counters
    }
}

extension ConsumedRecord {
    /// The record for the intake.
    @inline(__always)
    var raw: RawRecord { RawRecord(value: value, key: key) }
}
