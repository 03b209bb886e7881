import EventFormats
import Foundation
public import OnlineLearning
public import Topology

/// Runs a topology over records without a broker: each event is predicted first and learned then, by the same pipeline,
/// decoders and writers as the engine's task 0.
///
/// No side effect but the prediction records, where they are asked for. Not thread-safe.
public struct Evaluation {
    /// The topology that is evaluated.
    public var topology: TopologyPlan
    /// Takes prediction records, each with its line break, some kilobytes at a time.
    public var predictions: ((UnsafeRawBufferPointer) throws -> Void)?
    /// Is told rows read and the source's fraction, every thousand rows or so.
    public var progress: ((_ rows: Int, _ fraction: Double?, _ pipeline: Pipeline) -> Void)?
    /// Rows to stop after.
    public var limit = Int.max
    /// Points of the learning curve, at most.
    public var curvePoints = 0
    /// Samples of the counts over the rows, at most, for a report.
    public var coursePoints = 0
    /// Places of events, and of labels that come by themselves, that are scored and never learned.
    public var without: [ClosedRange<UInt64>] = []
    /// When the labels are known; nil: with their events.
    public var delay: LabelDelay?
    /// The labels' own records, for a topology with a label topic.
    public var labels: (any RecordSource)?
    /// Rows in the order of a task's journal, with sources of its own.
    public var order: JournalOrder?

    /// An evaluation of a topology.
    public init(_ topology: TopologyPlan) { self.topology = topology }

    /// Runs to the end of the source.
    ///
    /// - Throws: what the source (`RecordError`) and `predictions` throw.
    public func run(_ source: any RecordSource) throws -> EvaluationResult {
        let run = EvaluationRun(self, source)
        let clock = ContinuousClock()
        let start = clock.now
        if let order {
            while run.row < limit, try run.takeStep(of: order) { if run.steps & 1023 == 0 { try pause(run, source) } }
        } else if run.takesLabels {
            while try run.takeRow(of: source, limit: limit) { if run.steps & 1023 == 0 { try pause(run, source) } }
        } else {
            while run.row < limit, let record = try source.next() {
                run.take(record, of: source)
                run.addCurvePoint()
                if run.row & 1023 == 0 { try pause(run, source) }
            }
        }
        try flush(run)
        let elapsed = clock.now - start
        return run.result(seconds: elapsed / .seconds(1), remarks: source.remarks)
    }

    private func pause(_ run: EvaluationRun, _ source: any RecordSource) throws {
        progress?(run.row, source.fraction, run.pipeline)
        try flush(run)
    }

    private func flush(_ run: EvaluationRun) throws {
        if let predictions, run.arena.count > 0 { try predictions(run.arena.bytes) }
        run.arena.reset()
    }
}

/// The state of one evaluation.
final class EvaluationRun {
    let topology: TopologyPlan
    let pipeline: Pipeline
    let arena = ByteArena(capacity: 1 << 16)
    private let writesPredictions: Bool
    private let curvePoints: Int
    private let intake: EventIntake
    private let event: Event
    private let writer: PredictionWriter
    // A write to a property that others can see is checked at run time.
    private var taken = 0
    var row: Int { taken }
    private let layout: EventLayout
    private var rejected = RejectedRecords()
    private var unseen: UnseenFields
    private var isWatching = true
    private let delayed: DelayedRun?
    private let labelled: LabelledRun?
    private var hasEvent = false
    /// Events and labels taken, where they come by themselves.
    private(set) var steps = 0
    private var drifts: [EvaluationResult.Drift] = []
    private var warnings: [EvaluationResult.Drift] = []
    private var improvements: [EvaluationResult.Drift] = []
    private var decisions: [EvaluationResult.Decision] = []
    private var curve: [EvaluationResult.CurvePoint] = []
    private var curveStep = 1
    private var idText: [UInt8] = []
    let course: EvaluationCourse

    init(_ evaluation: Evaluation, _ source: any RecordSource) {
        layout = source.layout
        unseen = UnseenFields(evaluation.topology.decoder, layout)
        var topology = evaluation.topology
        topology.pipeline.without = evaluation.without
        self.topology = topology
        writesPredictions = evaluation.predictions != nil
        curvePoints = evaluation.curvePoints
        course = EvaluationCourse(points: evaluation.coursePoints)
        delayed = evaluation.delay.map { DelayedRun($0, topology) }
        labelled = topology.labels.flatMap { plan in
            (evaluation.order?.labels ?? evaluation.labels).map {
                LabelledRun(
                    plan, $0, topology, task: UInt32(bitPattern: evaluation.order?.partition ?? 0))
            }
        }
        pipeline =
            (labelled?.learner ?? delayed?.learner)?.pipeline ?? Pipeline(plan: topology.pipeline)
        intake = EventIntake(layout.decoder(topology.decoder), maxValueBytes: topology.maxRecordBytes)
        event = Event(width: topology.pipeline.schema.width)
        writer = PredictionWriter(
            modelNames: topology.pipeline.models.map { $0.name }, classes: pipeline.classes, topic: topology.inputTopic,
            topology: topology.toldName,
            reasons: ReasonWriter(topology.pipeline.schema, pipeline.vocabulary, most: topology.pipeline.reasons))
    }

    /// Decodes, predicts and learns one row.
    func take(_ record: RawRecord, of source: any RecordSource) {
        defer { taken += 1 }
        if case .bad(let code, let field) = intake.take(record, into: event) {
            return reject(code, field, record, source)
        }
        if isWatching { watch(record) }
        if let delayed { return take(record, source, delayed) }
        let output = pipeline.step(.event(event))
        if let refusal = output.refusal {
            reject(BadInput(refusal), topology.decoder.labelField ?? "", record, source)
        }
        if writesPredictions, let prediction = output.prediction { write(prediction, row: row) }
        if !output.notices.isEmpty { keep(output.notices) }
    }

    /// The same where the label is held back: it is judged now and learned later.
    private func take(_ record: RawRecord, _ source: any RecordSource, _ delayed: DelayedRun) {
        if let refusal = pipeline.refusal(of: event.label) {
            return reject(BadInput(refusal), topology.decoder.labelField ?? "", record, source)
        }
        delayed.advance(to: event.time)
        delayed.learnBefore { keep($0) }
        let output = delayed.score(event)
        if writesPredictions, let prediction = output.prediction { write(prediction, row: row) }
        if !output.notices.isEmpty { keep(output.notices) }
        delayed.learnAfter { keep($0) }
    }

    // MARK: Labels with a source of their own

    var takesLabels: Bool { labelled != nil }

    /// Takes the next event or label in the order of their times; false: there is none.
    func takeRow(of source: any RecordSource, limit: Int) throws -> Bool {
        guard let labelled else { return false }
        while !hasEvent, row < limit, let record = try source.next() { findEvent(record, source) }
        guard let (input, clock, time) = try labelled.next(hasEvent ? event : nil) else { return false }
        steps += 1
        while let output = labelled.learner.nextTimeout(before: clock) { keep(output) }
        if input == .events { score(labelled.learner, at: time) } else { keep(labelled.learn(at: time)) }
        return true
    }

    private func score(_ learner: LabelledPipeline, at time: Int64, offset: Int64? = nil, partition: Int32 = 0) {
        hasEvent = false
        let output = learner.score(event, EventKey(event.id), time: time)
        if writesPredictions, let prediction = output.prediction {
            write(prediction, row: row - 1, offset: offset, partition: partition)
        }
        keep(output)
        if let output = learner.matchEarly() { keep(output) }
        addCurvePoint()
    }

    /// Takes the next step of a journal; false: there is none.
    func takeStep(of order: JournalOrder) throws -> Bool {
        guard let labelled, let step = try order.next() else { return false }
        steps += 1
        let learner = labelled.learner
        switch step {
        case .hold(let hold): learner.hold(hold)
        case .tick(let time):
            learner.tick(time)
            while let output = learner.nextTimeout(before: time) { keep(output) }
        case .control(let command):
            if case .pipeline(let action) = command.action { keep(learner.obey(action)) }
        case .reconfigure: throw order.changedTopology
        case .crashed(let input):
            _ = try order.take(input)
            if input == .events { taken += 1 }
            _ = rejected.count(.crashed)
        case .rows(.events, _):
            let (record, timestamp) = try order.take(.events)
            findEvent(record, order.events)
            guard hasEvent else { return true }
            let time = PartitionTask.time(event.time, at: timestamp)
            let clock = learner.take(.events, at: time)
            while let output = learner.nextTimeout(before: clock) { keep(output) }
            score(learner, at: time, offset: order.events.stamp.offset, partition: order.partition)
        case .rows(.labels, _):
            let (record, timestamp) = try order.take(.labels)
            guard let (clock, time) = labelled.take(record, at: timestamp) else { return true }
            while let output = learner.nextTimeout(before: clock) { keep(output) }
            keep(labelled.learn(at: time))
        }
        return true
    }

    private func findEvent(_ record: RawRecord, _ source: any RecordSource) {
        defer { taken += 1 }
        if case .bad(let code, let field) = intake.take(record, into: event) {
            return reject(code, field, record, source)
        }
        guard event.id.count > 0 else {
            return reject(.missingID, topology.decoder.idField ?? "", record, source)
        }
        if isWatching { watch(record) }
        hasEvent = true
    }

    private func keep(_ output: borrowing PipelineOutput) {
        if !output.notices.isEmpty { keep(output.notices) }
    }

    @inline(never)
    private func watch(_ record: RawRecord) {
        unseen.see(event, record)
        isWatching = unseen.isWatching
    }

    private func reject(_ code: BadInput, _ field: String, _ record: RawRecord, _ source: any RecordSource) {
        guard rejected.count(code) else { return }
        let why = layout.explain(
            code, field: field, in: record, plan: topology.decoder, classes: topology.pipeline.classes)
        rejected.keep(RejectedRecord(row: row, place: source.place(at: why.offset), why: why))
    }

    private func write(_ prediction: Prediction, row: Int, offset: Int64? = nil, partition: Int32 = 0) {
        let offset = offset ?? Int64(row)
        let time = event.time == .min ? Int64(row) : event.time
        if event.id.count > 0 {
            writer.write(prediction, id: event.id, eventTime: time, partition: partition, offset: offset, into: arena)
        } else {
            idText.removeAll(keepingCapacity: true)
            idText.append(contentsOf: String(row).utf8)
            idText.withUnsafeBytes {
                writer.write(prediction, id: $0, eventTime: time, partition: partition, offset: offset, into: arena)
            }
        }
        arena.append(0x0a)
    }

    private func keep(_ notices: [Notice]) {
        for notice in notices {
            switch notice {
            case .drift(let drift):
                // The pipeline counts good events; rows count dead letters too.
                let age = Int(drift.at) - Int(drift.changePoint)
                let entry = EvaluationResult.Drift(row: row, changePoint: max(0, row - age), notice: drift)
                switch drift.level {
                case .drift: drifts.append(entry)
                case .improvement: improvements.append(entry)
                case .warning, .none: warnings.append(entry)
                }
            case .decision(let decision):
                decisions.append(EvaluationResult.Decision(row: row, notice: decision))
            }
        }
    }

    /// Keeps a point of the windowed metric; thins the curve out when it grows beyond its bound.
    func addCurvePoint() {
        course.add(row, pipeline)
        guard curvePoints > 0, row % (curveStep << 4) == 0 else { return }
        let report = pipeline.report()
        let name = pipeline.plan.task == .regression ? "mae" : "accuracy"
        guard let value = report.windowed.first(where: { $0.name == name })?.value else { return }
        func metric(_ values: MetricValues) -> Double? { EvaluationResult.value(name, values) }
        curve.append(
            EvaluationResult.CurvePoint(
                row: row, value: value, models: report.models.map { metric($0.windowed) },
                baselines: report.baselines.map { metric($0.metrics) }))
        if curve.count > curvePoints {
            curve = curve.enumerated().filter { $0.offset % 2 == 1 }.map { $0.element }
            curveStep *= 2
        }
    }

    /// - Parameter remarks: what is suspicious in the source.
    func result(seconds: Double, remarks: [String]) -> EvaluationResult {
        var snapshot = SnapshotWriter()
        if let labelled { labelled.learner.write(to: &snapshot) } else { pipeline.write(to: &snapshot) }
        let seen = row - rejected.total
        var remarks = unseen.fields.map { $0.remark(events: seen) } + remarks
        if let refused = delayed?.refused, refused > 0 {
            remarks.append(
                "\(refused) delayed labels were not learned: no room for one more class when they were known")
        }
        return EvaluationResult(
            topology: topology.name, task: topology.pipeline.task, rows: row, seconds: seconds,
            rejected: rejected, remarks: remarks,
            waitingLabels: (labelled?.learner ?? delayed?.learner)?.waiting ?? 0, labels: labelled?.figures(),
            drifts: drifts,
            warnings: warnings, improvements: improvements, decisions: decisions, report: pipeline.report(),
            curve: curve,
            course: course.samples, courseStep: Double(course.step), unseen: unseen.fields,
            stateBytes: snapshot.bytes.count, memoryBytes: pipeline.memoryBytes,
            modelDigests: pipeline.modelDigests, digest: SHA256.hex(snapshot.bytes))
    }
}
