import OnlineLearning
import Testing

/// Number for number against River 0.26.1; `Tests/Goldens/river_models.py` makes the numbers.
@Suite struct RiverGoldenTests {
    /// The generator's stream: three numeric features, `c` missing now and then, and a target.
    private func stream() -> Rows {
        let rows = Rows([Feature("a", .numeric), Feature("b", .numeric), Feature("c", .numeric)], capacity: 200)
        var state = 12345
        func draw() -> Double {
            state = (state * 1_103_515_245 + 12345) % 2_147_483_648
            return Double(state) / 2_147_483_648
        }
        for _ in 0..<200 {
            let a = draw() * 4 - 2
            let b = draw() * 2 - 1
            let c = draw()
            let noise = draw() - 0.5
            let missing = draw() < 0.1
            rows.append([a, b, missing ? .nan : c], 1.5 * a - 2 * b + 0.5 * c + noise)
        }
        return rows
    }

    private func expected(_ name: String) throws -> [Double] {
        let line = try #require(
            try golden("river_models.txt").split(separator: "\n").first {
                $0.hasPrefix(name + " ") && Double($0.dropFirst(name.count + 1).prefix { $0 != " " }) != nil
            })
        return line.dropFirst(name.count + 1).split(separator: " ").map { Double($0)! }
    }

    private func compare(_ name: String, _ numbers: [Double], tolerance: Double = 1e-10) throws {
        let expected = try expected(name)
        #expect(expected.count == 20)
        for (mine, river) in zip(numbers.suffix(expected.count), expected) {
            #expect(mine.isNaN == river.isNaN)
            if !river.isNaN { #expect(abs(mine - river) <= tolerance * max(1, abs(river)), "\(name)") }
        }
    }

    @Test(arguments: [
        ("sgd", ["learning_rate": 0.01]),
        ("sgd l2", ["learning_rate": 0.02, "l2": 0.1, "intercept_learning_rate": 0.03]),
        ("adagrad", ["learning_rate": 0.1]),
    ])
    func linearRegression(_ name: String, _ numbers: [String: Double]) throws {
        var given = numbers.mapValues { ParameterValue.number($0) }
        given["optimizer"] = .choice(String(name.prefix { $0 != " " }))
        let rows = stream()
        let model = LinearRegression(
            parameters: values(LinearRegression.description, given),
            context: ComponentContext(features: rows.features, classCount: 0))
        var out: [Double] = []
        for row in 0..<rows.count {
            out.append(model.predict(rows[row]))
            model.learn(rows[row], target: rows.labels[row], weight: 1)
        }
        try compare("linear_regression \(name)", out)
    }

    @Test(arguments: [
        ("sgd", ["learning_rate": 0.01]),
        ("sgd l2", ["learning_rate": 0.05, "l2": 0.1, "intercept_learning_rate": 0.03]),
        ("adagrad", ["learning_rate": 0.1]),
    ])
    func logisticRegression(_ name: String, _ numbers: [String: Double]) throws {
        var given = numbers.mapValues { ParameterValue.number($0) }
        given["optimizer"] = .choice(String(name.prefix { $0 != " " }))
        let rows = stream()
        let model = LogisticRegression(
            parameters: values(LogisticRegression.description, given),
            context: ComponentContext(features: rows.features))
        try compare("logistic_regression \(name)", positives(model, rows))
    }

    /// River adds 1e-9 to each density; its variances are made to divide by n − 1 by the generator.
    @Test func gaussianNB() throws {
        let rows = stream()
        let model = GaussianNB(
            parameters: values(GaussianNB.description, ["compatibility": .choice("moa")]),
            context: ComponentContext(features: rows.features))
        try compare("gaussian_nb", positives(model, rows), tolerance: 1e-6)
    }

    private func positives(_ model: any Classifier, _ rows: Rows) -> [Double] {
        var probabilities = [0.0, 0.0]
        return (0..<rows.count).map { row in
            model.predict(rows[row], into: &probabilities)
            model.learn(rows[row], classIndex: rows.labels[row] > 0 ? 1 : 0, weight: 1)
            return probabilities[1]
        }
    }

    @Test(arguments: ["standardize", "min_max"])
    func scalers(_ name: String) throws {
        let rows = stream()
        let context = ComponentContext(features: rows.features)
        let scaler: any Transformer =
            name == "standardize"
            ? Standardize(parameters: Standardize.description.defaults, context: context)
            : MinMax(parameters: MinMax.description.defaults, context: context)
        var out: [Double] = []
        var scaled = [0.0, 0.0, 0.0]
        for row in 0..<rows.count {
            scaler.learn(rows[row])
            scaler.transform(rows[row], into: &scaled)
            out += scaled
        }
        try compare(name, out)
    }

    @Test func imputedMean() throws {
        let rows = stream()
        let impute = Impute(
            parameters: Impute.description.defaults, context: ComponentContext(features: rows.features))
        let gap = Rows(rows.features, capacity: 1)
        gap.append([0, 0, .nan], 0)
        var filled = [0.0, 0.0, 0.0]
        let out = (0..<rows.count).map { row in
            impute.learn(rows[row])
            impute.transform(gap[0], into: &filled)
            return filled[2]
        }
        try compare("impute mean", out)
    }
}
