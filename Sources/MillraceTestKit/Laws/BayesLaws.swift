import OnlineLearning

/// What every tree and naive Bayes must obey besides the laws of all learners. Each law returns what it found wrong.
public struct BayesLaws {
    /// The learners that hold statistics of features per class.
    public static let subjects: [LearnerCase] =
        ["gaussian_nb", "hoeffding_tree", "hoeffding_adaptive_tree", "extremely_fast_decision_tree"]
        .compactMap { Catalog.find($0, .classifier) }.map { LearnerCase($0) }

    private let subject: ComponentDescription
    private let random = CounterRandom(seed: 3, component: 0xba, task: 0)

    /// - Parameter subject: a classifier of the catalog.
    public init(_ subject: LearnerCase) { self.subject = subject.component }

    private func uniform(_ row: Int, _ draw: Int) -> Double { random.uniform(event: UInt64(row), draw: UInt64(draw)) }

    private struct Outcome {
        var decisions: [Int] = []
        var accuracy = 0.0
        var loss = 0.0
        var shareLoss = 0.0
    }

    /// Predicts, then learns each row that `make` fills and labels.
    private func run(
        _ features: [Feature], classes: Int, rows: Int, _ make: (Int, UnsafeMutablePointer<Double>) -> Int
    ) -> Outcome {
        let context = ComponentContext(features: features, classCount: classes)
        let type = Catalog.classifiers.first { $0.description == subject }!
        let model = type.init(parameters: subject.defaults, context: context)
        let slots = UnsafeMutablePointer<Double>.allocate(capacity: features.count)
        let answer = UnsafeMutablePointer<Double>.allocate(capacity: classes)
        defer {
            slots.deallocate()
            answer.deallocate()
        }
        var outcome = Outcome()
        var counts = [Double](repeating: 1, count: classes)
        for row in 0..<rows {
            let label = make(row, slots)
            let example = Example(slots: slots, count: features.count, sequence: UInt64(row))
            model.predict(example, into: answer)
            var best = 0
            for index in 1..<classes where answer[index] > answer[best] { best = index }
            outcome.decisions.append(best)
            if best == label { outcome.accuracy += 1 / Double(rows) }
            outcome.loss -= logarithm(max(answer[label], 1e-15)) / Double(rows)
            outcome.shareLoss -= logarithm(counts[label] / counts.reduce(0, +)) / Double(rows)
            counts[label] += 1
            model.learn(example, classIndex: label, weight: 1)
        }
        return outcome
    }

    /// Multiplying every feature by a power of two changes no decision.
    public func scaling() -> [String] {
        let features = (0..<5).map { Feature("f\($0)", .numeric) }
        func decisions(_ unit: Double) -> [Int] {
            run(features, classes: 3, rows: 6000) { row, slots in
                // The classes change places now and then, so that leaves inherit classes they have not seen.
                let label = Int(uniform(row, 9) * 3)
                let shown = (label + row / 1500) % 3
                for index in 0..<5 { slots[index] = (uniform(row, index) + Double(shown * (index % 2)) * 0.7) * unit }
                return label
            }.decisions
        }
        let plain = decisions(1)
        return [0x1p-20, 0x1p20, 0x1p60].compactMap { unit in
            let differing = zip(plain, decisions(unit)).count { $0 != $1 }
            return differing == 0 ? nil : "in units of \(unit) \(differing) decisions differ"
        }
    }

    /// Columns that are mostly missing and say nothing cost at most half a point.
    public func emptyColumns() -> [String] {
        func accuracy(_ extra: Int) -> Double {
            run((0..<(4 + extra)).map { Feature("f\($0)", .numeric) }, classes: 2, rows: 20_000) { row, slots in
                for index in 0..<4 { slots[index] = uniform(row, index) }
                for index in 0..<extra {
                    slots[4 + index] = uniform(row, 100 + index) < 0.01 ? uniform(row, 200 + index) : .nan
                }
                return (slots[0] > 0.5) == (slots[1] > 0.3) ? 1 : 0
            }.accuracy
        }
        let (plain, widened) = (accuracy(0), accuracy(40))
        return widened > plain - 0.005 ? [] : ["accuracy \(widened) with empty columns, \(plain) without"]
    }

    /// On noise, and on features that repeat each other, the log loss is about that of the class shares or better: a
    /// probability can be believed.
    public func belief() -> [String] {
        let features = (0..<12).map { Feature("f\($0)", .numeric) }
        return [0.0, 0.3].compactMap { signal in
            let outcome = run(features, classes: 2, rows: 20_000) { row, slots in
                let label = uniform(row, 50) < 0.3 ? 1 : 0
                let common = uniform(row, 51) + Double(label) * signal
                for index in 0..<12 { slots[index] = common + 0.01 * uniform(row, index) }
                return label
            }
            return outcome.loss < outcome.shareLoss * 1.01
                ? nil : "log loss \(outcome.loss), that of the class shares is \(outcome.shareLoss)"
        }
    }

    private func logarithm(_ value: Double) -> Double {
        // ln by its series after the exponent is taken off: this target has no C library.
        let scaled = (value.significand - 1) / (value.significand + 1)
        var (sum, power) = (0.0, scaled)
        for term in stride(from: 1.0, to: 40, by: 2) {
            sum += power / term
            power *= scaled * scaled
        }
        return 2 * sum + Double(value.exponent) * 0.6931471805599453
    }
}
