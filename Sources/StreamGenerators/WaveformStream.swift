public import OnlineLearning

/// Mixtures of two of three triangular waves (Breiman et al. 1984, Classification and Regression Trees, 2.6.2).
///
/// 21 noisy points of u·h_a + (1 − u)·h_b + N(0, 1), 19 more of noise alone if asked for; the class is the pair of waves.
/// The Bayes limit is about 86 %. As in MOA, a drift exchanges the first `swapped` points with the last ones.
public struct WaveformStream: EventStream {
    static let waves: [[Double]] = [7, 15, 11].map { peak in (1...21).map { max(0, 6 - abs(Double($0 - peak))) } }
    /// The features, in slot order.
    public let schema: Schema
    /// What is predicted.
    public let task = TaskType.multiclass
    /// Spellings by class index.
    public let classes = ["0", "1", "2"]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let swapped: Int
    private var random: StreamRandom
    private var row = 0

    /// - Parameters:
    ///   - noise: whether 19 points of noise follow the 21.
    ///   - swapped: points that change place, 0 to half the points.
    public init(noise: Bool = false, swapped: Int = 0, seed: UInt64 = 1) {
        schema = Schema((1...(noise ? 40 : 21)).map { Feature("x\($0)", .numeric) })
        precondition((0...schema.width / 2).contains(swapped))
        self.swapped = swapped
        random = StreamRandom(seed: seed, part: UInt64(swapped))
    }

    /// The next event; its cost is two random numbers a point.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        let pair = random.below(3)
        let (first, second) = (Self.waves[pair == 2 ? 1 : 0], Self.waves[pair == 0 ? 1 : 2])
        let mixture = random.uniform()
        for slot in 0..<schema.width {
            slots[slot] = random.normal()
            if slot < 21 { slots[slot] += mixture * first[slot] + (1 - mixture) * second[slot] }
        }
        for slot in 0..<swapped {
            let other = schema.width - 1 - slot
            (slots[slot], slots[other]) = (slots[other], slots[slot])
        }
        return Label(classIndex: Int32(pair))
    }
}
