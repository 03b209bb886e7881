/// The generator of java.util.Random, as its documentation specifies it: a linear congruence modulo 2^48 (Knuth, The Art
/// of Computer Programming, volume 2, 3.2.1). Only for models that must draw what another program draws.
struct JavaRandom {
    private static let scramble: UInt64 = 0x5_deec_e66d
    private static let mask: UInt64 = (1 << 48) - 1

    var state: UInt64

    init(seed: UInt64) { state = (seed ^ Self.scramble) & Self.mask }

    private mutating func next(_ bits: UInt64) -> UInt64 {
        state = (state &* Self.scramble &+ 0xb) & Self.mask
        return state >> (48 - bits)
    }

    /// 53 random bits, with zeros below: uniform in [0, 1) they are `nextDouble`.
    mutating func next53() -> UInt64 { (next(26) << 27 + next(27)) << 11 }
}
