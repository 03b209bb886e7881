/// What a policy would do to the champion, where people decide (`approval: manual`).
struct Proposal: Equatable {
    /// Its swap, reset or recall.
    var action: PolicyAction
    /// The place of the detector and its policy.
    var watch: Int
    /// Labelled events until it is denied.
    var left: UInt64
}

extension Pipeline {
    /// Does what a policy decided, or asks for it.
    func propose(_ action: PolicyAction, _ index: Int) {
        guard let wait = watches[index].plan.approval, let name = action.proposal, !slots.isEmpty else {
            return perform(action, index)
        }
        state.pointee.busy = index
        state.pointee.proposal = Proposal(action: action, watch: index, left: wait)
        let watch = watches[index].plan
        tell(
            "proposal", (watch.detector.name, watch.signal.text), (championName, version), action.losses,
            "\(name): it waits for `millrace approve` or `deny`, for \(wait) labelled events at most")
    }

    func waitForApproval() {
        guard let left = state.pointee.proposal?.left else { return }
        state.pointee.proposal?.left = left - 1
        if left <= 1 { deny("nobody approved it in time") }
    }

    func approve() {
        guard let proposal = state.pointee.proposal else { return }
        state.pointee.proposal = nil
        perform(proposal.action, proposal.watch)
    }

    /// The evidence of what waits was of a champion that answers no more.
    func dropProposal() { deny("another model answers") }

    /// Nothing is done, and what was begun for it is dropped.
    func deny(_ reason: String) {
        guard let proposal = state.pointee.proposal else { return }
        dropCandidate()
        watches[proposal.watch].abandon()
        let watch = watches[proposal.watch].plan
        tell("denied", (watch.detector.name, watch.signal.text), (championName, version), (.nan, .nan), reason)
    }

    /// - Parameter place: of its policy, where that is another one now.
    func readProposal(from sections: inout SnapshotSections, at place: Int? = nil) throws(SnapshotError) {
        state.pointee.proposal = nil
        guard sections.has("proposal") else { return }
        try sections.take("proposal", "") { (reader) throws(SnapshotError) in
            state.pointee.proposal = try Proposal(from: &reader)
        }
        if let place { state.pointee.proposal?.watch = place }
        guard let proposal = state.pointee.proposal, watches.indices.contains(proposal.watch),
            state.pointee.busy == proposal.watch, proposal.left > 0,
            proposal.isPossible(state.pointee.candidate != nil, memories)
        else { throw SnapshotError("the snapshot's proposal does not fit its policy") }
    }
}

extension PolicyAction {
    /// What would be done, in words, where people may have to approve it.
    fileprivate var proposal: String? {
        switch self {
        case .startReset: "the champion is to be replaced by a fresh model"
        case .swapCandidate: "the fresh model that was trained beside the champion is to answer"
        case .recall: "a model that had answered before is to answer again"
        default: nil
        }
    }

    fileprivate var losses: (before: Double, after: Double) {
        switch self {
        case .swapCandidate(_, _, let before, let after), .recall(_, let before, let after): (before, after)
        default: (.nan, .nan)
        }
    }
}

extension Proposal {
    private enum Kind: UInt8 { case reset, swap, recall }

    func write(to writer: inout SnapshotWriter) {
        writer.write(UInt32(watch))
        writer.write(left)
        let losses = action.losses
        var (kind, number, flags) = (Kind.reset, UInt64(0), UInt8(0))
        switch action {
        case .startReset(let byPrior, let atOnce): flags = (byPrior ? 1 : 0) | (atOnce ? 2 : 0)
        case .swapCandidate(_, let probation, _, _): (kind, number) = (.swap, probation)
        case .recall(let memory, _, _): (kind, number) = (.recall, UInt64(memory))
        default: preconditionFailure("nothing else is proposed")
        }
        writer.write(kind.rawValue)
        writer.write(flags)
        writer.write(number)
        writer.write(losses.before)
        writer.write(losses.after)
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        watch = Int(try reader.read(UInt32.self))
        left = try reader.read()
        let kind: Kind = try reader.readCase("kind of proposal")
        let flags = try reader.read(UInt8.self)
        let number = try reader.read(UInt64.self)
        let (before, after) = (try reader.readDouble(), try reader.readDouble())
        switch kind {
        case .reset: action = .startReset(byPrior: flags & 1 != 0, atOnce: flags & 2 != 0)
        case .swap:
            let reason = before.isNaN ? PolicyReason.period : .proven
            action = .swapCandidate(reason, probation: number, before: before, after: after)
        case .recall: action = .recall(Int(clamping: number), before: before, after: after)
        }
    }

    /// What it is about is there.
    fileprivate func isPossible(_ hasCandidate: Bool, _ memories: Memories?) -> Bool {
        switch action {
        case .recall(let memory, _, _): memory < memories?.count ?? 0
        case .swapCandidate: hasCandidate
        default: true
        }
    }
}
