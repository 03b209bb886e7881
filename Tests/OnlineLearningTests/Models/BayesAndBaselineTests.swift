import OnlineLearning
import Testing

@Suite struct BayesAndBaselineTests {
    private func make<T: Classifier>(_ type: T.Type, _ features: [Feature], classes: Int = 2) -> T {
        T(parameters: T.description.defaults, context: ComponentContext(features: features, classCount: classes))
    }

    /// MOA 2024.07 scores 73.63, 57.53 and 85.33 % on this file.
    @Test func electricityAgreesWithMOA() throws {
        let rows = try electricity()
        let moa = GaussianNB(
            parameters: values(GaussianNB.description, ["compatibility": .choice("moa")]),
            context: ComponentContext(features: rows.features))
        #expect(abs(accuracy(moa, rows) - 0.7363) < 0.0005)
        #expect(accuracy(make(GaussianNB.self, rows.features), rows) > 0.725)
        #expect(abs(accuracy(make(Majority.self, rows.features), rows) - 0.5753) < 0.0005)
        #expect(abs(accuracy(make(NoChange.self, rows.features), rows) - 0.8533) < 0.0005)
    }

    /// By hand: 3 of 4 examples of class 0 are `true`, 1 of 4 of class 1; Laplace adds 1 of 2.
    @Test func nominalCountsAreSmoothed() {
        let features = [Feature("flag", .boolean)]
        let rows = Rows(features, capacity: 8)
        for label in [0.0, 1.0] {
            for index in 0..<4 { rows.append([(index == 0) == (label == 1) ? 1 : 0], label) }
        }
        let model = GaussianNB(
            parameters: values(GaussianNB.description, ["compatibility": .choice("moa")]),
            context: ComponentContext(features: features))
        _ = accuracy(model, rows)
        var probabilities = [0.0, 0.0]
        model.predict(rows[1], into: &probabilities)
        #expect(abs(probabilities[0] - (4.0 / 6) / (4.0 / 6 + 2.0 / 6)) < 1e-12)
    }

    /// Ten thousand features whose likelihoods would underflow a product.
    @Test func manyFeaturesDoNotUnderflow() {
        let features = (0..<10_000).map { Feature("f\($0)", .numeric) }
        var draws = Draws(6)
        let rows = Rows(features, capacity: 40)
        for row in 0..<40 {
            let label = Double(row % 2)
            rows.append((0..<10_000).map { _ in draws.normal() + 0.2 * label }, label)
        }
        let model = make(GaussianNB.self, features)
        #expect(accuracy(model, rows, from: 20) > 0.9)
    }

    /// The unit of a feature does not change what is predicted, even before a class has shown any variance.
    @Test func unitDoesNotMatter() {
        var answers: [[Double]] = []
        for unit in [1.0, 0x1p40, 0x1p-40] {
            let features = [Feature("x", .numeric), Feature("y", .numeric)]
            var draws = Draws(11)
            let model = make(GaussianNB.self, features)
            let rows = Rows(features, capacity: 200)
            for row in 0..<200 {
                let rare = row % 50 == 3
                rows.append(
                    [(draws.normal() + (rare ? 2 : 0)) * unit, rare ? unit : draws.normal() * unit], rare ? 1 : 0)
            }
            var probabilities = [0.0, 0.0]
            answers.append(
                (0..<200).map { row in
                    model.predict(rows[row], into: &probabilities)
                    model.learn(rows[row], classIndex: Int(rows.labels[row]), weight: 1)
                    return probabilities[1]
                })
        }
        for other in answers.dropFirst() {
            for (a, b) in zip(answers[0], other) { #expect(abs(a - b) < 1e-6) }
        }
    }

    /// One example of a class, before anything is known of the features' spread, makes no other class impossible.
    @Test func aClassSeenOnceDoesNotTakeAll() {
        for unit in [1.0, 1000] {
            let features = (0..<8).map { Feature("f\($0)", .numeric) }
            var draws = Draws(5)
            let rows = Rows(features, capacity: 500)
            for row in 0..<500 { rows.append(features.map { _ in draws.normal() * unit }, row == 0 ? 1 : 0) }
            #expect(accuracy(make(GaussianNB.self, features), rows, from: 10) > 0.95)
        }
    }

    @Test func noChangeRepeats() {
        let rows = Rows([Feature("x", .numeric)], capacity: 5)
        for label in [0.0, 1, 1, 2, 2] { rows.append([0], label) }
        #expect(accuracy(make(NoChange.self, rows.features, classes: 3), classes: 3, rows, from: 1) == 0.5)
    }

    @Test func meanIsTheMean() {
        let rows = Rows([Feature("x", .numeric)], capacity: 1)
        rows.append([0], 0)
        let model = TargetMean(
            parameters: TargetMean.description.defaults,
            context: ComponentContext(features: rows.features, classCount: 0))
        for target in [1.0, 2, 6] { model.learn(rows[0], target: target, weight: 1) }
        #expect(model.predict(rows[0]) == 3)
        model.learn(rows[0], target: 7, weight: 3)
        #expect(model.predict(rows[0]) == 5)
        for target in [1.7e308, -1.7e308] { model.learn(rows[0], target: target, weight: 1) }
        #expect(model.predict(rows[0]).isFinite)
    }
}
