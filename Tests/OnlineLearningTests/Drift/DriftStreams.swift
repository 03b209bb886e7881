import OnlineLearning

/// The 0/1 sequences of the drift bar: SplitMix64 against a rate that changes at 10 000.
enum DriftStream: UInt64, CaseIterable, Sendable {
    case stationary = 0
    case abrupt = 1000
    case gradual = 2000
    case down = 3000
    case small = 4000
    case low = 5000
    /// At 0.2 in runs: a Markov chain whose neighbours have the correlation 0.5.
    case dependent = 6000

    var length: Int { self == .stationary || self == .dependent ? 100_000 : 20_000 }

    private func rate(_ t: Int) -> Double {
        switch self {
        case .stationary, .dependent: 0.2
        case .abrupt: t < 10_000 ? 0.2 : 0.4
        case .gradual: t < 10_000 ? 0.2 : t < 12_000 ? 0.2 + 0.2 * Double(t - 10_000) / 2000 : 0.4
        case .down: t < 10_000 ? 0.4 : 0.2
        case .small: t < 10_000 ? 0.2 : 0.25
        case .low: t < 10_000 ? 0.02 : 0.06
        }
    }

    func values(seed: UInt64) -> [Bool] {
        var random = SplitMix(state: seed + rawValue)
        var last = false
        return (0..<length).map { t in
            last = random.uniform() < (self == .dependent ? (last ? 0.6 : 0.1) : rate(t))
            return last
        }
    }
}

/// SplitMix64 in its sequential form.
struct SplitMix {
    var state: UInt64

    mutating func bits() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return StableHash.mix(state)
    }

    mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }
}

/// A detector by its name, with defaults where nothing is given.
func makeDetector(_ name: String, _ given: [String: ParameterValue] = [:]) -> any DriftDetector {
    let type = Catalog.detectors.first { $0.description.name == name }!
    return type.init(
        parameters: ParameterValues(type.description, given),
        context: ComponentContext(features: [Feature("x", .numeric)]))
}

/// Indices of the inputs at which it alarms.
func alarms(_ detector: any DriftDetector, _ values: [Bool]) -> [Int] {
    values.indices.filter { detector.update(.error(values[$0])) == .drift }
}
