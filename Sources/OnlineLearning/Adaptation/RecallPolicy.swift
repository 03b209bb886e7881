/// `recall`: as `background`, and the models that were replaced are kept as they were. At the next drift they are tried
/// on the same events beside the fresh one, and the first that is proven better answers: a concept that comes back finds
/// its model (Gama & Kosina 2014, doi:10.1007/s10115-013-0654-6).
///
/// A kept model does not learn until it answers again. There is no probation: what was replaced is kept anyway.
final class RecallPolicy: Policy {
    static let description = ComponentDescription(
        name: "recall", role: .action,
        summary: "As background, and tries the models that were replaced before, for concepts that come back.",
        source: "Gama & Kosina 2014, doi:10.1007/s10115-013-0654-6.",
        cost: "Memory for five models more, three of them kept; while a fresh one trains, the answers of all.",
        parameters: BackgroundPolicy.training + [.coolDown(standard: 0)], needs: .champion)
    static let spareModels = 2 + Memories.most
    static let remembers = true

    private let core: BackgroundPolicy

    init(parameters: ParameterValues) { core = BackgroundPolicy(parameters: parameters, probation: 0, recalls: true) }

    var isActive: Bool { core.isActive }

    func step(_ input: PolicyInput) -> PolicyAction { core.step(input) }
    func abandon() { core.abandon() }
    func write(to writer: inout SnapshotWriter) { core.write(to: &writer) }
    func read(from reader: inout SnapshotReader) throws(SnapshotError) { try core.read(from: &reader) }
}
