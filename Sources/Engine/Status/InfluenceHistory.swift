/// What answers rested on over time: every ten seconds for an hour, and then ever more coarsely.
///
/// Memory: 360 rows at most of a number per feature, fewer of very many features.
struct InfluenceHistory {
    private static let limit = 360
    private var step = 10.0
    private(set) var samples: [InfluenceSample] = []

    /// Takes what a task says of itself; nothing where it has nothing to say yet.
    mutating func add(_ shares: [Double], at x: Double) {
        guard !shares.isEmpty, x >= (samples.last?.x ?? -.infinity) + step else { return }
        if samples.last.map({ $0.shares.count != shares.count }) ?? false { samples = [] }
        samples.append(InfluenceSample(x: x, shares: shares))
        guard samples.count >= min(Self.limit, max(60, 65_536 / shares.count)) else { return }
        samples = samples.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        step *= 2
    }
}

/// What answers rested on at one moment.
public struct InfluenceSample: Sendable, Equatable {
    /// Seconds since 1970.
    public var x: Double
    /// Each feature's share, in the schema's order; 1 in all.
    public var shares: [Double]

    /// Shares at a moment.
    public init(x: Double, shares: [Double]) {
        self.x = x
        self.shares = shares
    }
}
