import MillraceTestKit
import OnlineLearning
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What an event costs.
@Suite(.serialized) struct CostLawTests {
    private static let rows = 400

    /// Processor seconds of this thread in which a model predicts and learns rows of which one feature tells the class and
    /// the others are constant; every class is known before.
    private func seconds(_ subject: LearnerCase, classes: Int, features count: Int) -> Double {
        let features = (0..<count).map { Feature("f\($0)", .numeric) }
        let type = Catalog.classifiers.first { $0.description == subject.component }!
        let model = type.init(
            parameters: subject.component.defaults, context: ComponentContext(features: features, classCount: classes))
        let rows = Rows(features, capacity: 1)
        rows.append([Double](repeating: 3, count: count), 0)
        var answer = [Double](repeating: 0, count: classes)
        var draws = Draws(1)
        func step(_ label: Int) {
            rows.slots[0] = Double(label) + draws.uniform() * 2
            model.predict(rows[0], into: &answer)
            model.learn(rows[0], classIndex: label, weight: 1)
        }
        for label in 0..<2 * classes { step(label % classes) }
        var least = Double.infinity
        for _ in 0..<3 {
            let start = processorSeconds()
            for row in 0..<Self.rows { step(row * 7 % classes) }
            least = min(least, processorSeconds() - start)
        }
        return least
    }

    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Cost grows at most linearly in classes × features, also where features are constant: a factor of 4 in either makes
    /// no more than a factor of 4, with half of it for noise.
    @Test(arguments: BayesLaws.subjects)
    func costIsLinearInClassesTimesFeatures(_ subject: LearnerCase) {
        let whole = seconds(subject, classes: 200, features: 200)
        let fewClasses = seconds(subject, classes: 50, features: 200)
        let fewFeatures = seconds(subject, classes: 200, features: 50)
        #expect(whole < 6 * fewClasses, "\(whole) s with 200 classes, \(fewClasses) s with 50")
        #expect(whole < 6 * fewFeatures, "\(whole) s with 200 features, \(fewFeatures) s with 50")
        #expect(whole / Double(Self.rows) < 0.002, "\(Double(Self.rows) / whole) events a second")
    }
}
