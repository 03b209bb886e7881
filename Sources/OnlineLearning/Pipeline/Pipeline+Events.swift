extension Pipeline {
    @inline(__always)
    func take(_ event: Event, _ keeping: Bool) -> PipelineOutput {
        let label: Label
        switch vocabulary.read(event.label) {
        case .success(let read): label = read
        case .failure(let refusal): return PipelineOutput(refusal: refusal)
        }
        begin()
        if quarantine == nil, state.pointee.replayed != nil { catchUp() }
        vocabulary.intern(event)
        let raw = UnsafePointer(event.slots)
        var output = PipelineOutput()
        var prediction = Prediction()
        prediction.drift = state.pointee.lastLevel
        state.pointee.lastLevel = .none
        let isAsked = hot.count > 0
        var answer = ModelAnswer(values: standIn.base)
        if isAsked {
            answer = ask(raw, state.pointee.sequence, &prediction)
            mix(prediction)
            if let reasons { giveReasons(reasons, raw, to: &prediction) }
            if keeping { output.answer = keep(raw, prediction, answer) }
            if quarantine != nil { answer = setAside(answer, &prediction) }
        }
        output.prediction = prediction
        let sequence = state.pointee.sequence
        state.pointee.sequence = sequence &+ 1
        if let reasons, sequence & 15 == 0 { reasons.rows.keep(raw) }
        if let quarantine {
            takeGuarded(quarantine, raw, sequence, isAsked ? label : .none, answer)
            if isAsked { vocabulary.add(event.label, read: label) }
            if isAsked, keeping, !label.isKnown { putOff(raw) }
        } else if isAsked, label.isKnown {
            let scored = learn(
                Lesson(
                    raw: raw, sequence: sequence, label: label, model: prediction.model,
                    standIn: state.pointee.answersByPrior ? answer : nil, baselines: baselines.answers, kept: nil,
                    isNew: true))
            vocabulary.add(event.label, read: label)
            watch(raw, scored)
        } else {
            if !state.pointee.isFrozen { meet(raw, sequence) }
            if isAsked, keeping { putOff(raw) } else { watch(raw, nil) }
        }
        end(&output)
        return output
    }

    /// Asks every model; gives what is to be published, as it is and as a prediction. Changes the models' answers and
    /// nothing that is state.
    @inline(__always)
    func ask(
        _ raw: UnsafePointer<Double>, _ sequence: UInt64, _ prediction: inout Prediction
    ) -> ModelAnswer {
        let example = shared.transform(raw, sequence: sequence)
        let known = vocabulary.classes.count
        for index in hot.indices {
            let input = hot[index]._withUnsafeGuaranteedRef { $0.predict(raw, example, known: known) }
            if index == state.pointee.candidateSlot {
                state.pointee.candidate?.predict(raw, input, known: known)
                state.pointee.shadow?.predict(raw, input, known: known)
            }
        }
        let champion = state.pointee.champion
        var answer = hot[champion]._withUnsafeGuaranteedRef { $0.answer }
        prediction.model = champion
        prediction.version = hot[champion]._withUnsafeGuaranteedRef { $0.version }
        if state.pointee.answersByPrior {
            answer = ModelAnswer(values: standIn.base)
            baselines.prior(into: answer.values)
            objective.decide(&answer, known: known)
        }
        objective.publish(answer, known: known, as: &prediction)
        return answer
    }

    @inline(__always)
    private func mix(_ prediction: Prediction) {
        guard case .classes = objective else { return state.pointee.mix(prediction.value.bitPattern) }
        state.pointee.mix(UInt64(truncatingIfNeeded: Int(prediction.classIndex)))
        for value in prediction.probabilities { state.pointee.mix(value.bitPattern) }
    }

    /// Only the transforms learn.
    func meet(_ raw: UnsafePointer<Double>, _ sequence: UInt64) {
        _ = shared.learn(raw, sequence: sequence)
        for index in hot.indices {
            hot[index]._withUnsafeGuaranteedRef { slot in
                slot.meet(raw, sequence)
                guard index == state.pointee.candidateSlot, !slot.isFrozen else { return }
                state.pointee.candidate?.meet(raw, sequence)
                state.pointee.shadow?.meet(raw, sequence)
            }
        }
        keepLesson(.event, raw, sequence, .none)
    }

    /// The event's label may be the next input: the detectors wait for it.
    private func putOff(_ raw: UnsafePointer<Double>) {
        deferredRow.base.update(from: raw, count: deferredRow.count)
        state.pointee.isDeferred = true
    }
}
