public import OnlineLearning

/// A rotating hyperplane (Hulten, Spencer & Domingos 2001, doi:10.1145/502512.502529), as in MOA.
///
/// Class 1 where Σ w·x ≥ ½ Σ w over uniform x; some weights change a little with every event and now and then turn
/// round; then a share of labels is flipped.
public struct HyperplaneStream: EventStream {
    /// The features, in slot order.
    public let schema: Schema
    /// What is predicted.
    public let task = TaskType.binary
    /// Spellings by class index.
    public let classes = ["0", "1"]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let drifting: Int
    private let change: Double
    private let turn: Double
    private let noise: Double
    private var weights: [Double]
    private var signs: [Double]
    private var random: StreamRandom
    private var row = 0

    /// - Parameters:
    ///   - features: at least 1.
    ///   - drifting: how many weights change, in 0...features.
    ///   - change: how much each of them changes per event.
    ///   - turn: the probability per event that one of them changes direction.
    ///   - noise: the share of flipped labels.
    public init(
        features: Int = 10, drifting: Int = 2, change: Double = 0, turn: Double = 0.1, noise: Double = 0.05,
        seed: UInt64 = 1
    ) {
        precondition(features >= 1 && (0...features).contains(drifting) && (0...1).contains(noise))
        schema = Schema((1...features).map { Feature("x\($0)", .numeric) })
        self.drifting = change == 0 ? 0 : drifting
        self.change = change
        self.turn = turn
        self.noise = noise
        var model = StreamRandom(seed: seed, part: 1)
        weights = (0..<features).map { _ in model.uniform() }
        signs = [Double](repeating: 1, count: features)
        random = StreamRandom(seed: seed, part: 2)
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        var sum = 0.0
        var total = 0.0
        for slot in weights.indices {
            slots[slot] = random.uniform()
            sum += weights[slot] * slots[slot]
            total += weights[slot]
        }
        let isAbove = sum >= total / 2
        for slot in 0..<drifting {
            weights[slot] += signs[slot] * change
            if random.happens(turn) { signs[slot] = -signs[slot] }
        }
        return Label(classIndex: isAbove != random.happens(noise) ? 1 : 0)
    }
}
