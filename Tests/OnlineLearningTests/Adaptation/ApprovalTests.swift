import Testing

@testable import OnlineLearning

/// What a policy would do is done when somebody says so.
@Suite struct ApprovalTests {
    static func plan(_ action: String) -> PipelinePlan {
        var plan = toyPlan(action: component(action, .action))
        plan.drift[0].approval = 1500
        return plan
    }

    /// Feeds up to the first proposal; gives what comes after it.
    static func proposed(_ plan: PipelinePlan) throws -> (Pipeline, ArraySlice<Row>) {
        let pipeline = Pipeline(plan: plan)
        let rows = ToyStream.binary(count: 8000, turn: 3000)
        for (index, row) in rows.enumerated() {
            let decisions = pipeline.feed([row]).decisions
            #expect(decisions.allSatisfy { !["retrain_swap", "reset", "recall"].contains($0.action) })
            if decisions.contains(where: { $0.action == "proposal" }) { return (pipeline, rows[(index + 1)...]) }
        }
        throw SnapshotError("nothing was proposed")
    }

    @Test(arguments: ["background", "reset", "recall"])
    func whatIsApprovedIsDoneAtOnce(_ action: String) throws {
        let (pipeline, rest) = try Self.proposed(Self.plan(action))
        let accuracy = { pipeline.report().windowed[0].value! }
        pipeline.feed(rest.prefix(1000))
        #expect(accuracy() < 0.6, "the champion stays meanwhile")
        let copy = try Pipeline.restored(pipeline.plan, pipeline.bytes)
        for each in [pipeline, copy] {
            let decisions = each.outcome(.control(.approve)).notices.decisions
            #expect(decisions.map(\.action) == [action == "reset" ? "reset" : "retrain_swap", "approve"])
            #expect(each.outcome(.control(.approve)).refusal == .nothingProposed)
            each.feed(rest.dropFirst(1000))
        }
        #expect(accuracy() > 0.85)
        #expect(copy.bytes == pipeline.bytes)
    }

    @Test(arguments: ["background", "reset"])
    func whatIsDeniedIsDropped(_ action: String) throws {
        let (pipeline, rest) = try Self.proposed(Self.plan(action))
        let decisions = pipeline.outcome(.control(.deny)).notices.decisions
        #expect(decisions.map(\.action) == ["denied", "deny"])
        #expect(pipeline.outcome(.control(.deny)).refusal == .nothingProposed)
        let notices = pipeline.feed(rest)
        #expect(notices.decisions.allSatisfy { $0.versionAfter == 1 })
    }

    @Test func whatNobodyApprovesIsDeniedInTime() throws {
        let (pipeline, rest) = try Self.proposed(Self.plan("background"))
        let denied = try #require(pipeline.feed(rest).decisions.first { $0.action == "denied" })
        #expect(denied.at == UInt64(rest.startIndex - 1) + 1500 && denied.reason == "nobody approved it in time")
    }

    @Test func aProposalIsForOneChampion() throws {
        var plan = Self.plan("background")
        plan.models.append(ModelPlan(name: "majority", component: component("majority", .classifier)))
        let (pipeline, _) = try Self.proposed(plan)
        let decisions = pipeline.outcome(.control(.promote("majority"))).notices.decisions
        #expect(decisions.map(\.action) == ["denied", "promote"])
        #expect(pipeline.outcome(.control(.approve)).refusal == .nothingProposed)
    }

    /// Another detector comes before it while it waits.
    @Test(arguments: ["background", "reset", "recall"])
    func aProposalStaysWithItsPolicy(_ action: String) throws {
        let (pipeline, _) = try Self.proposed(Self.plan(action))
        var plan = pipeline.plan
        var first = plan.drift[0]
        first.approval = nil
        first.action = component("alert", .action)
        first.detector = component("ddm", .detector)
        plan.drift.insert(first, at: 0)
        let next = Pipeline(plan: plan)
        try next.adopt(pipeline)
        let decisions = next.outcome(.control(.approve)).notices.decisions
        #expect(decisions.map(\.action) == [action == "reset" ? "reset" : "retrain_swap", "approve"])
    }
}
