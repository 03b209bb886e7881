import Testing

@testable import OnlineLearning

/// Trees with `compatibility: moa` against MOA 2024.07. `Benchmarks/peers/accuracy` compares them on more streams.
@Suite struct MoaCompatibilityTests {
    static let trees: [any Classifier.Type] = [
        HoeffdingTree.self, HoeffdingAdaptiveTree.self, ExtremelyFastDecisionTree.self,
    ]

    private func make(_ type: any Classifier.Type, _ rows: Rows, memory: Int = 64 << 20) -> any Classifier {
        type.init(
            parameters: values(type.description, ["compatibility": .choice("moa")]),
            context: ComponentContext(features: rows.features, memoryLimit: memory))
    }

    /// MOA's counts of right answers: the trees are the same, event by event.
    @Test(arguments: zip(trees, [35322, 36676, 35399]))
    func electricityIsAnsweredAlike(_ type: any Classifier.Type, _ moa: Int) throws {
        let rows = try electricity()
        let right = Int((accuracy(make(type, rows), rows) * Double(rows.count)).rounded())
        #expect(right == moa)
    }

    /// Draws and sums of merits are in the snapshot.
    @Test(arguments: trees)
    func continuingIsTheSame(_ type: any Classifier.Type) throws {
        let rows = try electricity()
        let (one, other) = (make(type, rows), make(type, rows))
        var (mine, theirs) = ([0.0, 0.0], [0.0, 0.0])
        for row in 0..<24_000 {
            one.learn(rows[row], classIndex: Int(rows.labels[row]), weight: 1)
            guard row >= 9_999 else { continue }
            if row == 9_999 {
                var writer = SnapshotWriter()
                one.write(to: &writer)
                var reader = SnapshotReader(writer.bytes)
                try other.read(from: &reader)
            } else {
                other.learn(rows[row], classIndex: Int(rows.labels[row]), weight: 1)
            }
            one.predict(rows[row + 1], into: &mine)
            other.predict(rows[row + 1], into: &theirs)
            try #require(mine == theirs, "\(row)")
        }
    }

    @Test(arguments: trees)
    func memoryIsABoundAtEveryEvent(_ type: any Classifier.Type) throws {
        let rows = try electricity()
        let limit = 16_384
        let tree = make(type, rows, memory: limit)
        for row in 0..<20_000 {
            tree.learn(rows[row], classIndex: Int(rows.labels[row]), weight: 1)
            try #require(tree.memoryBytes <= limit, "\(row)")
        }
    }

    /// What java.util.Random answers for the seed 1, by its specification.
    @Test func drawsAreJavas() {
        var random = JavaRandom(seed: 1)
        let draws = (0..<3).map { _ in Double(random.next53() >> 11) * 0x1p-53 }
        #expect(draws == [0.7308781907032909, 0.41008081149220166, 0.20771484130971707])
    }
}
