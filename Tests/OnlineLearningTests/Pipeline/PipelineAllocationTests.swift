import MillraceTestKit
import OnlineLearning
import Testing

/// The steady state allocates nothing.
@Suite struct PipelineAllocationTests {
    @Test(
        .enabled(if: Allocations.areCounted), arguments: ["gaussian_nb", "logistic_regression", "majority"],
        [nil, QuarantinePlan(window: 100, limit: 6, patience: 1000, watchesError: true, features: ["a", "d"])])
    func anEventAllocatesNothing(_ model: String, _ quarantine: QuarantinePlan?) {
        let unwarned = component("adwin", .detector, ["warning_delta": .number(1e-12)])
        var plan = toyPlan(
            models: [model, "no_change"], detector: unwarned, action: component("background", .action))
        plan.quarantine = quarantine
        let pipeline = Pipeline(plan: plan)
        let rows = ToyStream.binary(count: 6000, turn: .max)
        pipeline.feed(rows)
        let events = rows.map { row in
            let event = Event(width: 4)
            event.fill(row.slots, row.label)
            return event
        }
        var notices = 0
        let count = allocations {
            for event in events { notices += pipeline.step(.event(event)).notices.count }
        }
        #expect(count == 0 || notices > 0)
        #expect(notices == 0, "the stream is stationary here")
    }
}
