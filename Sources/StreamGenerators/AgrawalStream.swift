public import OnlineLearning

/// Agrawal's loan applications (Agrawal, Imielinski & Swami 1993, doi:10.1109/69.250074): nine attributes, ten rules.
///
/// Class 0 is the paper's group A. The rule sees the exact values, the models the perturbed ones. As MOA does, the
/// perturbed house value is cut at 135 000 though it goes up to 1 350 000: figures are comparable only that way.
public struct AgrawalStream: EventStream {
    /// The features, in slot order.
    public let schema = Schema([
        Feature("salary", .numeric), Feature("commission", .numeric), Feature("age", .numeric),
        Feature("elevel", .categorical, maxCategories: 5), Feature("car", .categorical, maxCategories: 20),
        Feature("zipcode", .categorical, maxCategories: 9), Feature("hvalue", .numeric), Feature("hyears", .numeric),
        Feature("loan", .numeric),
    ])
    /// What is predicted.
    public let task = TaskType.binary
    /// Spellings by class index.
    public let classes = ["0", "1"]
    /// Words of the categorical slots, by index.
    public let words: [[String]] = [
        [], [], [], (0..<5).map { "level\($0)" }, (1...20).map { "car\($0)" }, (1...9).map { "zip\($0)" }, [], [], [],
    ]
    /// Of the last event, in milliseconds since 1970.
    public private(set) var time = EvenClock.start
    private let function: Int
    private let perturbation: Double
    private var random: StreamRandom
    private var row = 0

    /// - Parameters: the rule in 1...10, the perturbation as a share of each range in 0...1, the seed.
    public init(function: Int = 1, perturbation: Double = 0.05, seed: UInt64 = 1) {
        precondition((1...10).contains(function) && (0...1).contains(perturbation))
        self.function = function
        self.perturbation = perturbation
        random = StreamRandom(seed: seed, part: UInt64(function))
    }

    /// The next event; its cost is a few random numbers.
    public mutating func next(into slots: UnsafeMutablePointer<Double>) -> Label {
        time = EvenClock.time(row: row)
        row += 1
        var person = Applicant()
        person.salary = random.uniform(20_000, 150_000)
        person.commission = person.salary >= 75_000 ? 0 : random.uniform(10_000, 75_000)
        person.age = Double(20 + random.below(61))
        person.level = random.below(5)
        let car = random.below(20)
        let zip = random.below(9)
        let area = Double(9 - zip) * 100_000
        person.houseValue = area * (0.5 + random.uniform())
        person.houseYears = Double(1 + random.below(30))
        person.loan = random.uniform(0, 500_000)
        let isInA = person.isInGroupA(function)

        slots[0] = perturbed(person.salary, 20_000, 150_000)
        slots[1] = person.commission > 0 ? perturbed(person.commission, 10_000, 75_000) : 0
        slots[2] = perturbed(person.age, 20, 80).rounded()
        slots[3] = Double(person.level)
        slots[4] = Double(car)
        slots[5] = Double(zip)
        slots[6] = perturbed(person.houseValue, range: area, 0, 135_000)
        slots[7] = perturbed(person.houseYears, 1, 30).rounded()
        slots[8] = perturbed(person.loan, 0, 500_000)
        return Label(classIndex: isInA ? 0 : 1)
    }

    private mutating func perturbed(_ value: Double, range: Double? = nil, _ low: Double, _ high: Double) -> Double {
        guard perturbation > 0 else { return value }
        let moved = value + (range ?? high - low) * random.uniform(-1, 1) * perturbation
        return min(max(moved, low), high)
    }
}

/// The exact values that the ten rules look at.
struct Applicant {
    var salary = 0.0
    var commission = 0.0
    var age = 0.0
    var level = 0
    var houseValue = 0.0
    var houseYears = 0.0
    var loan = 0.0

    /// A value by age: under 40, under 60, and the rest.
    private func byAge<T>(_ young: T, _ middle: T, _ old: T) -> T { age < 40 ? young : age < 60 ? middle : old }

    func isInGroupA(_ function: Int) -> Bool {
        let k = 1000.0
        let income = salary + commission
        switch function {
        case 1: return age < 40 || age >= 60
        case 2: return byAge(50 * k...100 * k, 75 * k...125 * k, 25 * k...75 * k).contains(salary)
        case 3: return byAge(0...1, 1...3, 2...4).contains(level)
        case 4:
            let isUsual = byAge(0...1, 1...3, 2...4).contains(level)
            return isUsual
                ? byAge(25 * k...75 * k, 50 * k...100 * k, 50 * k...100 * k).contains(salary)
                : byAge(50 * k...100 * k, 75 * k...125 * k, 25 * k...75 * k).contains(salary)
        case 5:
            let isUsual = byAge(50 * k...100 * k, 75 * k...125 * k, 25 * k...75 * k).contains(salary)
            return isUsual
                ? byAge(100 * k...300 * k, 200 * k...400 * k, 300 * k...500 * k).contains(loan)
                : byAge(200 * k...400 * k, 300 * k...500 * k, 100 * k...300 * k).contains(loan)
        case 6: return byAge(50 * k...100 * k, 75 * k...125 * k, 25 * k...75 * k).contains(income)
        case 7: return 2 * income / 3 - loan / 5 - 20 * k > 0
        case 8: return 2 * income / 3 - 5 * k * Double(level) - 20 * k > 0
        case 9: return 2 * income / 3 - 5 * k * Double(level) - loan / 5 - 10 * k > 0
        default:
            let equity = houseYears >= 20 ? houseValue * (houseYears - 20) / 10 : 0
            return 2 * income / 3 - 5 * k * Double(level) + equity / 5 - 10 * k > 0
        }
    }
}
