import OnlineLearning

/// Right and wrong answers whose rate of errors changes at 10,000: what drift detectors are compared on.
///
/// SplitMix64 against the rate, so that anyone can write the same streams. Deterministic; any thread.
public enum ErrorStream: UInt64, CaseIterable, Sendable {
    /// 100,000 at a rate of 0.2.
    case stationary = 0
    /// 0.2, then 0.4.
    case abrupt = 1000
    /// From 0.2 to 0.4 within 2,000.
    case gradual = 2000
    /// 0.4, then 0.2: an improvement.
    case down = 3000
    /// 0.2, then 0.25.
    case small = 4000
    /// 0.02, then 0.06.
    case low = 5000
    /// 100,000 at 0.2 in runs: a Markov chain whose neighbours have the correlation 0.5.
    case dependent = 6000

    /// Where the rate changes, if it does.
    public static let change = 10_000

    /// Answers in the stream.
    public var count: Int { self == .stationary || self == .dependent ? 100_000 : 20_000 }

    private func rate(_ t: Int) -> Double {
        let isAfter = t >= Self.change
        return switch self {
        case .stationary, .dependent: 0.2
        case .abrupt: isAfter ? 0.4 : 0.2
        case .gradual: 0.2 + 0.2 * min(Double(max(t - Self.change, 0)) / 2000, 1)
        case .down: isAfter ? 0.2 : 0.4
        case .small: isAfter ? 0.25 : 0.2
        case .low: isAfter ? 0.06 : 0.02
        }
    }

    /// Whether each answer is wrong. Cost: a few operations per answer.
    public func values(seed: UInt64) -> [Bool] {
        var state = seed &+ rawValue
        var last = false
        return (0..<count).map { t in
            state &+= 0x9e37_79b9_7f4a_7c15
            let uniform = Double(StableHash.mix(state) >> 11) * 0x1p-53
            last = uniform < (self == .dependent ? (last ? 0.6 : 0.1) : rate(t))
            return last
        }
    }
}
