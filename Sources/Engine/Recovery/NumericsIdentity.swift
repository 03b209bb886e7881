import Foundation
import OnlineLearning

/// Under which conditions results are bit for bit the same: learner versions, architecture, floating-point features.
///
/// glibc picks other variants of exp and log without fused multiply-add, and results then differ in the last bit.
public enum NumericsIdentity {
    /// Raised when a learner's arithmetic changes.
    static let learnerVersion = 3

    /// The identity in words, as `--version` prints it.
    public static let text: String = "learners \(learnerVersion), \(architecture), \(floatingPoint)"
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

    /// A probe of the C library rather than of the CPU's flags: what counts is which variant runs.
    static var floatingPoint: String {
        #if os(Linux)
        let flags = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = flags.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        let words = Set(line.split(separator: " "))
        return ["avx2", "fma", "avx512f"].filter { words.contains(Substring($0)) }.joined(separator: "+")
        #else
        return "system"
        #endif
    }
}
