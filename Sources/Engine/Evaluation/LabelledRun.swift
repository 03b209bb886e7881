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

    init(_ plan: LabelTopic, _ source: any RecordSource, _ topology: TopologyPlan) {
        self.plan = plan
        self.source = source
        classes = topology.pipeline.classes
        learner = LabelledPipeline(
            plan: topology.pipeline, rules: plan.rules, memory: plan.memory, period: plan.period)
        intake = LabelIntake(plan, layout: source.layout, maxValueBytes: topology.maxRecordBytes)
    }

    /// Looks for the next label; false: there is none.
    private func findLabel() throws -> Bool {
        while !hasLabel, let record = try source.next() {
            labelRow += 1
            switch intake.take(record) {
            case .good:
                hasLabel = true
                self.record = record
            case .bad(let code, let field): reject(code, field, record)
            }
        }
        return hasLabel
    }

    private func reject(_ code: BadInput, _ field: String, _ record: RawRecord) {
        guard rejected.count(code) else { return }
        let why = source.layout.explain(code, field: field, in: record, plan: plan.decoder, classes: classes)
        rejected.keep(RejectedRecord(row: labelRow, place: source.place(at: why.offset), why: why))
    }

    /// Which row comes next, and its clock; nil: none.
    ///
    /// - Parameter event: the next event, or nil: there is none.
    func next(_ event: Event?) throws -> (input: RowOrder.Input, clock: Int64)? {
        let input = learner.next(event: event?.time, label: try findLabel() ? intake.time : nil)
        guard let input else { return nil }
        return (input, learner.take(input, at: input == .events ? event!.time : intake.time))
    }

    /// Scores the event that `next` chose.
    func score(_ event: Event, _ clock: Int64) -> PipelineOutput {
        learner.score(event, EventKey(event.id), time: event.time == .min ? clock : event.time)
    }

    /// Learns the label that `next` chose.
    func learn(_ clock: Int64) -> PipelineOutput {
        hasLabel = false
        let output = learner.learn(intake.key, intake.value, time: intake.time == .min ? clock : intake.time)
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
