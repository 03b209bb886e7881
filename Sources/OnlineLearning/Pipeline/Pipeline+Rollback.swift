/// Back to the model that answered before the last change.
extension Pipeline {
    /// Where that model is kept.
    enum Predecessor {
        /// It is another model of the topology, and learned on.
        case model(Int)
        /// It is on probation, and learned on.
        case shadow
        /// It is among those that `recall` keeps, as it was then.
        case memory(Int)
    }

    /// What answered before the last change, or nil: it is not kept.
    var predecessor: Predecessor? {
        if state.pointee.former >= 0 { return .model(state.pointee.former) }
        if state.pointee.shadow != nil { return .shadow }
        return memories?.newest(slot: state.pointee.champion).map { .memory($0) }
    }

    /// It answers again. What it replaces is kept only where it is another model of the topology, or by `recall`.
    func rollBack() {
        guard let predecessor else { return }
        dropProposal()
        switch predecessor {
        case .model(let index):
            giveUp()
            answer(by: index)
        case .shadow:
            dropCandidate()
            abandon()
            comeBack()
        case .memory(let index):
            dropCandidate()
            abandon()
            memories?.begin(slots[state.pointee.champion].copyOfCurrent())
            recall(index, keepsAlways: true)
        }
    }

    /// All that was begun on the champion.
    func giveUp() {
        dropCandidate()
        dropShadow()
        abandon()
    }

    private func abandon() { for watch in watches { watch.abandon() } }
}
