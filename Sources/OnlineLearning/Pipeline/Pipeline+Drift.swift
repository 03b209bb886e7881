extension Pipeline {
    /// Labelled events that a model has learned when it has matured: before, its error falls because it is young.
    static let maturity: UInt64 = 1000

    /// Feeds the detectors, lets every policy take one step and compares the models.
    ///
    /// - Parameters:
    ///   - raw: the event's row, or nil: its features were watched before.
    ///   - scored: what was published, or nil: without a label.
    ///   - feedsErrors: the present champion said it.
    @inline(__always)
    func watch(_ raw: UnsafePointer<Double>?, _ scored: ModelAnswer?, feedsErrors: Bool = true) {
        if watches.isEmpty, selection == nil { return }
        if let raw { moves?.see(raw) }
        if scored != nil { lessons?.count(isSeen: feedsErrors) }
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
        if scored != nil, state.pointee.proposal != nil { waitForApproval() }
        for index in watches.indices { step(index, scored != nil) }
        if let selection, scored != nil { select(selection) }
    }

    @inline(__always)
    private func feed(_ watch: DriftWatch, _ input: DetectorInput) {
        let level = watch.update(input)
        if level != .none || watch.level != .none { raise(watch, level) }
    }

    private func raise(_ watch: DriftWatch, _ found: DriftLevel) {
        let level = found != .none && watch.isFall ? improvement(watch, found) : found
        let began = level == .drift || level == .improvement || (level == .warning && watch.level == .none)
        watch.level = level
        watch.raised = level
        if level != .improvement { state.pointee.lastLevel = max(state.pointee.lastLevel, level) }
        guard began else { return }
        if level == .drift {
            selection?.reopen()
            tuning?.reopen()
        }
        state.pointee.notices.append(
            .drift(
                DriftNotice(
                    at: sequence &- 1, detector: watch.plan.detector.name, signal: watch.plan.signal.text, level: level,
                    change: watch.detector.lastChange,
                    changePoint: watch.changePoint(events: sequence &- state.pointee.lag),
                    model: championName, moved: level == .drift ? moves?.found(vocabulary) ?? [] : [],
                    suffering: level == .drift ? slices?.suffering(vocabulary) ?? [] : [])))
    }

    /// A fall of the error is told once it is sure, and began when the champion had matured.
    private func improvement(_ watch: DriftWatch, _ found: DriftLevel) -> DriftLevel {
        let learned = slots[state.pointee.champion].current.learned
        let age = UInt64(max(watch.detector.lastChange.age, 0))
        return found == .drift && learned >= Self.maturity + age ? .improvement : .none
    }

    private func step(_ index: Int, _ labelled: Bool) {
        let watch = watches[index]
        guard watch.raised != .none || watch.isActive else { return }
        var input = PolicyInput()
        input.level = watch.raised
        if watch.raised == .drift {
            input.changePoint = changePoint(watch)
        }
        input.labelled = labelled
        input.sinceChange = state.pointee.sinceChange
        let isMine = state.pointee.busy == -1 || state.pointee.busy == index
        input.isFree = isMine && state.pointee.proposal == nil
        if !slots.isEmpty {
            input.championLoss = slots[state.pointee.champion].answer.loss
            if let candidate = state.pointee.candidate {
                input.hasCandidate = true
                input.candidateLoss = candidate.answer.loss
                input.candidateLearned = candidate.learned
                input.memories = memories
                input.champion = state.pointee.champion
            }
        }
        let action = watch.policy.step(input)
        watch.isActive = watch.policy.isActive
        // Told once per adaptation, not at every event that would have called for another.
        if case .keep(.busy, _, _) = action {
            if state.pointee.hasToldBusy { return }
            state.pointee.hasToldBusy = true
        }
        if action != .none { propose(action, index) }
    }

    private func select(_ selection: Selection) {
        // What was compared is not what answers now.
        guard state.pointee.sinceChange > 0 else { return }
        let promotion = selection.compare(
            hot, champion: state.pointee.champion, sequence: state.pointee.studied,
            shadow: state.pointee.shadow?.answer.loss, tuning)
        if let promotion { return promote(promotion) }
        if let tuning {
            tuning.step(hot, champion: state.pointee.champion, sequence: state.pointee.studied)
            if tuning.hasEnded || !tuning.isAnnounced { tune(tuning) }
            if let losses = tuning.spent {
                return promote(
                    Selection.Promotion(model: tuning.base, before: losses.own, after: losses.other), isSpent: true)
            }
        }
        guard state.pointee.shadow != nil else { return }
        state.pointee.probation -= 1
        if state.pointee.probation == 0 { confirm() }
    }

    var championIsFrozen: Bool {
        hot.count > 0 && hot[state.pointee.champion]._withUnsafeGuaranteedRef { $0.isFrozen }
    }

    var championName: String { slots.isEmpty ? "" : slots[state.pointee.champion].plan.name }
}
