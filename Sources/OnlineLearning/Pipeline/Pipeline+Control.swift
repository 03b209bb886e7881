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
        if case .promote(let name) = command, !slots.contains(where: { $0.plan.name == name }) {
            return PipelineOutput(refusal: .unknownModel(name))
        }
        begin()
        let before = (name: championName, version: version)
        let name: String
        switch command {
        case .freeze:
            name = "freeze"
            state.pointee.isFrozen = true
        case .unfreeze:
            name = "unfreeze"
            state.pointee.isFrozen = false
        case .promote(let model):
            name = "promote"
            dropCandidate()
            dropShadow()
            for watch in watches { watch.abandon() }
            let index = slots.firstIndex { $0.plan.name == model }!
            if index != state.pointee.champion {
                state.pointee.champion = index
                championChanged()
            }
        }
        state.pointee.notices.append(
            .decision(
                DecisionNotice(
                    at: sequence, action: name, detector: "", signal: "", modelBefore: before.name,
                    modelAfter: championName, versionBefore: before.version, versionAfter: version, lossBefore: .nan,
                    lossAfter: .nan, reason: "an operator asked for it")))
        var output = PipelineOutput()
        end(&output)
        return output
    }
}
