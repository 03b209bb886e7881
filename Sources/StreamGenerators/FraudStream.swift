public import OnlineLearning
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Card payments with a few frauds among them, whose pattern changes while the honest payments stay as they are.
///
/// Patterns, in turn: `night` (large sums at night, far from home), `testing` (many small online payments, from stolen
/// numbers) and `takeover` (middling sums at home, in jewellery and gift cards, on fresh accounts). A model that has
/// learned one of them misses most of the next. Distances and account ages are sometimes missing.
public struct FraudStream: EventStream {
    /// How fraud looks.
    public enum Pattern: String, Sendable, CaseIterable { case night, testing, takeover }

    static let countries = ["DE", "FR", "NL", "PL", "IT", "ES", "GB", "US", "BR", "NG", "VN", "RO"]
    static let merchants = [
        "grocery", "fuel", "restaurant", "clothing", "electronics", "travel", "jewellery", "gift_card",
    ]
    /// The features, in slot order.
    public let schema = Schema([
        Feature("amount", .numeric), Feature("hour", .numeric),
        Feature("country", .categorical, maxCategories: 16), Feature("merchant", .categorical, maxCategories: 16),
        Feature("distance_km", .numeric), Feature("is_online", .boolean), Feature("payments_last_hour", .numeric),
        Feature("account_age_days", .numeric),
    ])
    /// What is predicted.
    public let task = TaskType.binary
    /// Spellings by class index.
    public let classes = ["0", "1"]
    /// The label's field.
    public let labelName = "fraud"
    /// Words of the categorical slots, by index.
    public let words: [[String]] = [[], [], Self.countries, Self.merchants, [], [], [], []]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let rate: Double
    private let positions: [Int]
    private let width: Double
    private let countryWeights = [40.0, 12, 10, 8, 7, 7, 5, 4, 2, 2, 1.5, 1.5]
    private let merchantWeights = [34.0, 16, 18, 12, 8, 6, 3, 3]
    private var random: StreamRandom
    private var row = 0

    /// - Parameters:
    ///   - rate: the share of fraud in 0...1.
    ///   - positions: events before each change of the pattern, rising.
    ///   - width: events that a change takes; 0: none.
    public init(rate: Double = 0.03, positions: [Int] = [20_000, 40_000], width: Double = 0, seed: UInt64 = 1) {
        precondition((0...1).contains(rate) && width >= 0)
        self.rate = rate
        self.positions = positions
        self.width = width
        random = StreamRandom(seed: seed, part: 0x6672_6175_64)
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        row += 1
        time += Int64(1 - 800 * log(1 - random.uniform()))
        // One coin for all positions: a later pattern needs the smaller probability.
        let coin = random.uniform()
        let phase = positions.reduce(0) {
            $0 + (coin < DriftCurve.probability(row: row, position: $1, width: width) ? 1 : 0)
        }
        let isFraud = random.happens(rate)
        honest(slots)
        if isFraud {
            switch Pattern.allCases[phase % Pattern.allCases.count] {
            case .night: night(slots)
            case .testing: testing(slots)
            case .takeover: takeover(slots)
            }
        }
        if random.happens(0.05) { slots[4] = .nan }
        if random.happens(0.02) { slots[7] = .nan }
        return Label(classIndex: isFraud ? 1 : 0)
    }

    private mutating func honest(_ slots: UnsafeMutablePointer<Double>) {
        slots[0] = cents(exp(3.2 + 0.9 * random.normal()))
        slots[1] = min(max((14.5 + 4 * random.normal()).rounded(.down), 0), 23)
        slots[2] = Double(random.pick(countryWeights, total: 100))
        slots[3] = Double(random.pick(merchantWeights, total: 100))
        slots[4] = tenths(exp(1.6 + 1.1 * random.normal()))
        slots[5] = random.happens(0.3) ? 1 : 0
        slots[6] = Double(random.below(10) < 7 ? 0 : 1 + random.below(3))
        slots[7] = (-900 * log(1 - random.uniform())).rounded(.up)
    }

    private mutating func night(_ slots: UnsafeMutablePointer<Double>) {
        slots[0] = cents(exp(5.6 + 0.6 * random.normal()))
        if random.happens(0.8) { slots[1] = Double((22 + random.below(7)) % 24) }
        if random.happens(0.7) { slots[2] = Double(7 + random.below(5)) }
        slots[4] = tenths(exp(6 + random.normal()))
    }

    private mutating func testing(_ slots: UnsafeMutablePointer<Double>) {
        slots[0] = cents(random.uniform(0.5, 9))
        slots[5] = random.happens(0.95) ? 1 : 0
        slots[6] = Double(4 + random.below(12))
        if random.happens(0.5) { slots[3] = 4 }
    }

    private mutating func takeover(_ slots: UnsafeMutablePointer<Double>) {
        slots[0] = cents(random.uniform(80, 260))
        slots[2] = 0
        slots[3] = random.happens(0.85) ? Double(6 + random.below(2)) : slots[3]
        slots[7] = Double(1 + random.below(40))
    }

    private func cents(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
