/// Functions of two numbers at once, without branches and without calls: for searches that take thousands of them. They
/// differ from the C library's in the last digits, so that only choices are made by them.
extension Numerics {
    typealias Pair = SIMD2<Double>

    /// ln of both, x ≥ 0 and finite, within one unit in the last place (fdlibm's series); of 0 some finite number, so
    /// that 0 · ln 0 is 0.
    @inline(__always)
    static func logs(_ x: Pair) -> Pair {
        // x = m · 2^k with m between √½ and √2.
        let shifted: SIMD2<UInt64> = unsafeBitCast(x, to: SIMD2<UInt64>.self) &+ 0x0009_5f62_0000_0000
        let exponents: SIMD2<UInt64> = (shifted &>> 52) | 0x4330_0000_0000_0000
        let k: Pair = unsafeBitCast(exponents, to: Pair.self) - 4_503_599_627_371_519.0
        let digits: SIMD2<UInt64> = (shifted & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_0000_0000
        let f: Pair = unsafeBitCast(digits, to: Pair.self) - 1
        let s: Pair = f / (f + 2)
        let z: Pair = s * s
        let w: Pair = z * z
        var even: Pair = w * 1.531383769920937332e-01 + 2.222219843214978396e-01
        even = w * even + 3.999999999940941908e-01
        var odd: Pair = w * 1.479819860511658591e-01 + 1.818357216161805012e-01
        odd = w * odd + 2.857142874366239149e-01
        odd = w * odd + 6.666666666666735130e-01
        let half: Pair = f * f * 0.5
        let rest: Pair = s * (half + w * even + z * odd) + k * 1.90821492927058770002e-10
        return rest - half + f + k * 6.93147180369123816490e-01
    }

    /// e^x of both, -700 ≤ x ≤ 0, to 15 digits.
    @inline(__always)
    static func exps(_ x: Pair) -> Pair {
        let magic = Pair(repeating: 6_755_399_441_055_744)
        let shifted: Pair = x * 1.4426950408889634 + magic
        let k: Pair = shifted - magic
        let r: Pair = x - k * 6.93147180369123816490e-01 - k * 1.90821492927058770002e-10
        var sum: Pair = r * 2.08767569878681e-09 + 2.505210838544172e-08
        sum = sum * r + 2.755731922398589e-07
        sum = sum * r + 2.755731922398589e-06
        sum = sum * r + 2.48015873015873e-05
        sum = sum * r + 1.984126984126984e-04
        sum = sum * r + 1.388888888888889e-03
        sum = sum * r + 8.333333333333333e-03
        sum = sum * r + 4.1666666666666664e-02
        sum = sum * r + 0.16666666666666666
        sum = sum * r + 0.5
        sum = sum * r + 1
        sum = sum * r + 1
        let power: SIMD2<UInt64> = (unsafeBitCast(shifted, to: SIMD2<UInt64>.self) &+ 1023) &<< 52
        return sum * unsafeBitCast(power, to: Pair.self)
    }

    /// The standard normal distribution function of both (Hart 1968, algorithm 5666): the error is below 1e-14, and below
    /// a 100 millionth of the smaller side.
    @inline(__always)
    static func normalCDFs(_ z: Pair) -> Pair {
        let most = Pair(repeating: 37)
        let zero = Pair(repeating: 0)
        var x: Pair = z.replacing(with: zero - z, where: z .< zero)
        x = x.replacing(with: most, where: x .> most)
        var above: Pair = x * 3.52624965998911e-02 + 0.700383064443688
        above = above * x + 6.37396220353165
        above = above * x + 33.912866078383
        above = above * x + 112.079291497871
        above = above * x + 221.213596169931
        above = above * x + 220.206867912376
        var below: Pair = x * 8.83883476483184e-02 + 1.75566716318264
        below = below * x + 16.064177579207
        below = below * x + 86.7807322029461
        below = below * x + 296.564248779674
        below = below * x + 637.333633378831
        below = below * x + 793.826512519948
        below = below * x + 440.413735824752
        let tail: Pair = exps(x * x * -0.5) * above / below
        return tail.replacing(with: 1 - tail, where: z .> zero)
    }
}
