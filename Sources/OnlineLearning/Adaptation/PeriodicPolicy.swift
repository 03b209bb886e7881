/// `periodic`: every `period` labelled events the champion is replaced by a fresh model that has learned them, whatever the
/// detector says: what is done by a clock where nothing watches for drift, and the yardstick of the policies that do.
final class PeriodicPolicy: Policy {
    static let description = ComponentDescription(
        name: "periodic", role: .action,
        summary: "Replaces the champion by a fresh model every so many labelled events, drift or not.",
        source: "The yardstick of retraining by the clock (Gower-Winter et al. 2026, arXiv:2602.06456).",
        cost: "A second model at all times.",
        parameters: [
            ParameterDescription(
                "period", .integer(10...1_000_000_000, default: 2000),
                "Labelled events that a fresh model learns before it answers.")
        ], needs: .champion)
    static let spareModels = 1

    private let period: UInt64
    private var isTraining = false

    init(parameters: ParameterValues) { period = UInt64(parameters.integer("period")) }

    var isActive: Bool { true }

    func step(_ input: PolicyInput) -> PolicyAction {
        guard input.labelled, input.isFree else { return .none }
        if !isTraining {
            isTraining = true
            return .startCandidate(.period)
        }
        guard input.candidateLearned >= period else { return .none }
        isTraining = false
        return .swapCandidate(.period, probation: 0, before: .nan, after: .nan)
    }

    func abandon() { isTraining = false }

    func write(to writer: inout SnapshotWriter) { writer.write(isTraining) }
    func read(from reader: inout SnapshotReader) throws(SnapshotError) { isTraining = try reader.readBool() }
}
