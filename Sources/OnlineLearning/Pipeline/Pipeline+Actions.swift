extension Pipeline {
    /// Does what a policy decided and records it.
    func perform(_ action: PolicyAction, _ index: Int) {
        if slots.isEmpty, case .alert = action {} else if slots.isEmpty { return }
        let before = (name: championName, version: version)
        var losses = (before: Double.nan, after: Double.nan)
        let name: String
        let reason: String
        switch action {
        case .none: return
        case .alert(let why):
            (name, reason) = ("alert", why.rawValue)
        case .keep(let why, let first, let second):
            (name, reason, losses) = ("keep", why.rawValue, (first, second))
        case .promote(let model, let first, let second):
            losses = (first, second)
            state.pointee.busy = watches[index].policy.shadow >= 0 ? index : -1
            changeChampion { state.pointee.champion = model }
            (name, reason) = ("switch", "\(championName) had the lowest error since the change")
        case .promoteBack(let model, let first, let second):
            losses = (first, second)
            state.pointee.busy = -1
            changeChampion { state.pointee.champion = model }
            (name, reason) = (
                "switch_back", "\(championName) was better on the same events while \(before.name) was on probation"
            )
        case .confirm(let first, let second):
            losses = (first, second)
            state.pointee.busy = -1
            (name, reason) = ("switch_confirm", "\(championName) has passed its probation")
        case .startCandidate(let why):
            startCandidate(index)
            (name, reason) = ("retrain_start", why.rawValue)
        case .startReset(let byPrior, let atOnce):
            startCandidate(index)
            if atOnce { takeCandidate() } else { state.pointee.answersByPrior = byPrior }
            (name, reason) = ("reset", PolicyReason.drift.rawValue)
        case .finishReset:
            takeCandidate()
            (name, reason) = ("reset_done", "the fresh model has learned enough to answer")
        case .swapCandidate(let why, let first, let second):
            takeCandidate()
            (name, reason, losses) = ("retrain_swap", why.rawValue, (first, second))
        case .discardCandidate(let why, let first, let second):
            dropCandidate()
            (name, reason, losses) = ("retrain_discard", why.rawValue, (first, second))
        }
        let watch = watches[index].plan
        state.pointee.notices.append(
            .decision(
                DecisionNotice(
                    at: sequence &- 1, action: name, detector: watch.detector.name, signal: watch.signal.text,
                    modelBefore: before.name, modelAfter: championName, versionBefore: before.version,
                    versionAfter: version, lossBefore: losses.before, lossAfter: losses.after, reason: reason)))
    }

    var version: UInt32 { slots.isEmpty ? 0 : slots[state.pointee.champion].version }

    private func startCandidate(_ index: Int) {
        state.pointee.busy = index
        state.pointee.candidateSlot = state.pointee.champion
        state.pointee.candidate = slots[state.pointee.champion].makeFresh()
    }

    private func takeCandidate() {
        guard let fresh = state.pointee.candidate else { return dropCandidate() }
        dropCandidate()
        changeChampion {
            state.pointee.retired.append(slots[state.pointee.champion].current)
            slots[state.pointee.champion].current = fresh
            slots[state.pointee.champion].version += 1
        }
    }

    func dropCandidate() {
        state.pointee.candidate = nil
        state.pointee.candidateSlot = -1
        state.pointee.busy = -1
        state.pointee.answersByPrior = false
    }

    /// After a change the champion's errors are another sequence: what watches them starts anew.
    func changeChampion(_ change: () -> Void) {
        change()
        state.pointee.sinceChange = 0
        for watch in watches where !watch.isOfFeature {
            watch.detector.reset()
            watch.level = .none
        }
    }
}
