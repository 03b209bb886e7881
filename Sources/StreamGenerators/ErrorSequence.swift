import OnlineLearning

/// A model's errors, made: the 0/1 sequences on which drift detectors are measured.
///
/// SplitMix64 against a rate that changes at `change`; the same seed gives the same sequence as in the goldens of River
/// and MOA (`Benchmarks/goldens/drift`).
public enum ErrorSequence: String, CaseIterable, Sendable {
    /// 100 000 at 0.2.
    case stationary
    /// 0.2, then 0.4.
    case abrupt
    /// 0.2, then within 2000 to 0.4.
    case gradual
    /// 0.4, then 0.2: an improvement.
    case down
    /// 0.2, then 0.25.
    case small
    /// 0.02, then 0.06.
    case low
    /// 100 000 at 0.2 in runs: a Markov chain whose neighbours have the correlation 0.5.
    case dependent

    /// Where the rate changes, in inputs from the beginning.
    public static let change = 10_000

    /// Inputs.
    public var length: Int { isStationary ? 100_000 : 20_000 }
    /// Nothing changes: every alarm is false.
    public var isStationary: Bool { self == .stationary || self == .dependent }

    private var offset: UInt64 { UInt64(Self.allCases.firstIndex(of: self)!) * 1000 }

    private func rate(_ t: Int) -> Double {
        let isNew = t >= Self.change
        return switch self {
        case .stationary, .dependent: 0.2
        case .abrupt: isNew ? 0.4 : 0.2
        case .gradual: isNew ? 0.2 + 0.2 * min(Double(t - Self.change) / 2000, 1) : 0.2
        case .down: isNew ? 0.2 : 0.4
        case .small: isNew ? 0.25 : 0.2
        case .low: isNew ? 0.06 : 0.02
        }
    }

    /// True is an error. Allocates the array.
    public func values(seed: UInt64) -> [Bool] {
        var state = seed &+ offset
        var last = false
        return (0..<length).map { t in
            state &+= 0x9e37_79b9_7f4a_7c15
            let uniform = Double(StableHash.mix(state) >> 11) * 0x1p-53
            let rate = self == .dependent ? (last ? 0.6 : 0.1) : rate(t)
            last = uniform < rate
            return last
        }
    }
}
