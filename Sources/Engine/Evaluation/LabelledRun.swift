import EventFormats
import Foundation
import OnlineLearning
import Topology

/// The labels' side of an evaluation whose labels come in a source of their own: both sources as one order of rows.
final class LabelledRun {
    let learner: LabelledPipeline
    private let plan: LabelTopic
    private let source: any RecordSource
    private let intake: LabelIntake
    private var hasLabel = false
    /// The label's record, valid until the next one is looked for.
    private var record = RawRecord(value: nil)
    private var labelRow = -1
    private(set) var rejected = RejectedRecords()
    private(set) var periods: [EventTimeMetrics.Period] = []
    private let classes: [String]

    /// - Parameter task: whose random numbers are drawn.
    init(_ plan: LabelTopic, _ source: any RecordSource, _ topology: TopologyPlan, task: UInt32 = 0) {
        self.plan = plan
        self.source = source
        classes = topology.pipeline.classes
        learner = LabelledPipeline(
            plan: topology.pipeline, rules: plan.rules, memory: plan.memory, disk: plan.disk, period: plan.period,
            keepsSources: plan.tellsExamples, task: task)
        intake = LabelIntake(plan, layout: source.layout, maxValueBytes: topology.maxRecordBytes)
    }

    /// Looks for the next label; false: there is none.
    private func findLabel() throws -> Bool {
        while !hasLabel, let record = try source.next() { take(record) }
        return hasLabel
    }

    /// Decodes a record to be the next label.
    private func take(_ record: RawRecord) {
        labelRow += 1
        switch intake.take(record) {
        case .good:
            hasLabel = true
            self.record = record
        case .bad(let code, let field): reject(code, field, record)
        }
    }

    /// The label of a record that a journal names, and its clock; nil: it cannot be used.
    func take(_ record: RawRecord, at timestamp: Int64) -> (clock: Int64, time: Int64)? {
        take(record)
        guard hasLabel else { return nil }
        let time = PartitionTask.time(intake.time, at: timestamp)
        return (learner.take(.labels, at: time), time)
    }

    private func reject(_ code: BadInput, _ field: String, _ record: RawRecord) {
        guard rejected.count(code) else { return }
        let why = source.layout.explain(code, field: field, in: record, plan: plan.decoder, classes: classes)
        rejected.keep(RejectedRecord(row: labelRow, place: source.place(at: why.offset), why: why))
    }

    /// Which row comes next, its clock, and its time; nil: none.
    ///
    /// - Parameter event: the next event, or nil: there is none.
    func next(_ event: Event?) throws -> (input: RowOrder.Input, clock: Int64, time: Int64)? {
        let input = learner.next(event: event?.time, label: try findLabel() ? intake.time : nil)
        guard let input else { return nil }
        let time = input == .events ? event!.time : intake.time
        let clock = learner.take(input, at: time)
        return (input, clock, time == .min ? clock : time)
    }

    /// Learns the label that `next` chose, or a journal.
    func learn(at time: Int64) -> PipelineOutput {
        hasLabel = false
        let output = learner.learn(intake.key, intake.value, time: time)
        if let refusal = output.refusal { reject(BadInput(refusal), plan.decoder.labelField ?? "", record) }
        periods += learner.byEventTime.takeSettled()
        return output
    }

    /// What came of the labels.
    func figures() -> LabelFigures {
        periods += learner.byEventTime.takeSettled()
        var figures = LabelFigures(learner)
        figures.periods = periods + learner.byEventTime.unsettled
        figures.rejected = rejected
        figures.remarks =
            intake.unseenFields.map { "in the labels: \($0.remark(events: labelRow + 1))" } + source.remarks
        return figures
    }
}
