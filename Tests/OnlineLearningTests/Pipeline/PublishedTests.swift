import OnlineLearning
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What is published is what is scored.
@Suite struct PublishedTests {
    /// Classes are discovered: what is shown sums to 1, and its log loss is the reported one.
    @Test(arguments: ["gaussian_nb", "logistic_regression", "hoeffding_tree", "majority", "no_change"])
    func probabilitiesReproduceTheLogLoss(_ model: String) {
        var plan = toyPlan(task: .multiclass, models: [model])
        plan.maxClasses = 40
        let pipeline = Pipeline(plan: plan)
        var random = SplitMix(state: 3)
        var loss = 0.0
        for at in 0..<3000 {
            let a = random.uniform()
            let name = "class \(min(Int(a * 4), at / 500))"
            let shown = pipeline.process(slots: [a, random.uniform(), 0, 0], class: name).probabilities
            if !shown.isEmpty { #expect(abs(shown.reduce(0, +) - 1) < 1e-9) }
            let index = pipeline.classes.spellings.firstIndex(of: name)!
            let p = index < shown.count ? shown[index] : 0
            loss += p >= 1 ? 0 : -log(max(p, 1e-15))
        }
        #expect(abs(pipeline.value("log_loss")! - loss / 3000) < 1e-9)
    }
}
