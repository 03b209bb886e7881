import Testing

@testable import OnlineLearning

/// Metrics against River's figures and against a slow computation from the definitions.
@Suite struct MetricsTests {
    struct Scored {
        var label: Int32
        var predicted: Int32
        var score: Double
    }

    static func binary(_ count: Int, seed: UInt64 = 11) -> [Scored] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in
            let label = random.uniform() < 0.3
            let u = random.uniform()
            let score = label ? 0.2 + 0.8 * u : 0.8 * u
            return Scored(label: label ? 1 : 0, predicted: score >= 0.5 ? 1 : 0, score: score)
        }
    }

    static func multiclass(_ count: Int, seed: UInt64 = 12) -> [Scored] {
        var random = SplitMix(state: seed)
        return (0..<count).map { _ in
            let (u, v) = (random.uniform(), random.uniform())
            let label = Int32(4 * u * u)
            return Scored(label: label, predicted: v < 0.6 ? label : Int32(4 * random.uniform()), score: v)
        }
    }

    static func metrics(_ answers: [Scored], classes: Int, window: Int) -> ClassificationMetrics {
        let metrics = ClassificationMetrics(classCount: classes, isBinary: classes == 2, window: window)
        let baselines = ClassBaselines(classCount: classes)
        for answer in answers {
            let p = classes == 2 && answer.label == 0 ? 1 - answer.score : answer.score
            metrics.record(
                label: answer.label, predicted: answer.predicted, logLoss: ClassificationMetrics.logLoss(p),
                score: answer.score, flags: baselines.record(Label(classIndex: answer.label), baselines.answers))
        }
        return metrics
    }

    func value(_ values: MetricValues, _ name: String) -> Double { values.first { $0.name == name }!.value ?? .nan }

    @Test func binaryIsRivers() {
        let metrics = Self.metrics(Self.binary(2000), classes: 2, window: 2000)
        let river = [
            "accuracy": 0.6235, "kappa": 0.21556943616839538, "f1": 0.504930966469428, "log_loss": 0.5900400057114396,
            "roc_auc": 0.7210709228987,
        ]
        for (name, expected) in river {
            #expect(abs(value(metrics.windowed, name) - expected) < 1e-12, "windowed \(name)")
            // The whole stream's ROC curve is binned.
            #expect(abs(value(metrics.cumulative, name) - expected) < (name == "roc_auc" ? 5e-4 : 1e-12), "\(name)")
        }
    }

    @Test func multiclassIsRivers() {
        let metrics = Self.metrics(Self.multiclass(2000), classes: 4, window: 100)
        #expect(abs(value(metrics.cumulative, "accuracy") - 0.6975) < 1e-12)
        #expect(abs(value(metrics.cumulative, "kappa") - 0.5646504826982747) < 1e-12)
        #expect(abs(value(metrics.cumulative, "f1") - 0.6625437792431663) < 1e-12)
        #expect(value(metrics.cumulative, "roc_auc").isNaN)
    }

    @Test func regressionIsRivers() {
        let metrics = RegressionMetrics(window: 2000)
        var random = SplitMix(state: 13)
        for _ in 0..<2000 {
            let target = 10 * random.uniform()
            metrics.record(target: target, value: target + 2 * random.uniform() - 0.5)
        }
        for values in [metrics.cumulative, metrics.windowed] {
            #expect(abs(value(values, "mae") - 0.6382432585750342) < 1e-12)
            #expect(abs(value(values, "rmse") - 0.7739891709772763) < 1e-12)
            #expect(abs(value(values, "r2") - 0.9301290780610277) < 1e-12)
        }
    }

    /// Every definition written out, over a list.
    func slow(_ answers: ArraySlice<Scored>, before: ArraySlice<Scored>, classes: Int) -> [String: Double] {
        let n = Double(answers.count)
        let accuracy = Double(answers.count { $0.label == $0.predicted }) / n
        var chance = 0.0
        for c in 0..<Int32(classes) {
            chance += Double(answers.count { $0.label == c }) / n * (Double(answers.count { $0.predicted == c }) / n)
        }
        var seen = Array(before.map(\.label))
        var majority = 0.0
        var previous = 0.0
        for answer in answers {
            if let last = seen.last {
                let counts = (0..<Int32(classes)).map { c in seen.count { $0 == c } }
                if Int32(counts.firstIndex(of: counts.max()!)!) == answer.label { majority += 1 / n }
                if last == answer.label { previous += 1 / n }
            }
            seen.append(answer.label)
        }
        var result = [
            "accuracy": accuracy, "kappa": (accuracy - chance) / (1 - chance),
            "kappa_m": (accuracy - majority) / (1 - majority), "kappa_temporal": (accuracy - previous) / (1 - previous),
        ]
        if classes == 2 {
            var won = 0.0
            var pairs = 0.0
            for up in answers where up.label == 1 {
                for down in answers where down.label == 0 {
                    pairs += 1
                    won += up.score > down.score ? 1 : up.score == down.score ? 0.5 : 0
                }
            }
            result["roc_auc"] = won / pairs
        }
        return result
    }

    @Test(arguments: [2, 4], [UInt64(1), 2, 3])
    func windowIsTheSlowReference(_ classes: Int, _ seed: UInt64) {
        var answers = classes == 2 ? Self.binary(700, seed: seed) : Self.multiclass(700, seed: seed)
        // Ties in the score, and events without an answer.
        for index in answers.indices where index % 3 == 0 { answers[index].score = 0.5 }
        for index in answers.indices where index % 50 == 0 { answers[index].predicted = -1 }
        for count in [1, 7, 100, 101, 333, 700] {
            let metrics = Self.metrics(Array(answers[..<count]), classes: classes, window: 100)
            let start = max(count - 100, 0)
            let windowed = slow(answers[start..<count], before: answers[..<start], classes: classes)
            let whole = slow(answers[..<count], before: [], classes: classes)
            for (name, expected) in windowed {
                let found = value(metrics.windowed, name)
                #expect(abs(found - expected) < 1e-9 || (found.isNaN && !expected.isFinite), "\(name) at \(count)")
            }
            for (name, expected) in whole {
                let found = value(metrics.cumulative, name)
                // Of a handful of pairs, one in the same bin is already much.
                let tolerance = name == "roc_auc" ? (count < 100 ? 0.5 : 0.02) : 1e-9
                #expect(abs(found - expected) < tolerance || (found.isNaN && !expected.isFinite), "\(name) at \(count)")
            }
        }
    }

    @Test func rareClassKeepsItsArea() {
        // Positives are one in a thousand and no score is above 1 %.
        var random = SplitMix(state: 4)
        let answers = (0..<20_000).map { index in
            let positive = index % 1000 == 0
            return Scored(
                label: positive ? 1 : 0, predicted: 0,
                score: positive ? 0.002 + 0.008 * random.uniform() : 0.006 * random.uniform())
        }
        let metrics = Self.metrics(answers, classes: 2, window: 20_000)
        #expect(abs(value(metrics.cumulative, "roc_auc") - value(metrics.windowed, "roc_auc")) < 0.005)
    }

    /// The mean answers while a reset model trains: it stays a number.
    @Test func theMeanOfHugeTargetsIsFinite() {
        let baselines = TargetBaselines()
        for target in [1.7e308, -1.7e308, 1.7e308, 0] {
            _ = baselines.record(Label(target: target), baselines.answers)
        }
        #expect(baselines.answers.prior.isFinite)
        #expect(baselines.report().count == 2)
    }

    @Test func undefinedIsNil() {
        let empty = ClassificationMetrics(classCount: 2, isBinary: true, window: 10)
        #expect(empty.cumulative.allSatisfy { $0.value == nil } && empty.windowed.allSatisfy { $0.value == nil })
        let one = Self.metrics([Scored(label: 0, predicted: 0, score: 0.1)], classes: 2, window: 10)
        #expect(value(one.cumulative, "accuracy") == 1)
        #expect(value(one.cumulative, "kappa").isNaN && value(one.cumulative, "roc_auc").isNaN)
        #expect(value(one.cumulative, "f1").isNaN)
        let regression = RegressionMetrics(window: 10)
        #expect(regression.cumulative.allSatisfy { $0.value == nil })
        regression.record(target: 1, value: 1)
        #expect(value(regression.cumulative, "mae") == 0 && value(regression.cumulative, "r2").isNaN)
    }
}
