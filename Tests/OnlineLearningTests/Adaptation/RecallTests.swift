import Testing

@testable import OnlineLearning

/// Concepts that come back find the model that knew them.
@Suite struct RecallTests {
    /// Two concepts by turns, each of so many events: above and below a slope, which a tree cuts into steps.
    static func recurring(_ concepts: Int, length: Int = 4000) -> [Row] {
        var rows = ToyStream.binary(count: concepts * length, turn: .max)
        for index in rows.indices {
            let slots = rows[index].slots
            let isAbove = slots[0] + slots[1] > 1
            rows[index].label = Label(classIndex: isAbove == (index / length % 2 == 0) ? 1 : 0)
        }
        return rows
    }

    static func run(_ action: String, _ rows: [Row]) -> (Pipeline, [DecisionNotice]) {
        let pipeline = Pipeline(plan: toyPlan(models: ["hoeffding_tree"], action: component(action, .action)))
        return (pipeline, pipeline.feed(rows).decisions)
    }

    @Test func aConceptThatComesBackFindsItsModel() throws {
        let rows = Self.recurring(8)
        let (pipeline, decisions) = Self.run("recall", rows)
        let recalls = decisions.filter { $0.action == "recall" }
        try #require(recalls.count >= 3, "\(decisions.map(\.action))")
        #expect(recalls.allSatisfy { $0.lossAfter < $0.lossBefore && $0.versionAfter == $0.versionBefore + 1 })
        let own = pipeline.value("accuracy")!
        for action in ["reset", "background"] {
            let other = Self.run(action, rows).0.value("accuracy")!
            #expect(own > other + 0.005, "recall \(own), \(action) \(other)")
        }
    }

    @Test func aKeptModelDoesNotLearnAndIsBounded() throws {
        let plan = toyPlan(models: ["hoeffding_tree"], action: component("recall", .action))
        let pipeline = Pipeline(plan: plan)
        pipeline.feed(Self.recurring(20, length: 1500))
        #expect(pipeline.memories?.count == Memories.most)
        #expect(pipeline.memoryBytes < plan.memory)
        let copy = try Pipeline.restored(plan, pipeline.bytes)
        #expect(copy.bytes == pipeline.bytes)
    }
}
