public import OnlineLearning

/// A deterministic stream for the learner laws: features of every kind, a label that can be learned, and the input that
/// learners must survive.
public struct LawStream {
    /// How rough the values are.
    public enum Weather: Sendable {
        /// Ordinary values without gaps.
        case fair
        /// One slot in eight missing.
        case missing
        /// Missing slots, values of ±1e300 and as small as 1e-300.
        case wild
        /// Missing slots only.
        case empty
    }

    /// The features of its examples.
    public let features: [Feature]
    /// The order in which the features stand in an example: `order[slot]` is an index of `LawStream.features`.
    private let order: [Int]
    private let weather: Weather
    private let classCount: Int
    private let random: CounterRandom
    /// The slots of the current example.
    public let slots: UnsafeMutablePointer<Double>

    static let features: [Feature] = [
        Feature("amount", .numeric), Feature("age", .numeric), Feature("rate", .numeric),
        Feature("constant", .numeric), Feature("online", .boolean), Feature("colour", .categorical, maxCategories: 4),
        Feature("city", .categorical, maxCategories: 12),
    ]

    /// - Parameters: `shuffled` puts the features in another order; `slots` has room for all of them and outlives the
    ///   stream.
    public init(
        _ weather: Weather = .fair, seed: UInt64 = 1, classCount: Int = 2, shuffled: Bool = false,
        slots: UnsafeMutablePointer<Double>
    ) {
        order = shuffled ? [4, 2, 6, 0, 3, 5, 1] : Array(Self.features.indices)
        features = order.map { Self.features[$0] }
        self.weather = weather
        self.classCount = classCount
        self.slots = slots
        random = CounterRandom(seed: seed, component: 0x1a, task: 0)
    }

    /// Features of the stream, in every order.
    public static var width: Int { features.count }

    /// Fills the slots with example `index` and returns its label: a class and a target.
    public func make(_ index: Int) -> (classIndex: Int, target: Double) {
        let event = UInt64(index)
        var sum = 0.0
        for (slot, source) in order.enumerated() {
            let draw = random.uniform(event: event, draw: UInt64(source))
            let value = value(source, draw)
            slots[slot] = roughen(value, event, UInt64(source))
        }
        // From the ordinary values, in one order, whatever the weather does to what the learner sees.
        for source in order.indices {
            sum += random.uniform(event: event, draw: UInt64(source)) * Double(source % 3 + 1)
        }
        let noise = random.uniform(event: event, draw: 100)
        let target = sum * 3 - 10 + noise
        let share = max(0, min(0.999, (sum / 13 - 0.2) * 1.6 + (noise - 0.5) * 0.2))
        return (Int(share * Double(classCount)), target)
    }

    private func value(_ source: Int, _ draw: Double) -> Double {
        switch source {
        case 0: draw * 2000 - 500
        case 1: (draw * 80).rounded(.down)
        case 2: draw * 1e-4
        case 3: 7.5
        case 4: draw < 0.4 ? 0 : 1
        case 5: (draw * 5).rounded(.down)
        default: (draw * draw * 13).rounded(.down)
        }
    }

    private func roughen(_ value: Double, _ event: UInt64, _ source: UInt64) -> Double {
        guard weather != .fair else { return value }
        let draw = random.uniform(event: event, draw: 200 + source)
        if draw < 0.125 || weather == .empty { return .nan }
        guard weather == .wild, Self.features[Int(source)].kind == .numeric else { return value }
        if draw < 0.15 { return 1e300 }
        if draw < 0.175 { return -1.7e308 }
        return draw < 0.2 ? 1e-300 : value
    }
}
