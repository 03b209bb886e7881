#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The C math functions that learners need, and arithmetic that stays finite for every finite input.
enum Numerics {
    static let largest = Double.greatestFiniteMagnitude

    @inline(__always) static func log(_ x: Double) -> Double {
        #if canImport(Glibc)
        Glibc.log(x)
        #elseif canImport(Musl)
        Musl.log(x)
        #else
        Darwin.log(x)
        #endif
    }

    @inline(__always) static func exp(_ x: Double) -> Double {
        #if canImport(Glibc)
        Glibc.exp(x)
        #elseif canImport(Musl)
        Musl.exp(x)
        #else
        Darwin.exp(x)
        #endif
    }

    /// The standard normal distribution function.
    @inline(__always) static func normalCDF(_ z: Double) -> Double {
        #if canImport(Glibc)
        0.5 * Glibc.erfc(-z * 0.7071067811865476)
        #elseif canImport(Musl)
        0.5 * Musl.erfc(-z * 0.7071067811865476)
        #else
        0.5 * Darwin.erfc(-z * 0.7071067811865476)
        #endif
    }

    /// The point that a standard normal number exceeds with the probability `tail`, 0 < tail < 1, within ±40. By
    /// bisection: not for every event.
    static func normalQuantile(above tail: Double) -> Double {
        var (low, high) = (-40.0, 40.0)
        while true {
            let middle = (low + high) / 2
            if middle <= low || middle >= high { return -middle }
            if normalCDF(middle) < tail { low = middle } else { high = middle }
        }
    }

    /// `value` within ±`bound`; an infinity becomes the bound. NaN stays.
    @inline(__always) static func clip(_ value: Double, _ bound: Double) -> Double {
        value > bound ? bound : (value < -bound ? -bound : value)
    }

    /// a − b, held to the largest finite number where it overflows.
    @inline(__always) static func difference(_ a: Double, _ b: Double) -> Double { clip(a - b, largest) }

    /// 1 / (1 + e^−z) without overflow.
    @inline(__always) static func sigmoid(_ z: Double) -> Double {
        if z >= 0 { return 1 / (1 + exp(-z)) }
        let e = exp(z)
        return e / (1 + e)
    }

    /// Turns `count` finite or −∞ scores into probabilities in place; all of them −∞ give the uniform distribution.
    static func softmax(_ scores: UnsafeMutablePointer<Double>, _ count: Int) {
        var highest = -Double.infinity
        for index in 0..<count where scores[index] > highest { highest = scores[index] }
        guard highest > -.infinity else {
            uniform(scores, count)
            return
        }
        var sum = 0.0
        for index in 0..<count {
            let e = exp(scores[index] - highest)
            scores[index] = e
            sum += e
        }
        let scale = 1 / sum
        for index in 0..<count { scores[index] *= scale }
    }

    static func uniform(_ target: UnsafeMutablePointer<Double>, _ count: Int) {
        let share = 1 / Double(max(count, 1))
        for index in 0..<count { target[index] = share }
    }

    /// The category a slot holds, or -1: missing or outside 0..<limit.
    @inline(__always) static func category(_ slot: Double, _ limit: Int) -> Int {
        slot >= 0 && slot < Double(limit) ? Int(slot) : -1
    }
}
