extension Pipeline {
    /// Stream time goes on; it never goes back.
    func take(_ time: Int64) -> PipelineOutput {
        begin()
        state.pointee.time = max(state.pointee.time, time)
        var output = PipelineOutput()
        end(&output)
        return output
    }

    func take(_ command: PipelineCommand) -> PipelineOutput {
        if let name = command.model, !slots.contains(where: { $0.plan.name == name }) {
            return PipelineOutput(refusal: .unknownModel(name))
        }
        let isVerdict = command == .approve || command == .deny
        if isVerdict, state.pointee.proposal == nil { return PipelineOutput(refusal: .nothingProposed) }
        if command == .rollback, predecessor == nil { return PipelineOutput(refusal: .nothingKept) }
        begin()
        let before = (name: championName, version: version)
        switch command {
        case .freeze(let model): freeze(model, true)
        case .unfreeze(let model): freeze(model, false)
        case .promote(let model):
            dropProposal()
            giveUp()
            let index = slots.firstIndex { $0.plan.name == model }!
            if index != state.pointee.champion { answer(by: index) }
        case .rollback: rollBack()
        case .approve: approve()
        case .deny: deny("an operator asked for it")
        }
        // Two histories that differ in a command differ in their digests.
        state.pointee.mix(StableHash.of("\(command.word) \(command.model ?? "")"))
        state.pointee.notices.append(
            notice(of: command.word, reason: "an operator asked for it", modelBefore: before))
        var output = PipelineOutput()
        end(&output)
        return output
    }

    private func freeze(_ model: String?, _ rests: Bool) {
        if model == nil {
            state.pointee.isFrozen = rests
            if !rests { tell(quarantine?.resumeByHand()) }
        }
        // What goes on again as a whole leaves no model behind.
        for slot in slots where model == nil ? !rests : slot.plan.name == model { slot.isFrozen = rests }
    }

    /// The decision that an operator's word is recorded as; nothing changes.
    public func notice(
        of action: String, reason: String, modelBefore: (name: String, version: UInt32)? = nil
    ) -> Notice {
        .decision(
            DecisionNotice(
                at: sequence, action: action, detector: "", signal: "", modelBefore: modelBefore?.name ?? championName,
                modelAfter: championName, versionBefore: modelBefore?.version ?? version, versionAfter: version,
                lossBefore: .nan, lossAfter: .nan, reason: reason))
    }
}

extension PipelineCommand {
    /// Its word, in records and on the command line.
    public var word: String {
        switch self {
        case .freeze: "freeze"
        case .unfreeze: "unfreeze"
        case .promote: "promote"
        case .rollback: "rollback"
        case .approve: "approve"
        case .deny: "deny"
        }
    }

    /// The model it is about, or nil: all.
    public var model: String? {
        switch self {
        case .freeze(let model), .unfreeze(let model): model
        case .promote(let model): model
        case .rollback, .approve, .deny: nil
        }
    }
}
