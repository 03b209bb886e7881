/// What answers rest on of late: each input's share of all that inputs add to them or take off.
///
/// The mean size of the contributions of sampled answers, older ones counting less (after ten half as much); as a share of all
/// inputs'. An incremental, sampled Shapley importance; compare iPFI (Fumagalli et al. 2023, doi:10.1007/s10994-023-06385-y).
/// Not a part of the state: it decides nothing. Cost: that of an explanation each.
public struct Influence: Sendable {
    private static let decay = 0.933
    /// Fewer answers say nothing.
    private static let need = 5

    private var sums: [Double] = []
    /// Answers that were looked at.
    public private(set) var count = 0

    /// None yet.
    public init() {}

    /// Takes one answer's explanation.
    public mutating func add(_ explanation: Explanation) {
        if sums.isEmpty { sums = [Double](repeating: 0, count: explanation.parts.count) }
        for part in explanation.parts where part.contribution.isFinite {
            sums[part.feature] = sums[part.feature] * Self.decay + abs(part.contribution)
        }
        count += 1
    }

    /// By feature, in the schema's order, 1 in all; empty where too few answers were looked at, or nothing has any influence.
    public var shares: [Double] {
        let all = sums.reduce(0, +)
        guard count >= Self.need, all > 0 else { return [] }
        return sums.map { $0 / all }
    }
}
