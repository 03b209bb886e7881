/// Learning behind a quarantine: scoring and its record are at once, everything that learns comes later, as if its events
/// had come later.
extension Pipeline {
    /// What is published, where the models' own answers are overwritten before it is used up.
    func setAside(_ answer: ModelAnswer, _ prediction: inout Prediction) -> ModelAnswer {
        shown.base.update(from: answer.values, count: objective.width)
        let published = ModelAnswer(values: shown.base, classIndex: answer.classIndex)
        objective.publish(published, known: vocabulary.classes.count, as: &prediction)
        return published
    }

    /// What has waited long enough is learned.
    private func learnDue(_ quarantine: Quarantine) {
        while let lesson = quarantine.due { learn(lesson.entry, lesson.row, quarantine) }
    }

    /// Everything that waits is learned now.
    private func learnRest(_ quarantine: Quarantine) {
        while let lesson = quarantine.next { learn(lesson.entry, lesson.row, quarantine) }
    }

    private func learn(_ entry: WaitingLessons.Entry, _ row: UnsafePointer<Double>, _ quarantine: Quarantine) {
        // A change is told where it was, not where it was learned.
        if entry.kind != .label { state.pointee.lag = sequence &- 1 &- entry.sequence }
        defer {
            state.pointee.lag = 0
            quarantine.learned()
        }
        if entry.isEvent, state.pointee.replayed != nil { catchUp() }
        switch entry.kind {
        case .correction: if !state.pointee.isFrozen { teach(row, entry.sequence, entry.label) }
        case .event:
            if !state.pointee.isFrozen { meet(row, entry.sequence) }
            watch(row, nil)
        case .labelledEvent, .label:
            // Models are compared by what they answer now: by what they know one learning step before.
            var prediction = Prediction()
            let answer = ask(row, entry.sequence, &prediction)
            let isNew = entry.kind == .labelledEvent
            let scored = study(
                Lesson(
                    raw: row, sequence: entry.sequence, label: entry.label, model: prediction.model,
                    standIn: state.pointee.answersByPrior ? answer : nil, baselines: baselines.answers, kept: nil,
                    isNew: isNew), entry.flags)
            watch(isNew ? row : nil, scored)
        }
    }

    /// An event that was just scored.
    ///
    /// - Parameter answer: what was published.
    func takeGuarded(
        _ quarantine: Quarantine, _ raw: UnsafePointer<Double>, _ sequence: UInt64, _ label: Label,
        _ answer: ModelAnswer
    ) {
        tell(quarantine.take(raw, sequence: sequence))
        learnDue(quarantine)
        guard label.isKnown else { return }
        let (flags, loss) = record(answer, label, baselines.answers, raw)
        tell(quarantine.label(label, flags: flags, loss: loss))
        // Where only ranges are left out nothing else waits, so that what is learned is what would have been.
        if plan.quarantine == nil { learnRest(quarantine) } else { learnDue(quarantine) }
    }

    /// A label that comes after its event, which may have been the last input.
    func takeGuarded(
        _ quarantine: Quarantine, _ answer: Answer, _ label: Label, _ value: LabelValue, isNext: Bool
    ) -> PipelineOutput {
        let place = answer.standIn ?? answer.model
        for (index, number) in answer.values(place).enumerated() { standIn[index] = number }
        let said = ModelAnswer(values: standIn.base, classIndex: answer.said[place].classIndex)
        let (flags, loss) = answer.numbers.withUnsafeBufferPointer {
            record(said, label, answer.baselines, $0.baseAddress!)
        }
        if isNext {
            tell(quarantine.label(label, flags: flags, loss: loss))
        } else {
            answer.numbers.withUnsafeBufferPointer {
                tell(quarantine.take(label, of: answer, $0.baseAddress!, flags: flags, loss: loss))
            }
        }
        vocabulary.add(value, read: label)
        learnDue(quarantine)
        var output = PipelineOutput()
        end(&output)
        return output
    }

    /// A truth that corrects what was, or will be, learned.
    func correctGuarded(_ quarantine: Quarantine, _ answer: Answer, _ label: Label) {
        answer.numbers.withUnsafeBufferPointer {
            tell(quarantine.take(label, of: answer, $0.baseAddress!, flags: 0, loss: nil))
        }
        learnDue(quarantine)
    }

    /// Scores what was published; gives the baselines' flags and the error.
    private func record(
        _ answer: ModelAnswer, _ label: Label, _ answers: BaselineAnswers, _ raw: UnsafePointer<Double>
    ) -> (flags: UInt8, loss: Double) {
        var answer = answer
        state.pointee.labelled &+= 1
        let flags = baselines.record(label, answers)
        objective.score(&answer, label)
        state.pointee.mix(answer.fineLoss.bitPattern)
        published.record(answer, label, flags: flags)
        slices?.record(raw, answer.loss)
        return (flags, answer.loss)
    }

    func tell(_ change: Quarantine.Change?) {
        let model = (name: championName, version: version)
        switch change {
        case nil: return
        case .stopped(let cause, let signal, let before, let after):
            tell(
                "learning_stopped", (signal == "error" ? "breaker" : "guards", signal), model, (before, after),
                "\(cause): nothing is learned, scoring goes on")
        case .resumed(let span, let reason):
            tell(
                "learning_resumed", ("", ""), model, (.nan, .nan),
                "\(reason): events \(span.lowerBound)..\(span.upperBound) were not learned")
        }
    }

    /// A pipeline of another plan goes on from this one: what waits goes with it, or is learned before.
    func handOver(to next: Pipeline) {
        guard let quarantine, next.quarantine?.plan != quarantine.plan || next.plan.schema != plan.schema else {
            return
        }
        learnRest(quarantine)
        swap(&next.state.pointee.notices, &state.pointee.notices)
    }
}
