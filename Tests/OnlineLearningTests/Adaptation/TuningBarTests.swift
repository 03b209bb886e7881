import StreamGenerators
import Testing

@testable import OnlineLearning

/// Tuning does not end below what it started from, but for the few answers that it may lose before it wins any.
@Suite struct TuningBarTests {
    static let events = 20_000

    /// Streams with changes at the quarters, or at every tenth, some of which leave nothing to be won.
    static let streams: [(name: String, parameters: [String: String])] = [
        ("sea", ["functions": "1,2,3,4", "positions": "5000,10000,15000"]),
        ("sine", ["functions": "1,2,3,4", "positions": "5000,10000,15000"]),
        ("sine", ["functions": "1,2,1,2,1", "positions": "4000,8000,12000,16000"]),
        ("mixed", ["functions": "1,2,1,2", "positions": "5000,10000,15000"]),
        ("led", ["swapped": "0,3,5,7", "positions": "5000,10000,15000"]),
        ("hyperplane", ["change": "0.001", "drifting": "10"]),
        ("random_tree", ["models": "1,2,3,4", "positions": "5000,10000,15000"]),
    ]

    /// Right answers of what was published, less those of the model that is tuned.
    static func won(_ stream: any EventStream, _ model: String, isWatched: Bool) -> Int {
        var stream = stream
        var plan = toyPlan(
            task: stream.classes.count == 2 ? .binary : .multiclass, models: [model],
            action: isWatched ? component("alert", .action) : nil, select: .always, schema: stream.schema)
        plan.classes = stream.classes
        plan.maxClasses = stream.classes.count
        let tuning = TuningPlan(model: model)
        plan.models += tuning.models(beside: plan.models[0])
        plan.tune = tuning
        let pipeline = Pipeline(plan: plan)
        let event = Event(width: plan.schema.width)
        for _ in 0..<events {
            event.label = stream.next(into: event.slots).value
            _ = pipeline.step(.event(event))
        }
        func right(_ values: MetricValues) -> Int {
            Int((values.first { $0.name == "accuracy" }!.value! * Double(events)).rounded())
        }
        let report = pipeline.report()
        return right(report.cumulative) - right(report.models.first { $0.name == model }!.cumulative)
    }

    @Test(arguments: ["hoeffding_tree", "logistic_regression"], [false, true])
    func neverBelow(_ model: String, isWatched: Bool) throws {
        var all: [Int] = []
        for stream in Self.streams {
            for seed: UInt64 in 11...15 {
                let made = try StreamCatalog.make(stream.name, seed: seed, parameters: stream.parameters)
                let won = Self.won(made, model, isWatched: isWatched)
                #expect(won >= -8, "\(stream.name), seed \(seed)")
                all.append(won)
            }
        }
        let below = all.count { $0 < 0 }
        print("tuned \(model): \(all.min()!) to \(all.max()!) of \(Self.events) won, below in \(below) of \(all.count)")
        #expect(below <= 2 && all.reduce(0, +) > 30 * all.count)
    }
}
