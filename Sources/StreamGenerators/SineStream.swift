public import OnlineLearning
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Points above and below a curve (Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29), without noise in the label.
///
/// Class 1 where function 1: y < sin x; 2: y ≥ sin x; 3: y < ½ + 0.3 sin 3πx; 4: y ≥ that. x and y are uniform in
/// [0, 1); two more uniform numbers tell nothing.
public struct SineStream: EventStream {
    /// The features, in slot order.
    public let schema: Schema
    /// What is predicted.
    public let task = TaskType.binary
    /// Spellings by class index.
    public let classes = ["0", "1"]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let function: Int
    private var random: StreamRandom
    private var row = 0

    /// - Parameters: the function in 1...4, whether the two numbers that tell nothing are there, the seed.
    public init(function: Int = 1, noise: Bool = false, seed: UInt64 = 1) {
        precondition((1...4).contains(function))
        schema = Schema((["x", "y"] + (noise ? ["noise1", "noise2"] : [])).map { Feature($0, .numeric) })
        self.function = function
        random = StreamRandom(seed: seed, part: UInt64(function))
    }

    /// The next event; its cost is a few random numbers and a sine.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        for slot in 0..<schema.width { slots[slot] = random.uniform() }
        let curve = function <= 2 ? sin(slots[0]) : MixedStream.curve(slots[0])
        let isBelow = slots[1] < curve
        return Label(classIndex: isBelow == (function % 2 == 1) ? 1 : 0)
    }
}

/// Two booleans and two numbers (Gama et al. 2004, doi:10.1007/978-3-540-28645-5_29): class 1 where two of three hold.
///
/// The three: the first boolean, the second, y < ½ + 0.3 sin 3πx. Function 2 is the opposite of 1. There is no noise.
public struct MixedStream: EventStream {
    static func curve(_ x: Double) -> Double { 0.5 + 0.3 * sin(3 * .pi * x) }

    /// The features, in slot order.
    public let schema = Schema([
        Feature("v", .boolean), Feature("w", .boolean), Feature("x", .numeric), Feature("y", .numeric),
    ])
    /// What is predicted.
    public let task = TaskType.binary
    /// Spellings by class index.
    public let classes = ["0", "1"]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let function: Int
    private var random: StreamRandom
    private var row = 0

    /// - Parameters: the function, 1 or 2, and the seed.
    public init(function: Int = 1, seed: UInt64 = 1) {
        precondition((1...2).contains(function))
        self.function = function
        random = StreamRandom(seed: seed, part: UInt64(function))
    }

    /// The next event; its cost is four random numbers and a sine.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        for slot in 0..<2 { slots[slot] = random.happens(0.5) ? 1 : 0 }
        for slot in 2..<4 { slots[slot] = random.uniform() }
        let held = Int(slots[0]) + Int(slots[1]) + (slots[3] < Self.curve(slots[2]) ? 1 : 0)
        return Label(classIndex: (held >= 2) == (function == 1) ? 1 : 0)
    }
}
