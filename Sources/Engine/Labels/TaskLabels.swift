import Console
import EventFormats
import KafkaClient
import OnlineLearning
import Topology

/// A task's label topic: where it stands there, what is fetched of both inputs, and what goes into the journal.
///
/// Owned by one worker's thread.
final class TaskLabels {
    let plan: LabelTopic
    private let partition: Int32
    let learner: LabelledPipeline
    let intake: LabelIntake
    /// Where labels are read.
    var lane = InputLane()
    /// The label offsets of the last committed and of the last sealed transaction.
    var committedOffset: Int64 = 0
    var sealedOffset: Int64 = 0
    var queue: (any LaneClient)?
    /// Fetched records whose turn has not come.
    let events = FetchedRows()
    let labels = FetchedRows()
    var journal = Journal()
    /// When the last row was taken, and when the event time last went on, by a row or a tick.
    private var lastRow: ContinuousClock.Instant
    private var lastAdvance: ContinuousClock.Instant
    /// Whether the next turn is the labels', while a cut input shares turns.
    private var isLabelsTurn = false
    /// How far labels were behind events at the most while nothing was wrong, in milliseconds of event time.
    private var usualLag: Int64 = 0
    /// When labels were missed first, and the event time of then.
    private var missed: (at: ContinuousClock.Instant, clock: Int64)?
    /// Where labels stood when they were held back.
    private var heldAt: Int64 = 0
    /// The loud line about events without room was written.
    var toldOfDropped: UInt64 = 0
    var joins = JoinWatch()
    /// Tells what comes of events and labels; nil: nobody asked.
    let examples: ExampleWriter?
    /// Where rows are that memory has no room for; nil: `label.disk` gives none.
    private(set) var store: WaitingStore?
    /// Where the store is, or would be.
    private var folder: String?

    init(_ plan: LabelTopic, _ topology: TopologyPlan, partition: Int32, now: ContinuousClock.Instant) {
        self.plan = plan
        self.partition = partition
        learner = LabelledPipeline(
            plan: topology.pipeline, rules: plan.rules, memory: plan.memory, disk: plan.disk, period: plan.period,
            keepsSources: plan.tellsExamples, task: UInt32(bitPattern: partition))
        intake = LabelIntake(plan, layout: plan.layout, maxValueBytes: topology.maxRecordBytes)
        examples = plan.tellsExamples ? ExampleWriter(topology) : nil
        lastRow = now
        lastAdvance = now
    }

    /// Events that wait may live in a folder of this one.
    func open(in folder: String) throws(EngineError) {
        self.folder = folder
        guard plan.disk > 0 else { return }
        let store = try WaitingStore.at("\(folder)/\(partition)")
        self.store = store
        learner.keepRows(in: StoredRows(store))
    }

    /// A transaction with these records is committed, and kept on disk.
    func didCommit(_ records: [StateRecord]) {
        guard store != nil, let last = records.compactMap({ $0.segment?.number }).max() else { return }
        learner.didStore(upTo: last)
    }

    /// Throws where the disk has lost what it was given: it is wiped, and a restore takes everything from the topic.
    func checkStore() throws(EngineError) {
        guard let fault = learner.storeFault ?? store?.fault else { return }
        store?.wipe()
        throw EngineError(
            .unavailable,
            "partition \(partition): \(fault). What the local disk held is given up and comes from the state topic; if this "
                + "comes again, the disk behind --state-dir is full or failing", isTransient: true)
    }

    /// What comes of the next row is new (`true`), or was told before.
    func tells(_ isNew: Bool) { if examples != nil { learner.tellsExamples = isNew } }

    /// Rows were taken.
    func sawRow(at now: ContinuousClock.Instant) {
        lastRow = now
        lastAdvance = now
    }

    /// The event time has gone on without a row.
    func ticked(at now: ContinuousClock.Instant) { lastAdvance = now }

    /// What is to be done next with the rows at the heads of both inputs.
    enum Turn: Equatable {
        case take(RowOrder.Input)
        /// A broker holds records of an input that are to be waited for, or there is none at all.
        case nothing
    }

    /// Chooses; cuts an input that was waited for in vain, and holds timeouts while the labels cannot come.
    ///
    /// - Parameter clock: asked for only where the time decides something.
    func turn(at clock: @autoclosure () -> ContinuousClock.Instant) -> Turn {
        if let event = events.head, let label = labels.head, labels.gate.isSteady, events.gate.isSteady,
            learner.hold == .none, let next = learner.next(event: event, label: label)
        {
            sawUsual(learner.lag(ofLabel: label))
            return .take(next)
        }
        return turn(now: clock())
    }

    private func turn(now: ContinuousClock.Instant) -> Turn {
        let hasEvent = events.head != nil, hasLabel = labels.head != nil
        if !hasLabel, hasEvent, labels.gate.isAwaited(at: now, patience: plan.wait) { return .nothing }
        if !hasEvent, hasLabel, events.gate.isAwaited(at: now, patience: plan.wait) { return .nothing }
        labels.gate.look(at: now)
        events.gate.look(at: now)
        if let label = labels.head { compare(learner.lag(ofLabel: label), at: now) }
        hold(labels.gate.hold(at: now))
        if learner.hold != .none { _ = pace(at: now) }
        guard let next = learner.next(event: events.head, label: labels.head) else {
            return .nothing
        }
        guard hasEvent, hasLabel, events.gate.isCut || labels.gate.isCut else { return .take(next) }
        // What was cut is back: turns are shared until it has caught up.
        let behind: RowOrder.Input = labels.gate.isCut ? .labels : .events
        guard next == behind else {
            labels.gate.isLevel(at: now)
            events.gate.isLevel(at: now)
            hold(labels.gate.hold(at: now))
            return .take(next)
        }
        isLabelsTurn.toggle()
        return .take(isLabelsTurn ? .labels : .events)
    }

    /// Labels that have been cut are level where they are as far behind as labels were before; after an outage, where they are
    /// less than a second behind.
    private func compare(_ lag: Int64, at now: ContinuousClock.Instant) {
        guard !labels.gate.isSteady else {
            if learner.hold == .none { missed = nil }
            return sawUsual(lag)
        }
        if lag > max(usualLag, labels.gate.isAfterOutage ? pace(at: now) : 0) {
            labels.gate.sawStraggler(at: now)
        } else {
            labels.gate.isLevel(at: now)
        }
    }

    /// The most that labels are behind; one that comes too late for its event says nothing, and all are forgotten in time.
    private func sawUsual(_ lag: Int64) {
        guard lag <= plan.rules.within else { return }
        usualLag = max(lag, usualLag - usualLag >> 14)
    }

    /// Event time that passes in a second, since the labels were missed.
    private func pace(at now: ContinuousClock.Instant) -> Int64 {
        let missed = missed ?? (now, learner.clock)
        self.missed = missed
        let seconds = max(1, (now - missed.at) / .seconds(1))
        return Int64(min(Double(learner.clock) - Double(missed.clock), 1e18) / seconds)
    }

    private func hold(_ hold: LabelHold) {
        guard hold != learner.hold else { return }
        let former = learner.hold
        learner.hold(hold)
        journal.note(.hold(hold))
        switch hold {
        case .all:
            if former == .none { heldAt = lane.position }
            Log.warning(
                "no labels come: scoring goes on, learning waits for them, and no event's time runs out meanwhile. Is the "
                    + "leader of the partition away, or does a producer's open transaction hide them?",
                ("topic", plan.topic), ("partition", "\(partition)"), ("offset", "\(lane.position)"))
        case .byLabels:
            Log.info(
                "labels come again: until they have caught up, events' time runs out by the labels' clock",
                ("topic", plan.topic), ("partition", "\(partition)"))
        case .none:
            missed = nil
            Log.info(
                former == .all && lane.position == heldAt
                    ? "the label topic can be read again and has nothing new: events' time runs out again"
                    : "labels have caught up", ("topic", plan.topic), ("partition", "\(partition)"))
        }
    }

    /// Between two ticks of one silence.
    private static let tickPeriod = Duration.milliseconds(500)

    /// The time to go on to after so long without a row, or nil: nothing is due by then.
    func idleTime(at now: ContinuousClock.Instant) -> Int64? {
        let silence = now - lastAdvance
        guard now - lastRow >= plan.idle, silence >= Self.tickPeriod, events.isQuiet, labels.isQuiet,
            learner.hold == .none, learner.clock != .min
        else {
            return nil
        }
        let milliseconds = silence.components.seconds * 1000 + silence.components.attoseconds / 1_000_000_000_000_000
        let (time, overflows) = learner.clock.addingReportingOverflow(milliseconds)
        guard !overflows, let due = learner.nextDue, due < time else { return nil }
        return time
    }

    /// Another topology's task goes on at the same place.
    func take(over former: TaskLabels) throws(EngineError) {
        if let folder = former.folder { try open(in: folder) }
        lane = former.lane
        queue = former.queue
        joins = former.joins
        toldOfDropped = former.toldOfDropped
    }

    /// Forgets what was fetched.
    func release() {
        events.release()
        labels.release()
        keepHold()
        queue?.close()
        queue = nil
    }

    /// Stands at a committed place.
    func resume(at start: LabelStart, journal last: UInt64, now: ContinuousClock.Instant) {
        lane = InputLane(at: start.offset)
        committedOffset = start.offset
        sealedOffset = start.offset
        journal = Journal(last: last)
        keepHold()
        sawRow(at: now)
    }

    /// What was held before is not let go because nobody looked meanwhile.
    func keepHold() {
        guard learner.hold != .none else { return }
        heldAt = lane.position
        labels.gate = .held()
    }
}

/// What is fetched of one input and waits for its turn, and its first row.
final class FetchedRows {
    let batch = RecordBatch(capacity: 2000)
    var place = 0
    var gate = LaneGate()
    /// The time of the decoded row at `place`, nil: none is decoded.
    var head: Int64?
    /// What the last answer said.
    private var stableEnd: Int64?

    /// Nothing is there, and nothing is missing.
    var isQuiet: Bool { head == nil && place == batch.count && gate.isAtEnd }

    /// A broker said where the input ends; nil: its leader is away.
    ///
    /// An end that is not beyond what was taken tells as much as a mark of the end. What a transaction hides in two answers
    /// running cannot come for as long as it stays open.
    func sawEnd(_ end: LaneEnd?, position: Int64, at now: ContinuousClock.Instant) {
        defer { stableEnd = end?.stable }
        guard let end else { return gate.lostLeader() }
        gate.foundLeader(at: now)
        guard end.stable == end.open || end.stable != stableEnd else { return gate.lostSight() }
        if end.stable == end.open, end.stable == position { gate.sawEnd(at: now) }
    }

    /// The row at the head was taken.
    func advance() {
        head = nil
        place += 1
    }

    func release() {
        batch.release()
        place = 0
        head = nil
        gate = LaneGate()
    }
}
