import Testing

@testable import OnlineLearning

/// The ROC area of a whole stream against the exact one.
@Suite struct AreaTests {
    enum Scores: String, CaseIterable {
        /// As naive Bayes gives them: most of them far below 2^-17.
        case tiny
        /// As a rare class leaves them: all within a few per cent of each other.
        case close
        /// Within a millionth of each other.
        case dense
        /// Close together somewhere else after each thousand events.
        case moving
        /// Near 1.
        case high
        case spread
    }

    static func score(_ kind: Scores, _ positive: Bool, _ at: Int, _ random: inout SplitMix) -> Double {
        let u = positive ? max(random.uniform(), random.uniform()) : random.uniform()
        switch kind {
        case .tiny: return Double(sign: .plus, exponent: Int(-300 + 280 * u), significand: 1 + random.uniform())
        case .close: return 0.0049 + 0.0002 * u
        case .dense: return 0.0301 + 1e-8 * u
        case .moving: return 0.01 * Double(at / 1000 + 1) + 1e-5 * u
        case .high: return 1 - 1e-6 * (1 - u)
        case .spread: return u
        }
    }

    static func exact(_ scores: [(Double, Bool)]) -> Double {
        let sorted = scores.sorted { $0.0 < $1.0 }
        var (below, won, total) = (0.0, 0.0, 0.0)
        var start = 0
        while start < sorted.count {
            let end = sorted[start...].firstIndex { $0.0 != sorted[start].0 } ?? sorted.count
            let up = Double(sorted[start..<end].count { $0.1 })
            let down = Double(end - start) - up
            won += up * (below + down / 2)
            below += down
            total += up
            start = end
        }
        return won / total / below
    }

    @Test(arguments: Scores.allCases, [0.3, 0.01, 0.002])
    func isTheExactOne(_ kind: Scores, _ share: Double) {
        var random = SplitMix(state: 5)
        let metrics = ClassificationMetrics(classCount: 2, isBinary: true, window: 1000)
        var scores: [(Double, Bool)] = []
        for at in 0..<30_000 {
            let positive = random.uniform() < share
            let score = Self.score(kind, positive, at, &random)
            scores.append((score, positive))
            metrics.record(label: positive ? 1 : 0, predicted: 0, logLoss: 0, score: score, flags: 0)
            guard [500, 1001, 5000, 30_000].contains(at + 1), scores.contains(where: \.1) else { continue }
            let found = metrics.cumulative.first { $0.name == "roc_auc" }!.value!
            let tolerance = kind == .moving ? 0.01 : 0.002
            #expect(abs(found - Self.exact(scores)) < tolerance, "\(kind) at \(at + 1)")
            var writer = SnapshotWriter()
            metrics.write(to: &writer)
            let copy = ClassificationMetrics(classCount: 2, isBinary: true, window: 1000)
            var reader = SnapshotReader(writer.bytes)
            try? copy.read(from: &reader)
            #expect(copy.cumulative.first { $0.name == "roc_auc" }!.value == found)
        }
    }

    @Test func codesRiseWithTheScore() {
        var last: UInt64 = 0
        for p in [
            0, 0.0.nextUp, 1e-300, 1e-9, 0.1, 0.25, 0.5.nextDown, 0.5, 0.5.nextUp, 0.9, 1.0.nextDown.nextDown,
            1.0.nextDown, 1,
        ] {
            let code = ScoreHistogram.code(p)
            #expect(code > last || p == 0, "\(p)")
            last = code
        }
        #expect(ScoreHistogram.code(.nan) == 0 && ScoreHistogram.code(2) == ScoreHistogram.code(1))
    }
}
