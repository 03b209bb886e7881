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
        case .startCandidate(let why):
            startCandidate(index)
            (name, reason) = ("retrain_start", why.rawValue)
        case .startReplay(let change, let margin, let speed):
            (name, reason) = ("replay_start", startReplay(index, change: change, margin: margin, speed: speed))
        case .startReset(let byPrior, let atOnce):
            startCandidate(index)
            if atOnce { takeCandidate(probation: 0) } else { state.pointee.answersByPrior = byPrior }
            (name, reason) = ("reset", PolicyReason.drift.rawValue)
        case .finishReset:
            takeCandidate(probation: 0)
            (name, reason) = ("reset_done", "the fresh model has learned enough to answer")
        case .swapCandidate(let why, let probation, let first, let second):
            takeCandidate(probation: probation)
            (name, reason, losses) = ("retrain_swap", why.rawValue, (first, second))
        case .recall(let memory, let first, let second):
            recall(memory)
            (name, reason, losses) = ("recall", PolicyReason.returned.rawValue, (first, second))
        case .discardCandidate(let why, let first, let second):
            dropCandidate()
            (name, reason, losses) = ("retrain_discard", why.rawValue, (first, second))
        }
        let watch = watches[index].plan
        tell(name, (watch.detector.name, watch.signal.text), before, losses, reason)
    }

    /// Another model of the topology answers from now on, and what a policy had begun on the one before is given up; or
    /// the shadow comes back.
    ///
    /// - Parameter isSpent: nothing is proven; challengers of `tune` have spent what they had won.
    func promote(_ promotion: Selection.Promotion, isSpent: Bool = false) {
        dropProposal()
        let before = (name: championName, version: version)
        var (action, reason) = ("switch_back", "the model before was better on the same events beyond doubt")
        if let model = promotion.model {
            if state.pointee.busy >= 0 { watches[state.pointee.busy].abandon() }
            dropCandidate()
            dropShadow()
            answer(by: model)
            let proof = "\(described(model)) was better on the same events beyond doubt"
            (action, reason) = (
                "switch", isSpent ? "what tuning had won is spent, so \(championName) answers as it is written" : proof
            )
        } else {
            comeBack()
        }
        tell(action, ("", ""), before, (promotion.before, promotion.after), reason)
    }

    /// The shadow answers again.
    func comeBack() {
        replaceChampion(by: state.pointee.shadow!)
        dropShadow()
        championChanged()
    }

    /// Another model of the topology answers.
    func answer(by model: Int) {
        state.pointee.former = state.pointee.champion
        state.pointee.champion = model
        championChanged()
    }

    /// The model that was replaced has not been better in time.
    func confirm() {
        dropShadow()
        tell(
            "switch_confirm", ("", ""), (championName, version), (.nan, .nan),
            "the fresh model has passed its probation")
    }

    /// - Parameter at: the event it belongs to; nil: the last one that was scored.
    func tell(
        _ action: String, _ cause: (detector: String, signal: String), _ before: (name: String, version: UInt32),
        _ losses: (before: Double, after: Double), _ reason: String, at: UInt64? = nil
    ) {
        state.pointee.notices.append(
            .decision(
                DecisionNotice(
                    at: at ?? sequence &- 1, action: action, detector: cause.detector, signal: cause.signal,
                    modelBefore: before.name, modelAfter: championName, versionBefore: before.version,
                    versionAfter: version, lossBefore: losses.before, lossAfter: losses.after, reason: reason)))
    }

    var version: UInt32 { slots.isEmpty ? 0 : slots[state.pointee.champion].version }

    private func startCandidate(_ index: Int) {
        beginSearch(index)
        state.pointee.candidate = slots[state.pointee.champion].makeFresh()
        noteRivals()
    }

    /// A policy looks for a model in the champion's place.
    func beginSearch(_ index: Int) {
        dropCandidate()
        state.pointee.busy = index
        if let memories { memories.begin(slots[state.pointee.champion].copyOfCurrent()) }
    }

    /// A model that was kept answers again, and the present one is kept.
    func recall(_ memory: Int, keepsAlways: Bool = false) {
        guard let memories else { return }
        replaceChampion(by: memories.take(memory))
        memories.keep(slot: state.pointee.champion, always: keepsAlways)
        dropCandidate()
        championChanged()
    }

    /// The candidate answers from now on. On probation the first model that was replaced is its shadow: what has learned
    /// the most is what a fresh model may never be worse than.
    private func takeCandidate(probation: UInt64) {
        guard let fresh = state.pointee.candidate else { return dropCandidate() }
        let old = replaceChampion(by: fresh)
        memories?.keep(slot: state.pointee.champion)
        dropCandidate()
        if probation > 0, state.pointee.shadow == nil { state.pointee.shadow = old }
        if state.pointee.shadow != nil { state.pointee.probation = max(probation, 1) }
        noteRivals()
        championChanged()
    }

    /// Gives the incarnation that answered, whose last answer may still be borrowed.
    @discardableResult
    private func replaceChampion(by fresh: Incarnation) -> Incarnation {
        let slot = slots[state.pointee.champion]
        let old = slot.current
        state.pointee.former = -1
        state.pointee.retired.append(old)
        slot.current = fresh
        slot.version += 1
        return old
    }

    func dropCandidate() {
        state.pointee.candidate = nil
        state.pointee.replayed = nil
        state.pointee.proposal = nil
        state.pointee.busy = -1
        state.pointee.answersByPrior = false
        memories?.begin(nil)
        noteRivals()
    }

    func dropShadow() {
        state.pointee.shadow = nil
        state.pointee.probation = 0
        noteRivals()
    }

    func noteRivals() {
        let none = state.pointee.candidate == nil && state.pointee.shadow == nil
        state.pointee.candidateSlot = none ? -1 : state.pointee.champion
    }

    /// After a change the champion's errors are another sequence: what watches them, or compares with them, starts anew.
    func championChanged() {
        state.pointee.sinceChange = 0
        selection?.restart()
        tuning?.championChanged(state.pointee.champion)
        memories?.begin(nil)
        for watch in watches where !watch.isOfFeature {
            watch.detector.reset()
            watch.level = .none
        }
    }
}
