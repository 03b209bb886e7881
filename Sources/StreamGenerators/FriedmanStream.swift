public import OnlineLearning
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Friedman's regression (Friedman 1991, doi:10.1214/aos/1176347963): ten uniform numbers, of which five count.
///
/// y = 10 sin(π x₁x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅ + N(0, noise). `shift` moves the roles on by as many features: a
/// different concept for a drift join.
public struct FriedmanStream: EventStream {
    /// The features, in slot order.
    public let schema = Schema((1...10).map { Feature("x\($0)", .numeric) })
    /// What is predicted.
    public let task = TaskType.regression
    /// Spellings by class index.
    public let classes: [String] = []
    /// The label's field.
    public let labelName = "y"
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let noise: Double
    private let shift: Int
    private var random: StreamRandom
    private var row = 0

    /// - Parameters: the noise's deviation, at least 0; the shift in 0...9; the seed.
    public init(noise: Double = 1, shift: Int = 0, seed: UInt64 = 1) {
        precondition(noise >= 0 && (0...9).contains(shift))
        self.noise = noise
        self.shift = shift
        random = StreamRandom(seed: seed, part: UInt64(shift))
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        for slot in 0..<10 { slots[slot] = random.uniform() }
        func x(_ number: Int) -> Double { slots[(number - 1 + shift) % 10] }
        let bend = x(3) - 0.5
        let target = 10 * sin(.pi * x(1) * x(2)) + 20 * bend * bend + 10 * x(4) + 5 * x(5)
        return Label(target: target + noise * random.normal())
    }
}
