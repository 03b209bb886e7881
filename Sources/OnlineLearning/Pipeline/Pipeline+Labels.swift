/// One label and what it is the label of.
struct Lesson: ~Copyable {
    let raw: UnsafePointer<Double>
    /// Of the event that was scored.
    let sequence: UInt64
    let label: Label
    /// Who answered.
    let model: Int
    /// What was published in that model's place, or nil.
    let standIn: ModelAnswer?
    let baselines: BaselineAnswers
    /// The answers, where they are not those of a moment ago.
    let kept: Answer?
    /// The transforms have not met the row yet.
    let isNew: Bool
}

extension Pipeline {
    /// Scores every answer, and lets what may learn, learn. Gives what was published, scored.
    @inline(__always)
    func learn(_ lesson: borrowing Lesson) -> ModelAnswer {
        state.pointee.labelled &+= 1
        let flags = baselines.record(lesson.label, lesson.baselines)
        let scored = study(lesson, flags)
        published.record(scored, lesson.label, flags: flags)
        slices?.record(lesson.raw, scored.loss)
        return scored
    }

    /// The same without the record of what was published; `flags` are the baselines'.
    @inline(__always)
    func study(_ lesson: borrowing Lesson, _ flags: UInt8) -> ModelAnswer {
        let label = lesson.label
        state.pointee.sinceChange &+= 1
        state.pointee.studied = lesson.sequence
        let learns = !state.pointee.isFrozen
        let adapts = learns && lesson.isNew
        let example =
            adapts
            ? shared.learn(lesson.raw, sequence: lesson.sequence)
            : shared.transform(lesson.raw, sequence: lesson.sequence)
        var scored = lesson.standIn ?? ModelAnswer(values: standIn.base)
        for index in hot.indices {
            hot[index]._withUnsafeGuaranteedRef { slot in
                let input = slot.transform(lesson.raw, example, adapts: adapts)
                state.pointee.mix(slot.score(label, flags: flags, of: lesson.sequence).bitPattern)
                if index == lesson.model, lesson.standIn == nil { scored = slot.answer }
                if let kept = lesson.kept { askAgain(slot, index, lesson.raw, input, kept, label) }
                if learns { slot.learn(lesson.raw, input, label, adapts: adapts) }
                guard index == state.pointee.candidateSlot else { return }
                state.pointee.candidate?.score(label)
                state.pointee.shadow?.score(label)
                memories?.compare(
                    slot: index, lesson.raw, input, label, known: vocabulary.classes.count,
                    championLoss: slot.answer.loss)
                guard learns, !slot.isFrozen else { return }
                state.pointee.candidate?.learn(lesson.raw, input, label, adapts: adapts)
                state.pointee.shadow?.learn(lesson.raw, input, label, adapts: adapts)
            }
        }
        if learns { keepLesson(lesson.isNew ? .labelledEvent : .label, lesson.raw, lesson.sequence, label) }
        if lesson.standIn != nil { objective.score(&scored, label) }
        return scored
    }

    /// The label of a kept answer, or why it is not taken.
    private func read(_ value: LabelValue, for answer: Answer) -> Result<Label, PipelineRefusal> {
        fits(answer) ? vocabulary.read(value) : .failure(.foreignAnswer)
    }

    /// A label that comes after its event.
    func take(_ answer: Answer, _ value: LabelValue) -> PipelineOutput {
        let label: Label
        switch read(value, for: answer) {
        case .success(let read): label = read
        case .failure(let refusal): return PipelineOutput(refusal: refusal)
        }
        var output = PipelineOutput()
        guard label.isKnown else { return output }
        // The detectors see an event and its label as one where nothing came between.
        let isNext = state.pointee.isDeferred && answer.sequence &+ 1 == state.pointee.sequence
        if isNext { state.pointee.isDeferred = false }
        begin()
        if let quarantine { return takeGuarded(quarantine, answer, label, value, isNext: isNext) }
        let isPresent = answer.model == state.pointee.champion && isOfLiving(answer)
        let scored = answer.numbers.withUnsafeBufferPointer { numbers in
            for (index, slot) in slots.enumerated() { slot.current.recall(answer, index) }
            var standIn: ModelAnswer?
            if let index = answer.standIn {
                standIn = ModelAnswer(values: self.standIn.base, classIndex: answer.said[index].classIndex)
                for (place, number) in answer.values(index).enumerated() { self.standIn[place] = number }
            }
            return learn(
                Lesson(
                    raw: numbers.baseAddress!, sequence: answer.sequence, label: label, model: answer.model,
                    standIn: standIn, baselines: answer.baselines, kept: answer, isNew: false))
        }
        vocabulary.add(value, read: label)
        watch(isNext ? UnsafePointer(deferredRow.base) : nil, scored, feedsErrors: isPresent)
        end(&output)
        return output
    }

    /// A truth that corrects what was learned: the models learn it, and nobody is scored.
    func correct(_ answer: Answer, _ value: LabelValue) -> PipelineOutput {
        let label: Label
        switch read(value, for: answer) {
        case .success(let read): label = read
        case .failure(let refusal): return PipelineOutput(refusal: refusal)
        }
        var output = PipelineOutput()
        guard label.isKnown else { return output }
        begin()
        state.pointee.mix(UInt64(bitPattern: Int64(label.classIndex)) ^ label.target.bitPattern)
        if let quarantine {
            correctGuarded(quarantine, answer, label)
        } else if !state.pointee.isFrozen {
            answer.numbers.withUnsafeBufferPointer { teach($0.baseAddress!, answer.sequence, label) }
        }
        vocabulary.add(value, read: label)
        end(&output)
        return output
    }

    /// Models may build on the answer that they gave last: they are asked again.
    func teach(_ raw: UnsafePointer<Double>, _ sequence: UInt64, _ label: Label) {
        let example = shared.transform(raw, sequence: sequence)
        let known = max(vocabulary.classes.count, Int(label.classIndex) + 1)
        for (index, slot) in slots.enumerated() {
            let input = slot.predict(raw, example, known: known)
            slot.learn(raw, input, label, adapts: false)
            for rival in rivals(index) {
                rival.predict(raw, input, known: known)
                if !slot.isFrozen { rival.learn(raw, input, label, adapts: false) }
            }
        }
        keepLesson(.correction, raw, sequence, label)
    }

    /// What the answer that was published is worth now that the label is known.
    func outcome(_ answer: Answer, _ label: Label) -> EventTimeMetrics.Outcome {
        let index = answer.standIn ?? answer.model
        let values = answer.values(index)
        if case .classes = objective {
            return EventTimeMetrics.Outcome(
                isRight: answer.said[index].classIndex == label.classIndex,
                loss: ClassificationMetrics.logLoss(values[values.startIndex + Int(label.classIndex)]), square: 0)
        }
        let error = values[values.startIndex] - label.target
        return EventTimeMetrics.Outcome(isRight: false, loss: abs(error), square: error * error)
    }

    /// Detectors watch the present champion: what it said, and not what its predecessors did.
    private func isOfLiving(_ answer: Answer) -> Bool {
        let champion = state.pointee.champion
        return answer.index(of: champion, attempt: slots[champion].current.attempt) == champion
    }

    /// Policies compare models on the same events: by the answers they gave then where both lived, else by new ones.
    private func askAgain(
        _ slot: ModelSlot, _ index: Int, _ raw: UnsafePointer<Double>, _ input: Example, _ kept: Answer, _ label: Label
    ) {
        let known = vocabulary.classes.count
        let rivals = rivals(index)
        // The answer that was given then is there already, and scored.
        if rivals.isEmpty, kept.index(of: index, attempt: slot.current.attempt) == index { return }
        let compared = [slot.current] + rivals
        let then = compared.map { kept.index(of: index, attempt: $0.attempt) }
        for (model, place) in zip(compared, then) {
            if let place, !then.contains(nil) {
                if model !== slot.current || place != index { model.recall(kept, place) }
            } else {
                model.predict(raw, input, known: known)
            }
        }
        slot.current.score(label)
    }

    /// What may take the place of a slot's model.
    private func rivals(_ index: Int) -> [Incarnation] {
        guard index == state.pointee.candidateSlot else { return [] }
        return [state.pointee.candidate, state.pointee.shadow].compactMap { $0 }
    }

    private func fits(_ answer: Answer) -> Bool {
        !slots.isEmpty && answer.rowWidth == plan.schema.width && answer.answerWidth == objective.width
            && answer.said.count >= slots.count && answer.model < slots.count
            && slots.indices.allSatisfy { answer.said[$0].slot == Int32($0) }
    }

    /// Everything that was said of the last event, to be scored later. Allocates only where the answer before is still held.
    func keep(_ raw: UnsafePointer<Double>, _ prediction: Prediction, _ published: ModelAnswer) -> Answer {
        let answer = kept.pointer
        answer.pointee.said.removeAll(keepingCapacity: true)
        answer.pointee.numbers.removeAll(keepingCapacity: true)
        answer.pointee.numbers.append(contentsOf: UnsafeBufferPointer(start: raw, count: plan.schema.width))
        func add(_ slot: Int, _ attempt: UInt32, _ said: ModelAnswer) {
            answer.pointee.said.append(
                Answer.Said(slot: Int32(slot), attempt: attempt, classIndex: said.classIndex))
            answer.pointee.numbers.append(contentsOf: UnsafeBufferPointer(start: said.values, count: objective.width))
        }
        for (index, slot) in slots.enumerated() { add(index, slot.current.attempt, slot.current.answer) }
        for rival in rivals(state.pointee.candidateSlot) {
            add(state.pointee.candidateSlot, rival.attempt, rival.answer)
        }
        if state.pointee.answersByPrior { add(-1, 0, published) }
        answer.pointee.sequence = sequence
        answer.pointee.model = prediction.model
        answer.pointee.version = prediction.version
        answer.pointee.baselines = baselines.answers
        return answer.pointee
    }
}
