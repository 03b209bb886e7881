/// `switch`: at a drift the challenger with the lowest mean error since the change becomes the champion, if it is better.
///
/// It is then on probation for `probation` labelled events: the outgoing model goes on as a shadow, and comes back as soon
/// as it is proven better on the same events, or at the end if it was better on average.
final class SwitchPolicy: Policy {
    /// Proof needed to end a probation early.
    private static let evidence = 20.0
    private let probation: UInt64
    private let coolDown: UInt64
    private let modelCount: Int
    /// The outgoing model during a probation, else -1.
    private(set) var shadow = -1
    private var pair = PairedEvidence()

    init(_ parameters: ParameterValues, modelCount: Int) {
        probation = UInt64(parameters.integer("probation"))
        coolDown = UInt64(parameters.integer("cool_down"))
        self.modelCount = modelCount
    }

    func step(_ input: PolicyInput) -> PolicyAction { shadow >= 0 ? watch(input) : decide(input) }

    private func watch(_ input: PolicyInput) -> PolicyAction {
        if input.labelled {
            pair.add(first: input.shadowLoss, second: input.championLoss)
            let means = pair.means
            let isOver = pair.count >= probation
            if pair.firstIsBetter(by: Self.evidence) || (isOver && means.first < means.second) {
                defer { end() }
                return .promoteBack(shadow, before: means.second, after: means.first)
            }
            if isOver {
                end()
                return .confirm(before: means.first, after: means.second)
            }
        }
        return input.level == .drift ? .keep(.busy, before: .nan, after: .nan) : .none
    }

    private func decide(_ input: PolicyInput) -> PolicyAction {
        guard input.level == .drift, !input.isImprovement else { return .none }
        let (before, after) = (input.championRecent, input.bestLoss)
        if !input.isFree { return .keep(.busy, before: .nan, after: .nan) }
        if input.sinceChange < coolDown { return .keep(.coolDown, before: .nan, after: .nan) }
        if input.bestChallenger < 0 { return .keep(.noChallenger, before: before, after: .nan) }
        guard after < before else { return .keep(.noBetter, before: before, after: after) }
        if probation > 0 { shadow = input.champion }
        return .promote(input.bestChallenger, before: before, after: after)
    }

    private func end() {
        shadow = -1
        pair = PairedEvidence()
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(Int32(shadow))
        pair.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        shadow = Int(try reader.read(Int32.self))
        guard shadow >= -1, shadow < modelCount else { throw SnapshotError("the snapshot's outgoing model does not exist") }
        try pair.read(from: &reader)
    }
}
