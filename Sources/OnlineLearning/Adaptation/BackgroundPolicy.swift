#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `background`: a fresh candidate trains beside the champion from the warning on, is discarded when the warning fades,
/// and replaces the champion after a drift only when it is trained and proven better on the same events.
///
/// A drift without a warning starts the candidate at that moment; an untrained model never answers. One that is not
/// proven better within `max_wait` labelled events since the drift is discarded. The first model that is replaced goes on
/// learning as a shadow until it has not been better for `probation` labelled events: it comes back as soon as it is
/// proven better (`Selection`), so that a fresh model that was better for a while costs little.
final class BackgroundPolicy: Policy {
    static let description = ComponentDescription(
        name: "background", role: .action,
        summary: "Trains a fresh model from the warning on and swaps it in at a drift once it is proven better.",
        source:
            "Gomes et al. 2017, doi:10.1007/s10994-017-5642-8; the proof is an e-detector, arXiv:2203.03532.",
        cost: "A second model while the fresh one trains, and one during its probation.",
        parameters: training + [
            .probation, .coolDown(standard: 0),
        ], needs: .champion)
    static let spareModels = 2
    /// Parameters of every policy that trains a fresh model beside the champion.
    static let training: [ParameterDescription] = [
        .minTrain(standard: 50),
        ParameterDescription(
            "forget", .integer(1...1_000_000_000, default: 500),
            "Labelled events without a warning after which the fresh model is discarded."),
        ParameterDescription(
            "max_wait", .integer(1...1_000_000_000, default: 2000),
            "Labelled events after a drift by which the fresh model must be proven better."),
        ParameterDescription(
            "evidence", .number(1...1_000_000, default: 5),
            "Betting odds against chance that a model must reach on the same events to take the other's place."),
    ]

    private enum Phase: UInt8 { case idle, warned, drifted }
    private let minTrain: UInt64
    private let forget: UInt64
    private let maxWait: UInt64
    private let probation: UInt64
    private let recalls: Bool
    /// Events before the change, and lessons per event that comes, of a candidate that learns again what was learned; nil: it learns
    /// what comes.
    private let replay: (margin: UInt64, speed: Int)?
    /// Logarithm of the odds.
    private let evidence: Double
    private let coolDown: UInt64
    private var phase = Phase.idle
    /// Labelled events since the last warning, or since the drift.
    private var waited: UInt64 = 0
    private var pair = PairedEvidence()

    convenience init(parameters: ParameterValues) {
        self.init(parameters: parameters, probation: UInt64(parameters.integer("probation")))
    }

    /// - Parameters:
    ///   - recalls: a model that was replaced before may take the champion's place too.
    ///   - replay: the candidate begins at a drift, with what was learned since the change.
    init(
        parameters: ParameterValues, probation: UInt64, recalls: Bool = false,
        replay: (margin: UInt64, speed: Int)? = nil
    ) {
        self.probation = probation
        self.recalls = recalls
        self.replay = replay
        minTrain = UInt64(parameters.integer("min_train"))
        forget = replay == nil ? UInt64(parameters.integer("forget")) : .max
        maxWait = UInt64(parameters.integer("max_wait"))
        evidence = log(parameters.number("evidence"))
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
        guard input.level == .drift || replay == nil && input.level == .warning else { return .none }
        if !input.isFree { return refusal(.busy, input) }
        if input.sinceChange < coolDown { return refusal(.coolDown, input) }
        begin(input.level == .drift ? .drifted : .warned)
        if let replay {
            return .startReplay(change: input.changePoint, margin: replay.margin, speed: replay.speed)
        }
        return .startCandidate(input.level == .drift ? .driftWithoutCandidate : .warning)
    }

    private func refusal(_ reason: PolicyReason, _ input: PolicyInput) -> PolicyAction {
        input.level == .drift ? .keep(reason, before: .nan, after: .nan) : .none
    }

    private func warned(_ input: PolicyInput) -> PolicyAction {
        if input.level == .drift {
            begin(.drifted)
            return .none
        }
        if input.level == .improvement {
            begin(.idle)
            return .discardCandidate(.improvement, before: .nan, after: .nan)
        }
        if input.level == .warning { waited = 0 } else if input.labelled { waited += 1 }
        guard waited >= forget else { return .none }
        begin(.idle)
        return .discardCandidate(.faded, before: .nan, after: .nan)
    }

    private func drifted(_ input: PolicyInput) -> PolicyAction {
        guard input.labelled, input.hasCandidate else { return .none }
        waited += 1
        // Another champion: what was compared says nothing of it.
        if input.sinceChange <= 1 { pair = PairedEvidence() }
        if input.candidateLearned > minTrain { pair.add(first: input.championLoss, second: input.candidateLoss) }
        if recalls, let memory = input.memories?.proven(slot: input.champion, byLog: evidence) {
            begin(.idle)
            return .recall(memory.index, before: memory.before, after: memory.after)
        }
        let means = pair.means
        if pair.secondIsBetter(byLog: evidence, over: 1) {
            begin(.idle)
            return .swapCandidate(.proven, probation: probation, before: means.first, after: means.second)
        }
        guard waited >= maxWait else { return .none }
        begin(.idle)
        return .discardCandidate(.notBetter, before: means.first, after: means.second)
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
