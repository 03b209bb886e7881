import Foundation
import OnlineLearning

/// Under which conditions results are bit for bit the same: learner versions, architecture, the C library's mathematics.
///
/// The C library picks variants of exp and log by the processor, with and without fused multiply-add, and results differ in the
/// last bit. What counts is which variant runs: it is asked for some results, and told by their sum.
public enum NumericsIdentity {
    /// Raised when a learner's arithmetic changes.
    static let learnerVersion = 3

    /// The identity in words, as `--version` prints it.
    public static let text: String = "learners \(learnerVersion), \(architecture), mathematics \(mathematics)"
    static let hash: UInt64 = StableHash.of(text)

    static var architecture: String {
        #if arch(x86_64)
        "x86_64"
        #elseif arch(arm64)
        "arm64"
        #else
        "other"
        #endif
    }

    /// Eight digits of a sum over what the functions that learners call say to 512 numbers: about 0.1 ms.
    static var mathematics: String {
        var sum: UInt64 = 0
        for step in 1...512 {
            let x = Double(step) * 0.0371
            for value in [exp(x), exp(-x), expm1(x), log(x), log1p(x), pow(x, 1.7), tanh(x), erf(x), lgamma(x)] {
                sum = StableHash.mix(sum ^ value.bitPattern)
            }
        }
        return String(sum >> 32 | 1 << 32, radix: 16).dropFirst().description
    }
}
