import Testing

@testable import OnlineLearning

/// `replay` begins with the event that the detector means, whatever was learned, or was not, in between.
@Suite struct ReplayOriginTests {
    static let rows = ToyStream.binary(count: 6000, turn: 3000)

    /// The event with which the first replay behind the change began, and how many errors ago the change began for the detector.
    private func start(
        _ pipeline: Pipeline, _ decisions: [DecisionNotice]
    ) throws -> (at: Int, origin: Int, age: Int)? {
        guard let start = decisions.first(where: { $0.action == "replay_start" && $0.at >= 3000 }) else { return nil }
        return (Int(start.at), try ReplayTests.told(start).origin, pipeline.watches[0].detector.lastChange.age)
    }

    /// Nothing is learned for a while, and the detector goes on counting.
    @Test(arguments: [2950..<3020, 3004..<3024, 2000..<2600], ["gaussian_nb", nil])
    func whereLearningRested(_ rest: Range<Int>, _ model: String?) throws {
        let pipeline = Pipeline(plan: ReplayTests.plan())
        for (at, row) in Self.rows.enumerated() {
            if at == rest.lowerBound { _ = pipeline.outcome(.control(.freeze(model: model))) }
            if at == rest.upperBound { _ = pipeline.outcome(.control(.unfreeze(model: model))) }
            guard let found = try start(pipeline, pipeline.feed([row]).decisions) else { continue }
            let first = found.at - found.age
            #expect(found.origin == (rest.contains(first) ? rest.upperBound : first), "\(found)")
            #expect(try Pipeline.restored(pipeline.plan, pipeline.bytes).bytes == pipeline.bytes)
            return
        }
        Issue.record("no replay began")
    }

    /// Another model answers: labels of what the one before had said come in between, and the detector does not see them.
    @Test(arguments: [2600, 2900, 2980]) func whereLabelsOfTheModelBeforeCome(_ change: Int) throws {
        let plan = toyPlan(models: ["logistic_regression", "gaussian_nb"], action: component("replay", .action))
        let pipeline = Pipeline(plan: plan)
        var waiting: [Int: [Answer]] = [:]
        var seen: [Int] = []
        for (at, row) in Self.rows.enumerated() {
            if at == change { _ = pipeline.outcome(.control(.promote("gaussian_nb"))) }
            let answer = try #require(pipeline.take(row.slots, keeping: true).answer)
            waiting[at + 1 + at * 37 % 200, default: []].append(answer)
            for answer in waiting.removeValue(forKey: at) ?? [] {
                let champion = pipeline.state.pointee.champion
                let attempt = pipeline.slots[champion].current.attempt
                if answer.model == champion, answer.index(of: champion, attempt: attempt) == champion {
                    seen.append(Int(answer.sequence))
                }
                let label = Self.rows[Int(answer.sequence)].label.value
                guard let found = try start(pipeline, pipeline.outcome(.label(answer, label)).notices.decisions) else {
                    continue
                }
                #expect(found.origin == seen[seen.count - 1 - found.age], "\(found)")
                return
            }
        }
        Issue.record("no replay began")
    }
}
