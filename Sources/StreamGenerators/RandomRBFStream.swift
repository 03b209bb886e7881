public import OnlineLearning

/// Random radial basis functions, as in MOA: points around centroids, each centroid with its own class, spread and
/// weight; with a speed the centroids wander and bounce at the walls of the unit cube.
///
/// Cost: one pick among the centroids an event, and one move of each drifting centroid.
public struct RandomRBFStream: EventStream {
    /// The features, in slot order.
    public let schema: Schema
    /// What is predicted.
    public let task: TaskType
    /// Spellings by class index.
    public let classes: [String]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let speed: Double
    private let width: Int
    private let drifting: Int
    private var centres: [Double]
    private var directions: [Double]
    private var spreads: [Double] = []
    private var owners: [Int32] = []
    private var weights: [Double] = []
    private var total = 0.0
    private var random: StreamRandom
    private var row = 0

    /// - Parameters:
    ///   - features: numeric attributes, at least 1.
    ///   - classes: at least 2.
    ///   - centroids: at least 1.
    ///   - speed: how far each centroid moves per event, in units of the cube; 0: no drift.
    ///   - drifting: how many centroids move; nil: all.
    ///   - modelSeed: of the centroids, so that streams of different seeds can share one concept.
    public init(
        features: Int = 10, classes: Int = 2, centroids: Int = 50, speed: Double = 0, drifting: Int? = nil,
        seed: UInt64 = 1, modelSeed: UInt64? = nil
    ) {
        precondition(features >= 1 && classes >= 2 && centroids >= 1 && speed >= 0)
        schema = Schema((1...features).map { Feature("x\($0)", .numeric) })
        task = classes == 2 ? .binary : .multiclass
        self.classes = (0..<classes).map { "\($0)" }
        self.speed = speed
        width = features
        self.drifting = speed > 0 ? min(drifting ?? centroids, centroids) : 0
        random = StreamRandom(seed: seed, part: 2)
        var model = StreamRandom(seed: modelSeed ?? seed, part: 1)
        centres = []
        directions = []
        for _ in 0..<centroids {
            for _ in 0..<features { centres.append(model.uniform()) }
            owners.append(Int32(model.below(classes)))
            spreads.append(model.uniform())
            weights.append(model.uniform())
            let direction = (0..<features).map { _ in model.uniform() }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            directions += direction.map { length > 0 ? $0 / length : 0 }
        }
        total = weights.reduce(0, +)
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        if drifting > 0 { move() }
        let centroid = random.pick(weights, total: total)
        var length = 0.0
        for slot in 0..<width {
            slots[slot] = random.uniform(-1, 1)
            length += slots[slot] * slots[slot]
        }
        let scale = length > 0 ? random.normal() * spreads[centroid] / length.squareRoot() : 0
        for slot in 0..<width { slots[slot] = centres[centroid * width + slot] + slots[slot] * scale }
        return Label(classIndex: owners[centroid])
    }

    private mutating func move() {
        for index in 0..<(drifting * width) {
            centres[index] += directions[index] * speed
            if centres[index] > 1 {
                centres[index] = 1
                directions[index] = -directions[index]
            } else if centres[index] < 0 {
                centres[index] = 0
                directions[index] = -directions[index]
            }
        }
    }
}
