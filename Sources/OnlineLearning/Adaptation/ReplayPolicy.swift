/// `replay`: at a drift a fresh model learns again, beside the stream and faster than it, what was learned since the
/// change; once it is level it is a candidate as that of `background`: it answers when it is proven better.
///
/// It is, bit for bit, the model of a run that began at the event at which it begins: its transforms are fresh too, and
/// labels of events before that are not for it. Source: docs/decisions/0030.
final class ReplayPolicy: Policy {
    static let description = ComponentDescription(
        name: "replay", role: .action,
        summary: "Trains a fresh model on what came since the change, and swaps it in once it is proven better.",
        source: "The change point is the detector's; the proof is an e-detector, arXiv:2203.03532.",
        cost:
            "`keep` rows in memory and in every snapshot; else that of background, and `speed` lessons per event for a while.",
        parameters: [
            ParameterDescription(
                "keep", .integer(100...1_000_000, default: 10_000),
                "Events, and labels that come later, that are kept to be learned again."),
            ParameterDescription(
                "margin", .integer(0...1_000_000_000, default: 0),
                "Events before the estimated change with which the fresh model begins; many: all that is kept."),
            ParameterDescription(
                "speed", .integer(4...100_000, default: 20),
                "Events, and labels that came later, that are learned again per event that comes."),
        ] + BackgroundPolicy.training.filter { $0.name != "forget" } + [.probation, .coolDown(standard: 0)],
        needs: .champion)
    static let spareModels = 2

    private let core: BackgroundPolicy

    init(parameters: ParameterValues) {
        core = BackgroundPolicy(
            parameters: parameters, probation: UInt64(parameters.integer("probation")),
            replay: (UInt64(parameters.integer("margin")), parameters.integer("speed")))
    }

    static func keptLessons(_ parameters: ParameterValues) -> Int { parameters.integer("keep") }
    var isActive: Bool { core.isActive }

    func step(_ input: PolicyInput) -> PolicyAction { core.step(input) }
    func abandon() { core.abandon() }
    func write(to writer: inout SnapshotWriter) { core.write(to: &writer) }
    func read(from reader: inout SnapshotReader) throws(SnapshotError) { try core.read(from: &reader) }
}
