public import OnlineLearning

/// A seven-segment display (Breiman et al. 1984, Classification and Regression Trees, 2.6.1): which digit does it show?
///
/// Seven segments, each wrong with a probability, among `irrelevant` random bits. The Bayes limit at 10 % noise is about
/// 74 %. As in MOA, a drift exchanges the first `swapped` segments with as many irrelevant bits.
public struct LEDStream: EventStream {
    /// Segments lit for each digit: top, upper left, upper right, middle, lower left, lower right, bottom.
    static let digits: [[Double]] = [
        [1, 1, 1, 0, 1, 1, 1], [0, 0, 1, 0, 0, 1, 0], [1, 0, 1, 1, 1, 0, 1], [1, 0, 1, 1, 0, 1, 1],
        [0, 1, 1, 1, 0, 1, 0], [1, 1, 0, 1, 0, 1, 1], [1, 1, 0, 1, 1, 1, 1], [1, 0, 1, 0, 0, 1, 0],
        [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 1, 1],
    ]
    /// The features, in slot order.
    public let schema: Schema
    /// What is predicted.
    public let task = TaskType.multiclass
    /// Spellings by class index.
    public let classes = (0..<10).map { "\($0)" }
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let noise: Double
    private let places: [Int]
    private var random: StreamRandom
    private var row = 0

    /// - Parameters:
    ///   - noise: the probability that a segment is wrong, in 0...1.
    ///   - irrelevant: random bits beside the segments, at least 0.
    ///   - swapped: segments that stand in the place of irrelevant bits, 0 to 7 and at most `irrelevant`.
    public init(noise: Double = 0.1, irrelevant: Int = 17, swapped: Int = 0, seed: UInt64 = 1) {
        precondition((0...1).contains(noise) && irrelevant >= 0 && (0...min(7, irrelevant)).contains(swapped))
        schema = Schema((1...7 + irrelevant).map { Feature("bit\($0)", .boolean) })
        self.noise = noise
        places = (0..<7).map { $0 < swapped ? 7 + $0 : $0 }
        random = StreamRandom(seed: seed, part: UInt64(swapped))
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        let digit = random.below(10)
        for slot in 0..<schema.width { slots[slot] = random.happens(0.5) ? 1 : 0 }
        for (segment, place) in places.enumerated() {
            let lit = Self.digits[digit][segment]
            slots[place] = random.happens(noise) ? 1 - lit : lit
        }
        return Label(classIndex: Int32(digit))
    }
}
