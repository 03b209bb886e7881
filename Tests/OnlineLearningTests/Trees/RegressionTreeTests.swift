import Testing

@testable import OnlineLearning

@Suite struct RegressionTreeTests {
    private func tree(
        _ features: [Feature], _ given: [String: ParameterValue] = [:], memory: Int = 64 << 20
    ) -> RegressionTree {
        RegressionTree(
            RegressionOptions(values(HoeffdingTreeRegressor.description, given)),
            ComponentContext(features: features, classCount: 0, memoryLimit: memory))
    }

    /// Mean absolute error of answers before learning, from row `from` on.
    private func error(_ regressor: any Regressor, _ rows: Rows, from: Int) -> Double {
        var sum = 0.0
        for row in 0..<rows.count {
            if row >= from { sum += abs(regressor.predict(rows[row]) - rows.labels[row]) }
            regressor.learn(rows[row], target: rows.labels[row], weight: 1)
        }
        return sum / Double(rows.count - from)
    }

    private func make(
        _ type: any Regressor.Type, _ features: [Feature], _ given: [String: ParameterValue] = [:]
    ) -> any Regressor {
        let random = CounterRandom(seed: 1, component: 2, task: 0)
        return type.init(
            parameters: values(type.description, given),
            context: ComponentContext(features: features, classCount: 0, random: random))
    }

    private let features =
        (0..<4).map { Feature("x\($0)", .numeric) } + [Feature("kind", .categorical, maxCategories: 3)]

    /// A step in one feature, another for one kind, a slope, and noise of 0.5.
    private func steps(_ count: Int) -> Rows {
        var draws = Draws(11)
        let rows = Rows(features, capacity: count)
        for _ in 0..<count {
            let x = (0..<4).map { _ in draws.uniform() }
            let kind = (draws.uniform() * 3).rounded(.down)
            let noise = (draws.uniform() - 0.5) * 2
            rows.append(x + [kind], (x[0] > 0.6 ? 10 : 0) + (kind == 1 && x[0] > 0.6 ? 20 : 0) + 3 * x[1] + noise)
        }
        return rows
    }

    @Test func stepsAreFoundThatALineCannotShow() {
        let rows = steps(20_000)
        let line = error(make(LinearRegression.self, features), rows, from: 10_000)
        let tree = error(make(HoeffdingTreeRegressor.self, features), rows, from: 10_000)
        #expect(tree < 0.9, "\(tree)")
        #expect(tree < line / 2, "\(tree), a line \(line)")
        let patches = make(StreamingRandomPatchesRegressor.self, features, ["models": .integer(5)])
        let forest = error(patches, rows, from: 10_000)
        #expect(forest < line / 2, "\(forest), a line \(line)")
    }

    @Test func noiseGrowsNoSplit() {
        for seed in 1...3 {
            let model = tree(features)
            var draws = Draws(UInt64(seed))
            let rows = Rows(features, capacity: 1)
            rows.append([0, 0, 0, 0, 0], 0)
            for _ in 0..<20_000 {
                for slot in 0..<4 { rows.slots[slot] = draws.uniform() }
                rows.slots[4] = (draws.uniform() * 3).rounded(.down)
                model.learn(rows[0], target: draws.normal(), weight: 1)
            }
            #expect(model.nodes.count == 1, "seed \(seed)")
        }
    }

    /// At its bound the tree stops growing and goes on learning.
    @Test func memoryIsABoundAtEveryEvent() {
        let rows = steps(20_000)
        let limit = 3 * tree(features).memoryBytes
        let small = tree(features, ["grace_period": .integer(50)], memory: limit)
        for row in 0..<rows.count {
            small.learn(rows[row], target: rows.labels[row], weight: 1)
            #expect(small.memoryBytes <= limit)
        }
        #expect(small.nodes.count == 3 || small.nodes.count == 5)
    }

    @Test func depthIsBounded() {
        let rows = steps(20_000)
        let model = tree(features, ["max_depth": .integer(1), "grace_period": .integer(50)])
        for row in 0..<rows.count { model.learn(rows[row], target: rows.labels[row], weight: 1) }
        #expect(model.nodes.count == 3)
    }

    /// A change of the whole target is followed within some hundred examples.
    @Test func aChangeIsFollowed() {
        let rows = steps(20_000)
        let model = make(HoeffdingTreeRegressor.self, features)
        for row in 0..<10_000 { model.learn(rows[row], target: rows.labels[row], weight: 1) }
        var sum = 0.0
        for row in 10_000..<20_000 {
            if row >= 11_000 { sum += abs(model.predict(rows[row]) - 100 - rows.labels[row]) / 9000 }
            model.learn(rows[row], target: rows.labels[row] + 100, weight: 1)
        }
        #expect(sum < 2, "\(sum)")
    }
}
