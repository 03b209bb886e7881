import Testing

@testable import OnlineLearning

/// The functions of pairs against the C library's.
@Suite struct NumericsPairsTests {
    @Test func logarithmsAgreeToTheLastDigits() {
        for step in 0..<4000 {
            let x = Numerics.exp(Double(step - 2000) / 3)
            let both = Numerics.logs(SIMD2(x, 1 + x * 1e-8))
            #expect(abs(both[0] - Numerics.log(x)) <= 3e-16 * max(1, abs(Numerics.log(x))), "\(x)")
            #expect(abs(both[1] - Numerics.log(1 + x * 1e-8)) <= 3e-16 * max(1, abs(both[1])), "\(x)")
        }
        #expect(Numerics.logs(SIMD2(1, 0))[0] == 0)
        #expect(Numerics.logs(SIMD2(1, 0))[1].isFinite)
    }

    @Test func theNormalDistributionAgrees() {
        for step in -4000...4000 {
            let z = Double(step) / 100
            let value = Numerics.normalCDFs(SIMD2(z, -z))
            #expect(abs(value[0] - Numerics.normalCDF(z)) < 1e-14, "\(z)")
            #expect(abs(value[1] - Numerics.normalCDF(-z)) <= 1e-8 * Numerics.normalCDF(-z) + 1e-14, "\(z)")
        }
        #expect(Numerics.normalCDFs(SIMD2(.infinity, -.infinity)) == SIMD2(1, Numerics.normalCDFs(SIMD2(-37, 0))[0]))
    }
}
