import Testing

@testable import OnlineLearning

@Suite struct HoeffdingTreeTests {
    private func tree(
        _ features: [Feature], _ given: [String: ParameterValue] = [:], classes: Int = 2, memory: Int = 64 << 20
    ) -> HoeffdingTree {
        HoeffdingTree(
            parameters: values(HoeffdingTree.description, given),
            context: ComponentContext(features: features, classCount: classes, memoryLimit: memory))
    }

    /// MOA 2024.07 with the same options scores 77.95 % on this file, 75.72 % with majority leaves on its 8-feature
    /// form.
    @Test func electricityAgreesWithMOA() throws {
        let rows = try electricity()
        let adaptive = accuracy(tree(rows.features, ["compatibility": .choice("moa")]), rows)
        #expect(abs(adaptive - 0.7795) < 0.003, "\(adaptive)")
        let majority = accuracy(tree(rows.features, ["leaf_prediction": .choice("mc")]), rows)
        #expect(majority > 0.74 && majority < adaptive, "\(majority)")
        let gini = accuracy(tree(rows.features, ["split_criterion": .choice("gini")]), rows)
        #expect(gini > 0.76, "\(gini)")
    }

    /// A tenth of the memory costs little, and the bound holds at every event.
    @Test(arguments: [6_000, 8_192, 12_000, 16_384, 24_000])
    func memoryIsABoundAtEveryEvent(_ limit: Int) throws {
        let rows = try electricity()
        let small = tree(rows.features, ["grace_period": .integer(50), "delta": .number(0.01)], memory: limit)
        var most = 0
        for row in 0..<rows.count {
            small.learn(rows[row], classIndex: Int(rows.labels[row]), weight: 1)
            most = max(most, small.memoryBytes)
        }
        #expect(most <= limit)
        #expect(small.nodes.count > 3)
        let active = (0..<small.records.count).count { small.records[$0].rows.shape.stride > 0 }
        #expect(active == small.state.pointee.activeCount)
        #expect(active < (small.nodes.count + 1) / 2, "a limit of \(limit) bytes is not felt")
    }

    @Test func smallMemoryStillLearns() throws {
        let rows = try electricity()
        let score = accuracy(tree(rows.features, memory: 12_000), rows)
        #expect(score > 0.755, "\(score)")
    }

    /// Where a rare nominal value tells nothing, MOA's tree splits on it again and again (20 000 rows: depth 10).
    @Test func noiseGrowsNoDeepTree() {
        let features = [Feature("rare", .categorical, maxCategories: 3)]
        var draws = Draws(3)
        let model = tree(features)
        let row = Rows(features, capacity: 20_000)
        for _ in 0..<20_000 { row.append([draws.uniform() < 0.004 ? 1 : 0], draws.uniform() < 0.5 ? 0 : 1) }
        _ = accuracy(model, row)
        #expect(model.nodes.count == 1)
    }

    /// A class of 0.5 % is isolated; MOA and River wipe the statistics of such leaves.
    @Test func rareClassIsFound() {
        let features = [Feature("x", .numeric), Feature("y", .numeric)]
        var draws = Draws(5)
        let rows = Rows(features, capacity: 60_000)
        for _ in 0..<60_000 {
            let fraud = draws.uniform() < 0.005
            rows.append([fraud ? 8 + draws.uniform() : draws.normal(), draws.normal()], fraud ? 1 : 0)
        }
        let model = tree(features, ["leaf_prediction": .choice("mc")])
        _ = accuracy(model, rows)
        var probabilities = [0.0, 0.0]
        let probe = Rows(features, capacity: 1)
        probe.append([8.5, 0], 1)
        model.predict(probe[0], into: &probabilities)
        #expect(probabilities[1] > 0.9)
    }

    @Test(arguments: [false, true])
    func nominalFeaturesSplit(_ binary: Bool) {
        let features = [Feature("colour", .categorical, maxCategories: 5), Feature("noise", .numeric)]
        var draws = Draws(8)
        let rows = Rows(features, capacity: 8_000)
        for _ in 0..<8_000 {
            let colour = (draws.uniform() * 5).rounded(.down)
            rows.append([colour, draws.uniform()], colour == 1 || colour == 3 ? 1 : 0)
        }
        let model = tree(features, ["binary_split": .boolean(binary), "leaf_prediction": .choice("mc")])
        #expect(accuracy(model, rows, from: 6_000) == 1)
        #expect((model.nodes[0].test == .each) == !binary)
    }

    /// A value that a many-way node has not met opens a branch and is learned there.
    @Test func newCategoryOpensABranch() {
        let features = [Feature("colour", .categorical, maxCategories: 5)]
        var draws = Draws(8)
        let rows = Rows(features, capacity: 4_500)
        for row in 0..<4_500 {
            let colour = row < 4_000 ? (draws.uniform() * 3).rounded(.down) : 4
            rows.append([colour], colour == 1 || colour == 4 ? 1 : 0)
        }
        let model = tree(features, ["leaf_prediction": .choice("mc")])
        #expect(accuracy(model, rows, from: 4_001) == 1)
        #expect(model.nodes[0].test == .each)
        #expect((0..<model.nodes.count).count { model.nodes[$0].test != .absent } == 5)
    }

    /// A missing tested value goes where most went.
    @Test func missingGoesToTheHeavierChild() {
        let features = [Feature("x", .numeric)]
        var draws = Draws(1)
        let rows = Rows(features, capacity: 6_000)
        for _ in 0..<6_000 {
            let x = draws.uniform()
            rows.append([x], x < 0.8 ? 0 : 1)
        }
        let model = tree(features, ["leaf_prediction": .choice("mc")])
        _ = accuracy(model, rows)
        #expect(model.nodes.count >= 3)
        let probe = Rows(features, capacity: 1)
        probe.append([.nan], 0)
        var probabilities = [0.0, 0.0]
        model.predict(probe[0], into: &probabilities)
        #expect(probabilities[0] > 0.9)
    }

    @Test func depthIsBounded() throws {
        let rows = try electricity()
        let model = tree(
            rows.features, ["max_depth": .integer(2), "grace_period": .integer(20), "delta": .number(0.1)])
        _ = accuracy(model, rows)
        #expect(model.nodes.count > 3 && model.nodes.count <= 7)
        #expect((0..<model.nodes.count).allSatisfy { model.nodes[$0].depth <= 2 })
    }

    /// A tree of tests refuses a snapshot whose children point backwards, and stays usable.
    @Test func cycleIsRefused() throws {
        let rows = try electricity()
        let model = tree(rows.features)
        _ = accuracy(model, rows)
        var writer = SnapshotWriter()
        model.write(to: &writer)
        var bytes = writer.bytes
        // The root's child stands after six numbers of 4 bytes and 20 bytes of the root.
        let child = 24 + 20
        #expect(bytes[child] == 1)
        bytes[child] = 0
        let other = tree(rows.features)
        var reader = SnapshotReader(bytes)
        #expect(throws: SnapshotError.self) { try other.read(from: &reader) }
        #expect(accuracy(other, rows) > 0.77)
    }
}
