import OnlineLearning
import Testing

@Suite struct TransformTests {
    private let features = [
        Feature("x", .numeric), Feature("flag", .boolean), Feature("kind", .categorical, maxCategories: 2),
        Feature("y", .numeric),
    ]

    private func run(_ transformer: any Transformer, learn: [[Double]], _ input: [Double]) -> [Double] {
        let rows = Rows(features, capacity: learn.count + 1)
        for values in learn + [input] { rows.append(values, 0) }
        for row in learn.indices { transformer.learn(rows[row]) }
        var output = [Double](repeating: -99, count: transformer.outputFeatures.count)
        transformer.transform(rows[learn.count], into: &output)
        return output
    }

    private func make<T: Transformer>(_ type: T.Type, _ given: [String: ParameterValue] = [:]) -> T {
        T(parameters: values(T.description, given), context: ComponentContext(features: features))
    }

    private let seen: [[Double]] = [[1, 1, 2, 5], [3, 0, 0, .nan], [.nan, 1, 2, 5], [8, .nan, .nan, 5]]
    private let gap: [Double] = [.nan, .nan, .nan, .nan]

    @Test func imputeByMean() {
        #expect(run(make(Impute.self), learn: seen, gap) == [4, 1, 2, 5])
        #expect(run(make(Impute.self), learn: [], gap).allSatisfy { $0.isNaN })
        #expect(run(make(Impute.self), learn: seen, [7, 0, 1, 9]) == [7, 0, 1, 9])
    }

    @Test func imputeByConstant() {
        let constant = make(Impute.self, ["strategy": .choice("constant"), "value": .number(-1)])
        #expect(run(constant, learn: seen, gap) == [-1, 1, 2, -1])
    }

    @Test func imputeByMostFrequent() {
        let frequent = make(Impute.self, ["strategy": .choice("most_frequent")])
        #expect(run(frequent, learn: seen + [[8, 0, 0, 4]], gap) == [8, 0, 0, 5])
    }

    /// A value that holds half of a stream of ever new values is found with 32 counters.
    @Test func mostFrequentAmongManyValues() {
        let frequent = make(Impute.self, ["strategy": .choice("most_frequent")])
        let stream = (0..<1000).map { [$0 % 2 == 0 ? 42 : Double($0) + 0.5, 1, 0, 0] }
        #expect(run(frequent, learn: stream, gap)[0] == 42)
    }

    @Test func imputeOnlySelected() {
        let selected = make(Impute.self, ["features": .features(["y"])])
        let output = run(selected, learn: seen, gap)
        #expect(output[0].isNaN && output[1].isNaN && output[2].isNaN && output[3] == 5)
    }

    @Test func standardizeLeavesOthersAlone() {
        let output = run(make(Standardize.self), learn: seen, [8, 1, 2, 9])
        // Mean 4, population variance 26/3; y has never varied.
        #expect(abs(output[0] - 4 / (26.0 / 3).squareRoot()) < 1e-12)
        #expect(Array(output[1...]) == [1, 2, 0])
        #expect(run(make(Standardize.self), learn: seen, gap)[0].isNaN)
        #expect(make(Standardize.self).outputFeatures == features)
        #expect(run(make(Standardize.self), learn: [], [8, 1, 2, 9]) == [0, 1, 2, 0])
    }

    @Test func scaledBooleanIsANumber() {
        let scaler = make(Standardize.self, ["features": .features(["flag", "kind"])])
        #expect(scaler.outputFeatures.map(\.kind) == [.numeric, .numeric, .categorical, .numeric])
        #expect(run(scaler, learn: [[0, 0, 0, 0], [0, 1, 0, 0]], [3, 1, 1, 4]) == [3, 1, 1, 4])
        #expect(run(scaler, learn: [[0, 0, 0, 0], [0, 1, 0, 0]], [3, 0, 1, 4]) == [3, -1, 1, 4])
    }

    @Test func minMaxScales() {
        #expect(run(make(MinMax.self), learn: seen, [1, 1, 2, 9]) == [0, 1, 2, 0])
        #expect(run(make(MinMax.self), learn: seen, [4.5, 1, 2, 9])[0] == 0.5)
        #expect(run(make(MinMax.self), learn: seen, [15, 1, 2, 9])[0] == 2)
        #expect(run(make(MinMax.self), learn: [[-1.7e308, 0, 0, 0], [1.7e308, 0, 0, 0]], [0, 0, 0, 0])[0] == 0.5)
        #expect(run(make(MinMax.self), learn: [], [4, 0, 1, 2]) == [0, 0, 1, 0])
    }

    @Test func oneHotMakesColumns() {
        let encoder = make(OneHot.self)
        #expect(encoder.outputFeatures.map(\.name) == ["x", "flag", "kind=0", "kind=1", "kind=2", "y"])
        #expect(encoder.outputFeatures.map(\.kind) == [.numeric, .boolean, .numeric, .numeric, .numeric, .numeric])
        #expect(run(encoder, learn: [], [5, 1, 2, 6]) == [5, 1, 0, 0, 1, 6])
        #expect(run(encoder, learn: [], [5, 1, .nan, 6]) == [5, 1, 0, 0, 0, 6])
        let none = make(OneHot.self, ["features": .features(["x"])])
        #expect(none.outputFeatures == features)
    }

    /// Against a two-pass reference on a stream far from zero, where sums of squares would lose every digit.
    @Test func varianceIsExactFarFromZero() {
        var draws = Draws(1)
        let stream = (0..<5000).map { _ in [1e9 + draws.normal(), 0, 0, 0] }
        let mean = stream.reduce(0) { $0 + ($1[0] - 1e9) } / 5000
        let variance = stream.reduce(0) { $0 + ($1[0] - 1e9 - mean) * ($1[0] - 1e9 - mean) } / 5000
        let output = run(make(Standardize.self), learn: stream, [1e9 + 2, 0, 0, 0])
        #expect(abs(output[0] - (2 - mean) / variance.squareRoot()) < 1e-5)
    }

    /// A unit that changes for good is followed at once, a single wild value is not.
    @Test func theScaleFollowsAFeatureThatMoved() {
        var draws = Draws(2)
        let before = (0..<10_000).map { _ in [draws.normal(), 0, 0, 0] }
        let moved = before + (0..<20).map { _ in [1000 * (3 + draws.normal()), 0, 0, 0] }
        let output = run(make(Standardize.self), learn: moved, [3000, 0, 0, 0])
        #expect(output[0] < 25 && output[0] > 1)
        let once = run(make(Standardize.self), learn: before + [[3000, 0, 0, 0]], [2, 0, 0, 0])
        let never = run(make(Standardize.self), learn: before, [2, 0, 0, 0])
        #expect(abs(once[0] - never[0]) < 0.02)
    }
}
