extension Pipeline {
    /// Feeds the detectors and lets every policy take one step.
    ///
    /// - Parameters:
    ///   - raw: the event's row, or nil: its features were watched before.
    ///   - scored: what was published, or nil: without a label.
    ///   - feedsErrors: the present champion said it.
    @inline(__always)
    func watch(_ raw: UnsafePointer<Double>?, _ scored: ModelAnswer?, feedsErrors: Bool = true) {
        guard !watches.isEmpty else { return }
        for index in watches.indices {
            let watch = watches[index]
            watch.raised = .none
            switch watch.plan.signal {
            case .error:
                if let scored, feedsErrors { feed(watch, objective.errorInput(scored.loss)) }
            case .loss:
                if let scored, feedsErrors { feed(watch, .loss(scored.fineLoss)) }
            case .feature:
                guard let raw, watch.slot >= 0, !raw[watch.slot].isNaN else { continue }
                feed(watch, .value(raw[watch.slot]))
            }
        }
        // Nothing is replaced while nothing learns.
        if state.pointee.isFrozen || championIsFrozen { return }
        for index in watches.indices { step(index, scored != nil) }
    }

    @inline(__always)
    private func feed(_ watch: DriftWatch, _ input: DetectorInput) {
        let level = watch.update(input)
        if level != .none || watch.level != .none { raise(watch, level) }
    }

    private func raise(_ watch: DriftWatch, _ level: DriftLevel) {
        let began = level == .drift || (level == .warning && watch.level == .none)
        watch.level = level
        watch.raised = level
        state.pointee.lastLevel = max(state.pointee.lastLevel, level)
        guard began else { return }
        state.pointee.notices.append(
            .drift(
                DriftNotice(
                    at: sequence &- 1, detector: watch.plan.detector.name, signal: watch.plan.signal.text, level: level,
                    change: watch.detector.lastChange, changePoint: watch.changePoint(events: sequence),
                    model: championName)))
    }

    private func step(_ index: Int, _ labelled: Bool) {
        let watch = watches[index]
        guard watch.raised != .none || watch.isActive else { return }
        var input = PolicyInput()
        input.level = watch.raised
        input.isImprovement =
            watch.raised != .none && !watch.isOfFeature && watch.detector.lastChange.direction == .down
        input.labelled = labelled
        input.sinceChange = state.pointee.sinceChange
        input.isFree = state.pointee.busy == -1 || state.pointee.busy == index
        input.champion = state.pointee.champion
        if !slots.isEmpty {
            input.championLoss = slots[state.pointee.champion].answer.loss
            let shadow = watch.policy.shadow
            if shadow >= 0 { input.shadowLoss = slots[shadow].answer.loss }
            if let candidate = state.pointee.candidate {
                input.candidateLoss = candidate.answer.loss
                input.candidateLearned = candidate.learned
            }
            // At least 20 events, so that chance does not decide alone.
            let span = watch.raised == .drift ? max(watch.detector.lastChange.age + 1, 20) : watch.policy.comparison
            if span > 0 { compare(span, &input) }
        }
        let action = watch.policy.step(input)
        watch.isActive = watch.policy.isActive
        if action != .none { perform(action, index) }
    }

    /// Mean errors over the last `span` labelled events.
    private func compare(_ span: Int, _ input: inout PolicyInput) {
        input.championRecent = recentLoss(state.pointee.champion, span)
        for index in slots.indices where index != state.pointee.champion {
            let loss = recentLoss(index, span)
            guard !loss.isNaN, input.bestChallenger < 0 || loss < input.bestLoss else { continue }
            input.bestChallenger = index
            input.bestLoss = loss
        }
    }

    private func recentLoss(_ index: Int, _ span: Int) -> Double {
        (slots[index].scoreboard ?? published).recentLoss(span)
    }

    private var championIsFrozen: Bool {
        hot.count > 0 && hot[state.pointee.champion]._withUnsafeGuaranteedRef { $0.isFrozen }
    }

    var championName: String { slots.isEmpty ? "" : slots[state.pointee.champion].plan.name }
}
