import OnlineLearning
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195): 8 bytes of state, a few operations a draw.
public struct StreamRandom: Sendable, RandomNumberGenerator {
    private var state: UInt64

    /// Streams with different seeds, and different `part`s of one seed, are independent.
    public init(seed: UInt64, part: UInt64 = 0) {
        state = StableHash.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ StableHash.mix(part &* 0xd1b5_4a32_d192_ed03)
    }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return StableHash.mix(state)
    }

    /// Uniform in [0, 1).
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in [low, high).
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

    /// Uniform in 0..<bound; the bias is below bound / 2^64.
    public mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// True with a probability.
    public mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

    /// Normal with mean 0 and deviation 1 (Box & Muller 1958, doi:10.1214/aoms/1177706645): two draws, none kept.
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// An index by weights that sum to `total`.
    mutating func pick(_ weights: [Double], total: Double) -> Int {
        var rest = uniform() * total
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return index }
        }
        return weights.count - 1
    }
}
