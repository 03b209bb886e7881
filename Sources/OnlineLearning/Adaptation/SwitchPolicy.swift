/// `switch`: at a drift the challenger with the lowest mean error since the change becomes the champion, if it is
/// better.
///
/// Challengers may need time to learn the new concept: where none is better at once, they are compared again every 50
/// labelled events for `max_wait` of them, and one that is better twice in a row is taken. The new champion is then on
/// probation for `probation` labelled events: the outgoing model goes on as a shadow, and comes back as soon as it is
/// proven better on the same events, or at the end if it was better on average.
final class SwitchPolicy: Policy {
    static let description = ComponentDescription(
        name: "switch", role: .action,
        summary: "Makes the challenger with the lowest error since the change the champion, on probation.",
        source: "Champion and challenger with rollback; the early end is Ville's inequality, doi:10.1214/23-STS894.",
        cost: "Nothing: challengers run anyway.",
        parameters: [
            ParameterDescription(
                "probation", .integer(0...1_000_000_000, default: 2000),
                "Labelled events in which the outgoing model may come back if it is better."),
            ParameterDescription(
                "max_wait", .integer(0...1_000_000_000, default: 2000),
                "Labelled events after a drift in which a challenger may still become better and be taken."),
            .coolDown,
        ], needs: .challenger)

    /// Proof needed to end a probation early.
    private static let evidence = 20.0
    /// Labelled events between two looks for a better challenger, and the most that a look goes back.
    private static let pause: UInt64 = 50
    private static let span: UInt64 = 200
    private let probation: UInt64
    private let maxWait: UInt64
    private let coolDown: UInt64
    private let modelCount: Int
    /// The outgoing model during a probation, else -1.
    private(set) var shadow = -1
    private var pair = PairedEvidence()
    /// Labelled events since a drift for which no challenger was better, or 0: not looking.
    private var looked: UInt64 = 0
    /// The challenger that was better at the last look, or -1.
    private var leader = -1

    init(parameters: ParameterValues, context: PolicyContext) {
        probation = UInt64(parameters.integer("probation"))
        maxWait = UInt64(parameters.integer("max_wait"))
        coolDown = UInt64(parameters.integer("cool_down"))
        modelCount = context.modelCount
    }

    var isActive: Bool { shadow >= 0 || looked > 0 }

    var comparison: Int {
        guard looked > 0, looked % Self.pause == 0 else { return 0 }
        return Int(min(looked, Self.span))
    }

    func step(_ input: PolicyInput) -> PolicyAction {
        if shadow >= 0 { return watch(input) }
        let action = decide(input)
        return action == .none && looked > 0 ? look(input) : action
    }

    /// The concept has changed and no model was better yet.
    private func look(_ input: PolicyInput) -> PolicyAction {
        // Another policy has changed the champion since.
        if input.sinceChange < looked { return stopLooking(.none) }
        if comparison > 0 {
            let isBetter = input.bestChallenger >= 0 && input.bestLoss < input.championRecent
            if isBetter, input.bestChallenger == leader, input.isFree { return promote(input) }
            leader = isBetter ? input.bestChallenger : -1
        }
        if input.labelled { looked += 1 }
        guard looked > maxWait else { return .none }
        return stopLooking(.keep(.noneBecameBetter, before: input.championRecent, after: input.bestLoss))
    }

    private func stopLooking(_ action: PolicyAction) -> PolicyAction {
        looked = 0
        leader = -1
        return action
    }

    private func promote(_ input: PolicyInput) -> PolicyAction {
        if probation > 0 { shadow = input.champion }
        return stopLooking(.promote(input.bestChallenger, before: input.championRecent, after: input.bestLoss))
    }

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
        if after < before { return promote(input) }
        looked = maxWait > 0 ? 1 : 0
        leader = -1
        return .keep(.noBetter, before: before, after: after)
    }

    func abandon() {
        end()
        looked = 0
        leader = -1
    }

    private func end() {
        shadow = -1
        pair = PairedEvidence()
    }

    func write(to writer: inout SnapshotWriter) {
        writer.write(Int32(shadow))
        pair.write(to: &writer)
        writer.write(looked)
        writer.write(Int32(leader))
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        shadow = Int(try reader.read(Int32.self))
        guard shadow >= -1, shadow < modelCount else {
            throw SnapshotError("the snapshot's outgoing model does not exist")
        }
        try pair.read(from: &reader)
        looked = try reader.read()
        leader = Int(try reader.read(Int32.self))
        guard looked <= maxWait else { throw SnapshotError("the snapshot's search for a model is older than max_wait") }
    }
}
