import Testing

@testable import OnlineLearning

/// A drift says which features moved with it.
@Suite struct FeatureMovesTests {
    static func drift(_ change: (inout Row, Int) -> Void) throws -> DriftNotice {
        var rows = ToyStream.binary(count: 5000, turn: 3000)
        for index in 3000..<5000 { change(&rows[index], index) }
        let pipeline = Pipeline(plan: toyPlan(action: component("alert", .action)))
        return try #require(pipeline.feed(rows).drifts.first { $0.level == .drift && $0.at >= 3000 })
    }

    @Test func aNumberThatMoved() throws {
        let drift = try Self.drift { row, _ in row.slots[1] += 2 }
        let move = try #require(drift.moved.first)
        #expect(drift.moved.count == 1 && move.feature == "b" && move.what == "mean")
        #expect(abs(move.before - 0.5) < 0.05 && move.after > 0.9 && move.effect > 1)
    }

    @Test func aWordAndAGap() throws {
        let drift = try Self.drift { row, index in
            row.slots[3] = 2
            if index % 4 != 0 { row.slots[0] = .nan }
        }
        #expect(Set(drift.moved.map(\.feature)) == ["a", "d"])
        let gap = try #require(drift.moved.first { $0.feature == "a" })
        #expect(gap.what == "missing" && gap.before == 0 && gap.after > 0.2)
        let word = try #require(drift.moved.first { $0.feature == "d" })
        #expect(abs(word.before - 0.25) < 0.06 && word.after > 0.4)
    }

    @Test func nothingMovedWhereTheLabelsTurned() throws {
        #expect(try Self.drift { _, _ in }.moved.isEmpty)
    }

    /// Sums of large numbers keep the digits in which they differ.
    @Test func largeNumbersMoveToo() throws {
        let drift = try Self.drift { row, _ in row.slots[1] += 1.7e9 }
        #expect(drift.moved.map(\.feature) == ["b"])
        let moves = FeatureMoves(ToyStream.schema)
        var random = SplitMix(state: 1)
        let vocabulary = Vocabulary(schema: ToyStream.schema, task: .binary, declared: ["0", "1"], maxClasses: 2)
        for index in 0..<2000 { moves.see([1.7e9 + random.uniform() + (index > 1960 ? 2 : 0), 0, 0, 0]) }
        let move = try #require(moves.found(vocabulary).first)
        #expect(move.feature == "a" && abs(move.before - 1.7e9 - 0.5) < 0.1)
    }
}
