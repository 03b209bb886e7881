/// `background`: a fresh candidate trains beside the champion from the warning on, is discarded when the warning fades,
/// and replaces the champion after a drift only when it is trained and proven better on the same events.
///
/// A drift without a warning starts the candidate at that moment; an untrained model never answers. After `max_wait`
/// labelled events since the drift the better of the two stays.
final class BackgroundPolicy: Policy {
    static let description = ComponentDescription(
        name: "background", role: .action,
        summary: "Trains a fresh model from the warning on and swaps it in at a drift once it is proven better.",
        source:
            "Gomes et al. 2017, doi:10.1007/s10994-017-5642-8; the proof is Ville's inequality, doi:10.1214/23-STS894.",
        cost: "A second model while the fresh one trains.",
        parameters: [
            .minTrain,
            ParameterDescription(
                "forget", .integer(1...1_000_000_000, default: 500),
                "Labelled events without a warning after which the fresh model is discarded."),
            ParameterDescription(
                "max_wait", .integer(1...1_000_000_000, default: 2000),
                "Labelled events after a drift by which the better of the two is kept."),
            ParameterDescription(
                "evidence", .number(1...1_000_000, default: 20),
                "Betting odds against chance that the fresh model must reach on the same events to be swapped in early."
            ),
            .coolDown,
        ], needs: .champion)
    static let trainsModel = true

    private enum Phase: UInt8 { case idle, warned, drifted }
    private let minTrain: UInt64
    private let forget: UInt64
    private let maxWait: UInt64
    private let evidence: Double
    private let coolDown: UInt64
    private var phase = Phase.idle
    /// Labelled events since the last warning, or since the drift.
    private var waited: UInt64 = 0
    private var pair = PairedEvidence()

    init(parameters: ParameterValues, context: PolicyContext) {
        minTrain = UInt64(parameters.integer("min_train"))
        forget = UInt64(parameters.integer("forget"))
        maxWait = UInt64(parameters.integer("max_wait"))
        evidence = parameters.number("evidence")
        coolDown = UInt64(parameters.integer("cool_down"))
    }

    var isActive: Bool { phase != .idle }

    func step(_ input: PolicyInput) -> PolicyAction {
        switch phase {
        case .idle: idle(input)
        case .warned: warned(input)
        case .drifted: drifted(input)
        }
    }

    private func idle(_ input: PolicyInput) -> PolicyAction {
        guard input.level > .none, !input.isImprovement else { return .none }
        if !input.isFree { return refusal(.busy, input) }
        if input.sinceChange < coolDown { return refusal(.coolDown, input) }
        begin(input.level == .drift ? .drifted : .warned)
        return .startCandidate(input.level == .drift ? .driftWithoutCandidate : .warning)
    }

    private func refusal(_ reason: PolicyReason, _ input: PolicyInput) -> PolicyAction {
        input.level == .drift ? .keep(reason, before: .nan, after: .nan) : .none
    }

    private func warned(_ input: PolicyInput) -> PolicyAction {
        if input.level == .drift {
            if input.isImprovement {
                begin(.idle)
                return .discardCandidate(.improvement, before: .nan, after: .nan)
            }
            begin(.drifted)
            return .none
        }
        if input.level == .warning, !input.isImprovement { waited = 0 } else if input.labelled { waited += 1 }
        guard waited >= forget else { return .none }
        begin(.idle)
        return .discardCandidate(.faded, before: .nan, after: .nan)
    }

    private func drifted(_ input: PolicyInput) -> PolicyAction {
        guard input.labelled else { return .none }
        waited += 1
        if input.candidateLearned > minTrain { pair.add(first: input.championLoss, second: input.candidateLoss) }
        let means = pair.means
        if pair.count > 0, pair.secondIsBetter(by: evidence) {
            begin(.idle)
            return .swapCandidate(.proven, before: means.first, after: means.second)
        }
        guard waited >= maxWait else { return .none }
        let isBetter = pair.count > 0 && means.second < means.first
        begin(.idle)
        return isBetter
            ? .swapCandidate(.betterInTime, before: means.first, after: means.second)
            : .discardCandidate(.notBetter, before: means.first, after: means.second)
    }

    func abandon() { begin(.idle) }

    private func begin(_ next: Phase) {
        phase = next
        waited = 0
        pair = PairedEvidence()
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(phase.rawValue)
        writer.write(waited)
        pair.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        phase = try reader.readCase("policy phase")
        waited = try reader.read()
        try pair.read(from: &reader)
    }
}
