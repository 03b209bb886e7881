/// A pipeline whose labels come by themselves, some time after their events: scores now, learns when the truth arrives.
///
/// The one place where labels meet events, for `run`, its replay and `evaluate`: the same rows in the same order give the
/// same bytes. For each row, in the order of `next` or of a journal: `take`, `nextTimeout` until it is nil, then `score`
/// and `matchEarly`, or `learn`. Cost: the pipeline's, a hash and O(log n) per row. Not thread-safe: one task owns
/// it. Source: `protocol.md`, "Late labels, precisely".
public final class LabelledPipeline: Snapshottable {
    /// What scores and learns.
    public let pipeline: Pipeline
    /// The declared rules.
    public var rules: LabelRules { join.rules }
    /// The event time that has come: of the latest row, or of a tick beyond it.
    @exclusivity(unchecked) public private(set) var clock = Int64.min
    /// Whose row comes next; part of the state, for it decides what a label finds.
    @exclusivity(unchecked) private var order = RowOrder()
    /// Labels taken, whatever became of them.
    @exclusivity(unchecked) public private(set) var labels: UInt64 = 0
    /// Which events' time may run out.
    @exclusivity(unchecked) public private(set) var hold = LabelHold.none
    /// How long labels took.
    @exclusivity(unchecked) public private(set) var delays = LabelDelays()
    /// Quality by the time of the events.
    public let byEventTime: EventTimeMetrics
    @exclusivity(unchecked) private(set) var join: LabelJoin
    private let row: AnswerRow
    /// The answer of the row that is learned.
    @exclusivity(unchecked) private var recalled: Answer
    private let mostEntries: Int
    let memory: Int
    @exclusivity(unchecked) private var early: LabelJoin.Verdict = .nothing
    private let keepsSources: Bool
    /// Whether what comes of events and labels is collected for `takeExamples`.
    public var tellsExamples: Bool {
        get { join.tellsOrphans }
        set { join.tellsOrphans = newValue }
    }
    @exclusivity(unchecked) private var examples: [LabelledExample] = []

    /// - Parameters:
    ///   - memory: bytes of the events that wait, a bound.
    ///   - disk: bytes of those that found no room in memory. Over both the oldest is dropped, counted and never learned:
    ///     by their number, for what is dropped must not depend on where an event lives.
    ///   - period: milliseconds of event time, for `byEventTime`.
    ///   - keepsSources: rows know their records, 64 bytes each, for examples.
    public init(
        plan: PipelinePlan, rules: LabelRules, memory: Int, disk: Int = 0, period: Int64 = 3_600_000,
        keepsSources: Bool = false, task: UInt32 = 0
    ) {
        self.keepsSources = keepsSources
        pipeline = Pipeline(plan: plan, task: task)
        row = AnswerRow(
            models: pipeline.slots.count, rowWidth: plan.schema.width, answerWidth: pipeline.objective.width)
        recalled = row.empty
        let rowBytes = row.bytes + (keepsSources ? RowSource.bytes : 0)
        join = LabelJoin(rules: rules, rowBytes: rowBytes, source: keepsSources ? row.bytes : nil)
        mostEntries = Self.mostEntries(memory: memory, disk: disk, rowBytes: rowBytes)
        self.memory = memory
        let settles = rules.within.addingReportingOverflow(rules.lateWithin)
        byEventTime = EventTimeMetrics(
            length: period, settles: settles.overflow ? .max : settles.partialValue,
            isClassification: pipeline.objective.classCount > 0)
    }

    /// What is found by id is in memory, always; of a row what memory does not hold is on disk.
    private static func mostEntries(memory: Int, disk: Int, rowBytes: Int) -> Int {
        let entry = WaitingTable.bytesPerEntry
        guard disk > 0 else { return max(1, memory / (entry + rowBytes)) }
        let (room, overflows) = memory.addingReportingOverflow(disk)
        return max(1, min(memory / 4 * 3 / entry, (overflows ? Int.max : room) / (entry + rowBytes)))
    }

    // MARK: What happened so far

    /// What became of events and labels.
    public var counts: LabelCounts { join.counts }
    /// Events whose label has not come and may still come in time.
    public var waiting: Int { join.waiting }
    /// Labels whose event has not come.
    public var unmatched: Int { join.unmatched }
    /// The share of the labels that found their event; NaN before the first. Labels that still wait for their event
    /// count as such that did not find it.
    public var joinRatio: Double { Double(labels - counts.orphan - UInt64(unmatched)) / Double(labels) }
    /// Bytes that the waiting events hold.
    public var waitingBytes: Int { join.memoryBytes }
    /// Rows, ticks and holds so far: another number, another state.
    @exclusivity(unchecked) public private(set) var steps: UInt64 = 0

    /// A hash of what the pipeline answered and learned and of every row in its order: equal after equal histories.
    public var digest: UInt64 {
        var digest = rows
        for count in counts.list { Self.mix(count, into: &digest) }
        Self.mix(pipeline.rollingDigest, into: &digest)
        return digest
    }

    @exclusivity(unchecked) private var rows: UInt64 = 0

    private static func mix(_ bits: UInt64, into digest: inout UInt64) {
        let mixed = (digest ^ bits) &* 0x9e37_79b9_7f4a_7c15
        digest = mixed ^ (mixed >> 29)
    }

    /// A row's kind and whose it is, at its time.
    private func note(_ kind: UInt64, _ key: EventKey, _ time: Int64) {
        steps += 1
        for part in [kind, key.high, key.low, UInt64(bitPattern: time)] { Self.mix(part, into: &rows) }
    }

    /// Ids of labels whose event has not come, at most so many. Cost: what is remembered; not for every label.
    public func unmatchedKeys(_ most: Int) -> [EventKey] { join.unmatchedKeys(most) }

    /// Whether an event of that id was scored and is remembered.
    public func holdsEvent(_ key: EventKey) -> Bool { join.holdsEvent(key) }

    /// A label came before its event, which is still to come, and is in time where that is at `time`, in milliseconds.
    public func holdsLabel(_ key: EventKey, at time: Int64) -> Bool { join.holdsLabel(key, at: time) }

    // MARK: Rows

    /// The input whose row comes next by the times of both heads; nil: there is none (`RowOrder.next`).
    public func next(event: Int64?, label: Int64?) -> RowOrder.Input? { order.next(event: event, label: label) }

    /// The next row is of this input; gives the clock for `nextTimeout`.
    public func take(_ input: RowOrder.Input, at time: Int64) -> Int64 { order.take(input, at: time) }

    /// A row of this time comes next: what is due before it, one after the other. Call until nil.
    public func nextTimeout(before time: Int64) -> PipelineOutput? {
        clock = max(clock, time)
        guard hold != .all else { return nil }
        guard let learning = join.next(before: hold == .none ? clock : order.labels) else {
            byEventTime.advance(to: clock)
            return nil
        }
        return learn(learning)
    }

    /// Scores an event; its label comes later, or `matchEarly` has it already.
    ///
    /// - Parameters:
    ///   - key: of its id.
    ///   - time: the event's own.
    ///   - offset: of its record, to be told.
    ///   - awaitsLabel: false: it is known that no label will come.
    public func score(
        _ event: Event, _ key: EventKey, time: Int64, offset: Int64 = -1, awaitsLabel: Bool = true
    ) -> PipelineOutput {
        note(1, key, time)
        event.label = .none
        while join.entries >= mostEntries { join.dropOldest() }
        let output = pipeline.step(.event(event, keeping: awaitsLabel))
        guard let answer = output.answer else { return output }
        early = join.scored(key, sequence: answer.sequence, time: time) {
            row.store(answer, at: $0)
            if keepsSources { RowSource.store(offset, event.id, at: $0 + row.bytes) }
        }
        byEventTime.scored(at: time, clock: clock)
        return output
    }

    /// After `score` and once its prediction is used up: what a label that had come first brings about, or nil.
    public func matchEarly() -> PipelineOutput? {
        guard case .learn(let learning) = early else { return nil }
        early = .nothing
        delays.add(0)
        return learn(learning, labelTime: learning.labelTime)
    }

    /// A label came. A refusal changes nothing.
    ///
    /// - Parameters:
    ///   - offset: of its record, to be told.
    ///   - id: its event's, the same.
    public func learn(
        _ key: EventKey, _ value: LabelValue, time: Int64, offset: Int64 = -1,
        id: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> PipelineOutput {
        let label: Label
        switch pipeline.vocabulary.read(value) {
        case .success(let read): label = read
        case .failure(let refusal): return PipelineOutput(refusal: refusal)
        }
        note(2, key, time)
        labels += 1
        while join.entries >= mostEntries { join.dropOldest() }
        let before = (join.counts.matched, join.counts.late)
        let conflicts = join.counts.conflict
        let verdict = join.label(key, label, sequence: labels, time: time) {
            $0.initializeMemory(as: UInt8.self, repeating: 0, count: row.bytes)
            RowSource.store(offset, id, at: $0 + row.bytes)
        }
        if tellsExamples, join.counts.conflict > conflicts {
            examples.append(
                LabelledExample(
                    outcome: .conflict, source: RowSource(offset: offset, id: id), label: label, labelTime: time))
        }
        guard case .learn(let learning) = verdict else {
            // A class is met when its label is, whatever becomes of that.
            pipeline.vocabulary.add(value, read: label)
            return PipelineOutput()
        }
        if (join.counts.matched, join.counts.late) != before {
            let span = time.subtractingReportingOverflow(learning.time)
            delays.add(span.overflow ? 0 : span.partialValue)
        }
        return learn(learning, as: value, labelTime: time)
    }

    /// Time goes on without rows; what is due then comes from `nextTimeout(before: time)`.
    public func tick(_ time: Int64) {
        note(3, EventKey(high: 0, low: 0), time)
        clock = max(clock, time)
        _ = pipeline.step(.tick(clock))
    }

    /// Labels cannot come, come again, or have caught up.
    public func hold(_ hold: LabelHold) {
        let kind: UInt64 =
            switch hold {
            case .all: 4
            case .none: 5
            case .byLabels: 7
            }
        note(kind, EventKey(high: 0, low: 0), clock)
        self.hold = hold
    }

    /// How far a label of this time is behind the events that were taken, in milliseconds; below 0: it is ahead.
    public func lag(ofLabel time: Int64) -> Int64 { order.lag(ofLabel: time) }

    /// An operator's word. A refusal changes nothing.
    public func obey(_ command: PipelineCommand) -> PipelineOutput {
        let output = pipeline.step(.control(command))
        if output.refusal == nil { note(6, EventKey(high: 0, low: 0), clock) }
        return output
    }

    /// When the time of the event that is due first runs out, or nil: nothing waits.
    public var nextDue: Int64? { join.nextDue }

    /// What came of events and labels since the last time, in its order; nothing but where `tellsExamples`.
    public func takeExamples() -> [LabelledExample] {
        let orphans = join.takeOrphans()
        defer { if !examples.isEmpty { examples = [] } }
        return tellsExamples ? orphans + examples : []
    }

    private func tell(
        _ learning: LabelJoin.Learning, _ answer: Answer, at place: UnsafeRawPointer, _ labelTime: Int64?
    ) {
        let said = answer.standIn ?? answer.model
        let isClass = pipeline.objective.classCount > 0
        examples.append(
            LabelledExample(
                outcome: learning.reason.outcome, source: RowSource(at: place + row.bytes), label: learning.label,
                labelTime: labelTime,
                scored: .init(
                    time: learning.time, classIndex: answer.said[said].classIndex,
                    value: isClass ? .nan : answer.values(said).first ?? .nan,
                    loss: pipeline.outcome(answer, learning.label).loss, answer: answer)))
    }

    private func learn(
        _ learning: LabelJoin.Learning, as value: LabelValue? = nil, labelTime: Int64? = nil
    ) -> PipelineOutput {
        defer { join.done(learning) }
        guard let place = join.row(of: learning) else { return PipelineOutput() }
        row.load(place, into: &recalled)
        let answer = recalled
        let label = learning.label
        let value = value ?? (label.classIndex >= 0 ? .index(label.classIndex) : .number(label.target))
        let isTruth = learning.reason == .matched || learning.reason == .timeout
        let output = pipeline.step(isTruth ? .label(answer, value) : .correction(answer, value))
        guard output.refusal == nil else { return output }
        byEventTime.known(
            pipeline.outcome(answer, label), at: learning.time,
            before: learning.before.isKnown ? pipeline.outcome(answer, learning.before) : nil, clock: clock)
        if tellsExamples, keepsSources { tell(learning, answer, at: place, labelTime) }
        return output
    }

    // MARK: Snapshots

    /// Everything that changes a later answer or count, in one form wherever the waiting events live.
    public func write(to writer: inout SnapshotWriter) {
        let place = writer.bytes.count
        writer.write(UInt64(0))
        pipeline.write(to: &writer)
        writer.patch(UInt64(writer.bytes.count - place - 8), at: place)
        writer.write(clock)
        order.write(to: &writer)
        writer.write(labels)
        writer.write(steps)
        writer.write(rows)
        writer.write(hold.rawValue)
        delays.write(to: &writer)
        byEventTime.write(to: &writer)
        join.write(to: &writer)
    }

    /// Takes state back into one that was just made from the same plan and rules; throws what differs, in words. What waits
    /// is taken back by `readStorage`, every segment, and `checkSegments`.
    public func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        let length = Int(clamping: try reader.read(UInt64.self))
        var part = SnapshotReader(reader.bytes, try reader.take(length))
        try pipeline.read(from: &part)
        try readRest(from: &reader)
    }

    /// Goes on where one of another plan stood, whose models and features have the same places (`Pipeline.adopt`).
    public func adopt(_ former: LabelledPipeline) throws(SnapshotError) {
        try pipeline.adopt(former.pipeline)
        var writer = SnapshotWriter()
        former.write(to: &writer)
        var reader = SnapshotReader(writer.bytes)
        _ = try reader.take(Int(clamping: try reader.read(UInt64.self)))
        try readRest(from: &reader)
        // What waits stays where it is: its rows have the same places.
        join = former.join
    }

    private func readRest(from reader: inout SnapshotReader) throws(SnapshotError) {
        clock = try reader.read()
        try order.read(from: &reader)
        labels = try reader.read()
        steps = try reader.read()
        rows = try reader.read()
        guard let hold = LabelHold(rawValue: try reader.read(UInt8.self)) else {
            throw SnapshotError("the snapshot holds events in a way that does not exist")
        }
        self.hold = hold
        delays = try LabelDelays(from: &reader)
        try byEventTime.read(from: &reader)
        try join.read(from: &reader)
        early = .nothing
    }
}
