import OnlineLearning

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
