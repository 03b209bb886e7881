import Testing

@testable import OnlineLearning

@Suite struct TreeGrowthTests {
    private func tree(
        _ features: [Feature], _ options: TreeOptions = TreeOptions(), classes: Int = 2
    ) -> HoeffdingTree {
        HoeffdingTree(options, ComponentContext(features: features, classCount: classes))
    }

    /// The tie rule alone would split noise as soon as the bound is small.
    @Test(arguments: [TreeOptions.Revision.never, .drift, .better])
    func noiseGrowsNoSplit(_ revision: TreeOptions.Revision) {
        let features = (0..<8).map { Feature("x\($0)", .numeric) } + [Feature("c", .categorical, maxCategories: 6)]
        var options = TreeOptions()
        options.revision = revision
        for seed in 1...3 {
            let model = tree(features, options)
            var draws = Draws(UInt64(seed))
            let rows = Rows(features, capacity: 20_000)
            for _ in 0..<20_000 {
                rows.append(
                    (0..<8).map { _ in draws.uniform() } + [(draws.uniform() * 7).rounded(.down)],
                    draws.uniform() < 0.4 ? 0 : 1)
            }
            _ = accuracy(model, rows)
            #expect(model.nodes.count == 1, "seed \(seed)")
        }
    }

    /// A class of half a percent that can be separated is found by one tree.
    @Test(arguments: [TreeOptions.Revision.never, .drift, .better])
    func rareClassIsFound(_ revision: TreeOptions.Revision) {
        let features = (0..<4).map { Feature("x\($0)", .numeric) }
        var options = TreeOptions()
        options.revision = revision
        let model = tree(features, options)
        var draws = Draws(4)
        var probabilities = [0.0, 0.0]
        let row = Rows(features, capacity: 40_000)
        var (hits, alarms, frauds) = (0.0, 0.0, 0.0)
        for index in 0..<40_000 {
            let fraud = draws.uniform() < 0.005
            row.append(
                [fraud ? 3 + draws.normal() * 0.3 : draws.normal()] + (0..<3).map { _ in draws.normal() }, fraud ? 1 : 0
            )
            model.predict(row[index], into: &probabilities)
            if probabilities[1] > 0.5 { alarms += 1 }
            if fraud { frauds += 1 }
            if fraud, probabilities[1] > 0.5 { hits += 1 }
            model.learn(row[index], classIndex: fraud ? 1 : 0, weight: 1)
        }
        #expect(2 * hits / (alarms + frauds) > 0.5, "F1 \(2 * hits / (alarms + frauds))")
    }

    /// Trees that replace parts of themselves keep no garbage and stay trees.
    @Test(arguments: [TreeOptions.Revision.drift, .better])
    func replacedPartsAreGivenBack(_ revision: TreeOptions.Revision) throws {
        let features = (0..<4).map { Feature("x\($0)", .numeric) } + [Feature("c", .categorical, maxCategories: 4)]
        var options = TreeOptions()
        options.revision = revision
        options.gracePeriod = 50
        let model = tree(features, options)
        var draws = Draws(2)
        let rows = Rows(features, capacity: 1)
        rows.append([0, 0, 0, 0, 0], 0)
        for index in 0..<60_000 {
            for slot in 0..<4 { rows.slots[slot] = draws.uniform() }
            rows.slots[4] = (draws.uniform() * 5).rounded(.down)
            let concept = index / 5000 % 4
            let label = (rows.slots[concept] > 0.5) == (rows.slots[4] > 1) ? 1 : 0
            model.learn(rows[0], classIndex: label, weight: 1)
            if index % 1000 == 0 { try model.check() }
        }
        var block = 0
        for index in 0..<model.records.count where model.records[index].node >= 0 {
            block += model.records[index].rows.bytes + (model.records[index].window == nil ? 0 : ErrorWindow.bytes)
        }
        #expect(block == model.state.pointee.blockBytes)
    }

    /// A leaf's random part of the features follows from its key alone, and is what it watches.
    @Test func subspacesAreDrawn() {
        let features = (0..<9).map { Feature("x\($0)", .numeric) }
        var options = TreeOptions()
        options.subspace = 3
        options.gracePeriod = 50
        let model = tree(features, options)
        var draws = Draws(2)
        let rows = Rows(features, capacity: 8_000)
        for _ in 0..<8_000 {
            let x = (0..<9).map { _ in draws.uniform() }
            rows.append(x, x.reduce(0, +) > 4.5 ? 1 : 0)
        }
        #expect(accuracy(model, rows, from: 4000) > 0.6)
        var sets: Set<[Int32]> = []
        for index in 0..<model.records.count where model.records[index].node >= 0 {
            let shape = model.records[index].rows.shape
            #expect(shape.numericCount == 3)
            sets.insert((0..<3).map { shape.numericSlots[$0] })
        }
        #expect(sets.count > 2)
        var writer = SnapshotWriter()
        model.write(to: &writer)
        let other = tree(features, options)
        var reader = SnapshotReader(writer.bytes)
        #expect(throws: Never.self) { try other.read(from: &reader) }
        #expect(other.memoryBytes == model.memoryBytes)
    }
}
