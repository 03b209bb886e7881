public import OnlineLearning

/// SEA concepts (Street & Kim 2001, doi:10.1145/502512.502568): three numbers from 0 to 10, of which two decide.
///
/// Class 1 where x1 + x2 > θ, with θ = 8, 9, 7 and 9.5 for functions 1 to 4; then a share of labels is flipped. With
/// the noise of 0.1, as in MOA, no model can pass 90 %.
public struct SEAStream: EventStream {
    /// θ of functions 1 to 4.
    public static let thresholds = [8, 9, 7, 9.5]
    /// The features, in slot order.
    public let schema = Schema([Feature("x1", .numeric), Feature("x2", .numeric), Feature("x3", .numeric)])
    /// What is predicted.
    public let task = TaskType.binary
    /// Spellings by class index.
    public let classes = ["0", "1"]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let threshold: Double
    private let noise: Double
    private var random: StreamRandom
    private var row = 0

    /// - Parameters: the function in 1...4, the share of flipped labels in 0...1, the seed.
    public init(function: Int = 1, noise: Double = 0.1, seed: UInt64 = 1) {
        precondition((1...4).contains(function) && (0...1).contains(noise))
        threshold = Self.thresholds[function - 1]
        self.noise = noise
        random = StreamRandom(seed: seed, part: UInt64(function))
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        for slot in 0..<3 { slots[slot] = random.uniform(0, 10) }
        let isAbove = slots[0] + slots[1] > threshold
        return Label(classIndex: isAbove != random.happens(noise) ? 1 : 0)
    }
}
