/// `reset`: at a drift the champion is replaced by a fresh model; until that has learned `min_train` labelled events,
/// the outgoing model or the baselines go on answering.
final class ResetPolicy: Policy {
    static let description = ComponentDescription(
        name: "reset", role: .action,
        summary: "Replaces the champion with a fresh model at a drift.",
        source: "Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29.",
        cost: "A second model while the fresh one trains.",
        parameters: [
            .minTrain(standard: 50),
            ParameterDescription(
                "fallback", .choice(["previous", "prior"], default: "previous"),
                "Who answers until then: the outgoing model, or the class shares (the mean) so far."),
            .coolDown(standard: 0),
        ], needs: .champion)
    static let spareModels = 1

    private let minTrain: UInt64
    private let byPrior: Bool
    private let coolDown: UInt64
    private var isTraining = false

    init(parameters: ParameterValues) {
        minTrain = UInt64(parameters.integer("min_train"))
        byPrior = parameters.choice("fallback") == "prior"
        coolDown = UInt64(parameters.integer("cool_down"))
    }

    var isActive: Bool { isTraining }

    func step(_ input: PolicyInput) -> PolicyAction {
        if isTraining {
            if input.candidateLearned >= minTrain {
                isTraining = false
                return .finishReset
            }
            return input.level == .drift ? .keep(.busy, before: .nan, after: .nan) : .none
        }
        guard input.level == .drift else { return .none }
        if !input.isFree { return .keep(.busy, before: .nan, after: .nan) }
        if input.sinceChange < coolDown { return .keep(.coolDown, before: .nan, after: .nan) }
        isTraining = minTrain > 0
        return .startReset(byPrior: byPrior, atOnce: minTrain == 0)
    }

    func abandon() { isTraining = false }

    func write(to writer: inout SnapshotWriter) { writer.write(isTraining) }
    func read(from reader: inout SnapshotReader) throws(SnapshotError) { isTraining = try reader.readBool() }
}
