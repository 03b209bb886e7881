import OnlineLearning

/// A source of choices that a seed repeats.
struct Dice {
    private let random: CounterRandom
    private var thrown: UInt64 = 0

    init(seed: UInt64) { random = CounterRandom(seed: seed, component: 9, task: 0) }

    mutating func below(_ count: Int) -> Int {
        thrown += 1
        return min(count - 1, Int(random.uniform(event: thrown, draw: 0) * Double(count)))
    }
}
