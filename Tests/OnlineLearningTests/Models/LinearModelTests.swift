import OnlineLearning
import Testing

@Suite struct LinearModelTests {
    private let numeric = [Feature("x", .numeric), Feature("y", .numeric)]

    @Test func categoriesAreNotReadAsNumbers() {
        let features = [Feature("x", .numeric), Feature("kind", .categorical)]
        let rows = Rows(features, capacity: 2)
        rows.append([1, 40], 1)
        rows.append([1, 2], 1)
        let model = LogisticRegression(
            parameters: LogisticRegression.description.defaults, context: ComponentContext(features: features))
        for _ in 0..<50 { model.learn(rows[0], classIndex: 1, weight: 1) }
        var first = [0.0, 0.0]
        var second = [0.0, 0.0]
        model.predict(rows[0], into: &first)
        model.predict(rows[1], into: &second)
        #expect(first == second)
        #expect(first[1] > 0.7)
    }

    /// A model that saw a feature only as missing has not learned it.
    @Test func missingContributesNothing() {
        let rows = Rows(numeric, capacity: 3)
        rows.append([1, .nan], 0)
        rows.append([1, 1000], 0)
        rows.append([.nan, .nan], 0)
        let model = LinearRegression(
            parameters: LinearRegression.description.defaults,
            context: ComponentContext(features: numeric, classCount: 0))
        for _ in 0..<500 { model.learn(rows[0], target: 3, weight: 1) }
        #expect(abs(model.predict(rows[0]) - 3) < 1e-3)
        #expect(model.predict(rows[1]) == model.predict(rows[0]))
        #expect(abs(model.predict(rows[2]) - 1.5) < 1e-3)
    }

    @Test(arguments: ["sgd", "adagrad"])
    func softmaxTellsThreeClassesApart(_ optimizer: String) {
        var draws = Draws(2)
        let rows = Rows(numeric, capacity: 6_000)
        let centres = [(-2.0, 0.0), (2.0, 0.0), (0.0, 3.0)]
        for _ in 0..<6_000 {
            let label = Int(draws.uniform() * 3)
            rows.append([centres[label].0 + draws.normal(), centres[label].1 + draws.normal()], Double(label))
        }
        let model = LogisticRegression(
            parameters: values(LogisticRegression.description, ["optimizer": .choice(optimizer)]),
            context: ComponentContext(features: numeric, classCount: 3))
        // The centres are 4 and 3.6 apart: the best possible is about 0.95.
        #expect(accuracy(model, classes: 3, rows, from: 3_000) > 0.93)
    }

    /// Features of a thousand and no scaling: River's step diverges here, this one stops at the target.
    @Test func stepNeverOvershoots() {
        var draws = Draws(4)
        let model = LinearRegression(
            parameters: LinearRegression.description.defaults,
            context: ComponentContext(features: numeric, classCount: 0))
        let rows = Rows(numeric, capacity: 4_000)
        for _ in 0..<4_000 {
            let (x, y) = (draws.uniform() * 1000, draws.uniform() * 1000)
            rows.append([x, y], 2 * x - y)
        }
        var worst = 0.0
        for row in 0..<rows.count {
            if row >= 3_000 { worst = max(worst, abs(model.predict(rows[row]) - rows.labels[row])) }
            model.learn(rows[row], target: rows.labels[row], weight: 1)
        }
        #expect(worst < 1)
    }

    /// Numbers near the largest possible leave finite predictions, and ordinary ones are learned afterwards.
    @Test(arguments: ["sgd", "adagrad"])
    func hugeNumbersLeaveTheModelUsable(_ optimizer: String) {
        let rows = Rows(numeric, capacity: 4)
        rows.append([1e300, -1e300], 0)
        rows.append([1.7e308, 1.7e308], 0)
        rows.append([1, 0], 0)
        rows.append([-1e308, 1e-300], 0)
        let model = LinearRegression(
            parameters: values(LinearRegression.description, ["optimizer": .choice(optimizer)]),
            context: ComponentContext(features: numeric, classCount: 0))
        for round in 0..<2_000 {
            model.learn(rows[round % 4], target: round % 8 < 4 ? 1.7e308 : -1.7e308, weight: 1)
            for row in 0..<4 { #expect(model.predict(rows[row]).isFinite) }
        }
    }

    /// Over the default transforms and with no tuning it beats naive Bayes and the tree on this stream by far.
    @Test func defaultsAreGoodOnElectricity() throws {
        let rows = try electricity()
        let context = ComponentContext(features: rows.features)
        let scale = Standardize(parameters: Standardize.description.defaults, context: context)
        let model = LogisticRegression(parameters: LogisticRegression.description.defaults, context: context)
        let scaled = UnsafeMutablePointer<Double>.allocate(capacity: rows.features.count)
        defer { scaled.deallocate() }
        let example = Example(slots: scaled, count: rows.features.count)
        var probabilities = [0.0, 0.0]
        var right = 0
        for row in 0..<rows.count {
            scale.transform(rows[row], into: scaled)
            model.predict(example, into: &probabilities)
            if (probabilities[1] > 0.5) == (rows.labels[row] == 1) { right += 1 }
            scale.learn(rows[row])
            scale.transform(rows[row], into: scaled)
            model.learn(example, classIndex: Int(rows.labels[row]), weight: 1)
        }
        let share = Double(right) / Double(rows.count)
        #expect(share > 0.83, "\(share)")
    }
}
