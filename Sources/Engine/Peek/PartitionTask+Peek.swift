import EventFormats
import OnlineLearning
import Topology

/// What answers questions without learning from them; made with the first one.
final class Peeker {
    let event: Event
    let intake: EventIntake

    init(_ topology: TopologyPlan) {
        event = Event(width: topology.pipeline.schema.width)
        intake = EventIntake(topology.layout.decoder(topology.decoder), maxValueBytes: topology.maxRecordBytes)
    }
}

extension PartitionTask {
    /// What would be answered now. Call it between two turns, on any thread that is let in; changes no state.
    ///
    /// Cost: decoding and one answer of every model; with reasons see `Pipeline.explain`.
    func answer(_ question: PeekDesk.Question) -> Result<PeekAnswer, PeekFault> {
        guard isReady else { return .failure(PeekFault(reason: "partition \(partition) is being read back")) }
        let peeker = peeker ?? Peeker(topology)
        self.peeker = peeker
        return question.value.withUnsafeBytes { value in
            (question.key ?? []).withUnsafeBytes { key in
                let record = RawRecord(value: value, key: question.key == nil ? nil : key)
                if case .bad(let code, let field) = peeker.intake.take(record, into: peeker.event) {
                    let why = topology.layout.explain(
                        code, field: field, in: record, plan: topology.decoder, classes: topology.pipeline.classes)
                    return .failure(PeekFault(reason: why.text))
                }
                return .success(answer(peeker.event, reasons: question.reasons))
            }
        }
    }

    private func answer(_ event: Event, reasons: Int) -> PeekAnswer {
        let prediction = pipeline.peek(event)
        var answer = PeekAnswer(
            partition: partition, offset: position, events: pipeline.sequence,
            classIndex: Int(prediction.classIndex), probabilities: Array(prediction.probabilities),
            spellings: pipeline.classes.spellings, value: prediction.value,
            model: topology.pipeline.models.isEmpty ? "" : topology.pipeline.models[prediction.model].name,
            version: prediction.version)
        if reasons > 0 { answer.explanation = explain(event, reasons: reasons) }
        return answer
    }

    /// Why the answer to an event is what it is, in the words of the source.
    ///
    /// - Parameter rows: what it is compared with; nil: the events of late.
    func explain(_ event: Event, reasons: Int, against rows: RecentRows? = nil) -> ExplainedAnswer? {
        guard let found = pipeline.explain(event, against: rows ?? recent) else { return nil }
        let spellings = pipeline.classes.spellings
        let shown = found.parts.prefix(reasons).filter { $0.contribution != 0 }
        return ExplainedAnswer(
            className: found.classIndex < 0 ? nil : spellings[found.classIndex], base: found.base, answer: found.answer,
            reasons: shown.map(reason), rest: found.parts.dropFirst(shown.count).reduce(0) { $0 + $1.contribution })
    }

    private func reason(_ part: Explanation.Part) -> ExplainedAnswer.Reason {
        let table = pipeline.categories[part.feature]
        let isBoolean = topology.pipeline.schema.features[part.feature].kind == .boolean
        func word(_ value: Double) -> String? {
            if isBoolean, !value.isNaN { return value == 0 ? "no" : "yes" }
            guard let table, !value.isNaN else { return nil }
            return Int(exactly: value).flatMap(table.word) ?? "another value"
        }
        return ExplainedAnswer.Reason(
            feature: topology.pipeline.schema.features[part.feature].name, value: part.value, word: word(part.value),
            usual: part.usual, usualWord: word(part.usual), contribution: part.contribution)
    }
}

extension WorkerSession {
    /// Answers what was asked of this worker's tasks and is not answered yet.
    func answerQuestions() {
        guard !context.peeks.isEmpty else { return }
        let questions = context.peeks.take { tasks[$0] != nil }
        guard !questions.isEmpty else { return }
        context.peeks.deliver(questions.map { tasks[$0.partition]!.answer($0) }, to: questions)
    }

    /// The oldest question to this worker's tasks; gives how to hand its answer over. For who is inside.
    func answerOneQuestion() -> (() -> Void)? {
        guard !context.peeks.isEmpty else { return nil }
        guard let question = context.peeks.take(1, { tasks[$0] != nil }).first else { return nil }
        let result = tasks[question.partition]!.answer(question)
        return { question.reply(result) }
    }
}
