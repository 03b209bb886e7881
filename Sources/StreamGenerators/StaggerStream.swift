public import OnlineLearning

/// STAGGER concepts (Schlimmer & Granger 1986, doi:10.1007/BF00116895): coloured shapes of three sizes.
///
/// Class 1 where function 1: small and red; 2: green or a circle; 3: medium or large. There is no noise.
public struct StaggerStream: EventStream {
    /// The features, in slot order.
    public let schema = Schema([
        Feature("size", .categorical, maxCategories: 3), Feature("colour", .categorical, maxCategories: 3),
        Feature("shape", .categorical, maxCategories: 3),
    ])
    /// What is predicted.
    public let task = TaskType.binary
    /// Spellings by class index.
    public let classes = ["0", "1"]
    /// Words of the categorical slots, by index.
    public let words = [["small", "medium", "large"], ["red", "blue", "green"], ["circle", "square", "triangle"]]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let function: Int
    private var random: StreamRandom
    private var row = 0

    /// - Parameters: the function in 1...3, the seed.
    public init(function: Int = 1, seed: UInt64 = 1) {
        precondition((1...3).contains(function))
        self.function = function
        random = StreamRandom(seed: seed, part: UInt64(function))
    }

    /// The next event; its cost is three random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        for slot in 0..<3 { slots[slot] = Double(random.below(3)) }
        let holds =
            switch function {
            case 1: slots[0] == 0 && slots[1] == 0
            case 2: slots[1] == 2 || slots[2] == 0
            default: slots[0] >= 1
            }
        return Label(classIndex: holds ? 1 : 0)
    }
}
