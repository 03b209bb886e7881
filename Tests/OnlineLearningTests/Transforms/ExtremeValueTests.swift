import OnlineLearning
import Testing

/// One wild value ruins nothing for good.
@Suite struct ExtremeValueTests {
    static let wild: [Double] = [.greatestFiniteMagnitude, -1e300, 1000, -9999, 1e30]
    static let chains = [["impute", "standardize"], ["impute", "min_max"], ["standardize"], ["min_max"]]

    /// Accuracy over the events from `from` on.
    static func accuracy(_ model: String, _ chain: [String], _ wild: Double?, at place: Int, from: Int) -> Double {
        let schema = Schema((0..<4).map { Feature("x\($0)", .numeric) })
        let pipeline = Pipeline(
            plan: toyPlan(models: [model], transforms: chain, schema: schema))
        var random = SplitMix(state: 7)
        func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + random.uniform() } }
        var (right, count) = (0, 0)
        for at in 0..<6000 {
            var slots = (0..<4).map { _ in normal() }
            let label: Int32 = slots[0] + slots[1] - slots[2] + 0.3 * normal() > 0 ? 1 : 0
            if random.uniform() < 0.1 { slots[3] = .nan }
            if at == place, let wild { slots[1] = wild }
            let answer = pipeline.process(slots: slots, label: Label(classIndex: label))
            guard at >= from else { continue }
            count += 1
            if answer.classIndex == label { right += 1 }
        }
        return Double(right) / Double(count)
    }

    @Test(arguments: chains.indices)
    func accuracyIsThatOfTheCleanStream(_ chain: Int) {
        let model = "logistic_regression"
        let chain = Self.chains[chain]
        let clean = Self.accuracy(model, chain, nil, at: 1000, from: 2000)
        for value in Self.wild {
            let found = Self.accuracy(model, chain, value, at: 1000, from: 2000)
            #expect(found > clean - 0.01, "\(model) after \(chain): \(value) leaves \(found), not \(clean)")
        }
    }
}
