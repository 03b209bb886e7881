import Testing

@testable import OnlineLearning

/// Learning that stops by itself, and what is learned then: nothing of what it stopped for.
@Suite struct QuarantineTests {
    static let breaker = QuarantinePlan(window: 100, limit: 6, patience: 10_000, watchesError: true, features: [])
    static let guards = QuarantinePlan(
        window: 100, limit: 6, patience: 10_000, watchesError: false, features: ["a", "b", "c", "d"])

    static func plan(
        _ quarantine: QuarantinePlan?, models: [String] = ["gaussian_nb", "logistic_regression"],
        action: String = "background"
    ) -> PipelinePlan {
        let isTuned = action == "tune"
        var plan = toyPlan(models: models, action: component(isTuned ? "alert" : action, .action), select: .always)
        plan.quarantine = quarantine
        if isTuned {
            let tuning = TuningPlan(model: models[1], parameters: [], lease: 200)
            plan.models += tuning.models(beside: plan.models[1])
            plan.tune = tuning
        }
        return plan
    }

    /// What learns and decides, section by section: all but what is measured at once.
    static func learning(_ pipeline: Pipeline) throws -> [String: [UInt8]] {
        var reader = SnapshotReader(pipeline.bytes)
        _ = (try reader.readText(), try reader.read(UInt16.self))
        var sections: [String: [UInt8]] = [:]
        while reader.remaining > 0 {
            let (name, _) = (try reader.readText(), try reader.readText())
            let range = try reader.take(Int(try reader.read(UInt64.self)))
            sections[name] = Array(pipeline.bytes[range])
            _ = try reader.take(8)
        }
        for name in ["pipeline", "published", "baselines", "quarantine"] { sections[name] = nil }
        return sections
    }

    /// A quiet stream with a fault in `fault`.
    static func rows(
        _ count: Int = 8000, fault: Range<Int> = 4000..<6000, unlabelled: Int = 0, _ change: (inout Row, Int) -> Void
    ) -> [Row] {
        var rows = ToyStream.binary(count: count, turn: .max, unlabelled: unlabelled)
        for index in fault { change(&rows[index], index) }
        return rows
    }

    static func flip(_ row: inout Row, _ index: Int) {
        if row.label.isKnown { row.label = Label(classIndex: 1 - row.label.classIndex) }
    }

    /// A pipeline behind a quarantine learns, decides and compares what the same without one did before: events, labels,
    /// detectors, policies.
    @Test(arguments: [0, 7], ["background", "replay"])
    func whatWaitsIsLearnedAsIfItHadComeLater(_ unlabelled: Int, _ action: String) throws {
        // Neither gauge speaks where the concept turns round: the error alone would.
        let rows = ToyStream.binary(count: 6000, turn: 3000, unlabelled: unlabelled)
        let late = Pipeline(plan: Self.plan(Self.guards, action: action))
        let plain = Pipeline(plan: Self.plan(nil, action: action))
        let notices = late.feed(rows) + late.outcome(.tick(1)).notices
        // A hundred labels wait.
        var (learned, waiting) = (rows.count, 0)
        while waiting + (rows[learned - 1].label.isKnown ? 1 : 0) <= 100 {
            learned -= 1
            waiting += rows[learned].label.isKnown ? 1 : 0
        }
        let expected = plain.feed(rows.prefix(learned))
        #expect(try Self.learning(late) == Self.learning(plain))
        let (found, wanted) = (notices.decisions, expected.decisions)
        #expect(found.map(\.action) == wanted.map(\.action) && found.map(\.reason) == wanted.map(\.reason))
        #expect(found.contains { ["retrain_swap", "switch"].contains($0.action) })
        #expect(notices.drifts.map(\.changePoint) == expected.drifts.map(\.changePoint))
    }

    /// The poisoned hour: labels the wrong way round, then a unit changed by 1000.
    @Test(arguments: ["alert", "reset", "background", "replay", "tune"])
    func afterAPoisonedHourLearningIsWhatItWouldHaveBeenWithoutIt(_ action: String) throws {
        var quarantine = Self.breaker
        quarantine.features = ["a", "b", "c", "d"]
        let rows = Self.rows(fault: 4000..<6000) { row, index in
            if index < 5000 { Self.flip(&row, index) } else { row.slots[0] *= 1000 }
        }
        let poisoned = Pipeline(plan: Self.plan(quarantine, action: action))
        let notices = poisoned.feed(rows)
        let stops = notices.decisions.filter { $0.action == "learning_stopped" }
        try #require(stops.count >= 1 && stops[0].at > 4000 && stops[0].at < 4060)
        #expect(stops[0].detector == "breaker" && stops[0].signal == "error")
        #expect(stops[0].lossBefore < 0.2 && stops[0].lossAfter > 0.3)
        #expect(notices.decisions.allSatisfy { $0.at < 4000 || $0.action.hasPrefix("learning_") || $0.at > 6000 })
        let spans = notices.decisions.filter { $0.action == "learning_resumed" }.compactMap { Self.span($0.reason) }
        #expect(spans.count == stops.count)
        // All of the fault, and little more.
        #expect(spans.first!.lowerBound > 3880 && spans.first!.lowerBound <= 4000)
        #expect(spans.last!.upperBound >= 5999 && spans.last!.upperBound < 6200)
        var plan = Self.plan(quarantine, action: action)
        plan.without = spans
        let without = Pipeline(plan: plan)
        #expect(without.feed(rows).decisions.allSatisfy { !$0.action.hasPrefix("learning_") })
        #expect(try Self.learning(poisoned) == Self.learning(without))
        #expect(poisoned.sequence == 8000 && poisoned.labelled == 8000)
        #expect(poisoned.report().quarantine?.notLearned == spans.reduce(0) { $0 + UInt64($1.count) })
        // And without the breaker the model is spoilt.
        let open = Pipeline(plan: Self.plan(nil, action: "alert"))
        open.feed(rows)
        #expect(poisoned.report().windowed[0].value! > open.report().windowed[0].value! + 0.05)
    }

    static func span(_ reason: String) -> ClosedRange<UInt64>? {
        guard let text = reason.split(separator: " ").first(where: { $0.contains("..") }) else { return nil }
        let ends = text.split(separator: ".").compactMap { UInt64($0) }
        return ends.count == 2 ? ends[0]...ends[1] : nil
    }

    enum Fault: String, CaseIterable { case unit, smaller, missing, words }

    @Test(arguments: Fault.allCases)
    func guardsStopLearningAndNotScoring(_ fault: Fault) throws {
        let rows = Self.rows(fault: 4000..<5000, unlabelled: 3) { row, index in
            switch fault {
            case .unit: row.slots[0] *= 1000
            case .smaller: row.slots[0] /= 1000
            case .missing: row.slots[1] = .nan
            case .words: row.slots[3] = 4
            }
        }
        let pipeline = Pipeline(plan: Self.plan(Self.guards))
        let decisions = pipeline.feed(rows).decisions.filter { $0.action.hasPrefix("learning_") }
        try #require(decisions.map(\.action) == ["learning_stopped", "learning_resumed"])
        let stop = decisions[0]
        #expect(stop.detector == "guards" && stop.at > 4000 && stop.at < 4080)
        #expect(stop.signal == (fault == .missing ? "b" : fault == .words ? "d" : "a"))
        let span = try #require(Self.span(decisions[1].reason))
        #expect(span.lowerBound <= 4000 && span.upperBound >= 4999 && span.upperBound < 5120)
        var plan = Self.plan(Self.guards)
        plan.without = [span]
        let without = Pipeline(plan: plan)
        without.feed(rows)
        #expect(try Self.learning(pipeline) == Self.learning(without))
    }

    @Test func aQuietStreamIsNeverStopped() {
        var quarantine = Self.breaker
        quarantine.features = ["a", "b", "c", "d"]
        for seed in 1...20 {
            let pipeline = Pipeline(plan: Self.plan(quarantine, action: "alert"))
            let notices = pipeline.feed(ToyStream.binary(count: 20_000, turn: .max, seed: UInt64(seed)))
            #expect(notices.decisions.allSatisfy { $0.action != "learning_stopped" }, "seed \(seed)")
        }
        let plan = toyPlan(task: .regression, models: ["linear_regression"], action: nil)
        for seed in 1...20 {
            var plan = plan
            plan.quarantine = quarantine
            let notices = Pipeline(plan: plan).feed(
                ToyStream.regression(count: 20_000, turn: .max, seed: UInt64(seed)))
            #expect(notices.isEmpty, "seed \(seed)")
        }
    }

    /// What lasts is a change of the world, and is learned.
    @Test func patienceEnds() throws {
        var quarantine = Self.breaker
        quarantine.patience = 500
        let pipeline = Pipeline(plan: Self.plan(quarantine))
        let notices = pipeline.feed(ToyStream.binary(count: 8000, turn: 3000))
        let own = notices.decisions.filter { $0.action.hasPrefix("learning_") }
        try #require(own.map(\.action) == ["learning_stopped", "learning_resumed"])
        #expect(own[1].at - own[0].at == 500 && own[1].reason.contains("change of the world"))
        #expect(notices.decisions.contains { $0.action == "retrain_swap" && $0.at > own[1].at })
        #expect(pipeline.report().windowed[0].value! > 0.85)
    }

    @Test func anOperatorLetsLearningGoOn() throws {
        let rows = Self.rows { Self.flip(&$0, $1) }
        let pipeline = Pipeline(plan: Self.plan(Self.breaker))
        pipeline.feed(rows.prefix(4500))
        #expect(pipeline.report().quarantine?.isOpen == true)
        let decisions = pipeline.outcome(.control(.unfreeze())).notices.decisions
        #expect(decisions.map(\.action) == ["learning_resumed", "unfreeze"])
        #expect(pipeline.report().quarantine?.isOpen == false)
    }

    /// Labels that come 300 events later: what is poisoned is never learned, whenever its label comes.
    @Test func lateLabelsOfWhatWasNotLearnedAreNotLearned() throws {
        var quarantine = Self.breaker
        quarantine.features = ["a", "b", "c", "d"]
        let rows = Self.rows(fault: 4000..<5000) { row, _ in row.slots[0] *= 1000 }
        func run(_ plan: PipelinePlan) throws -> (Pipeline, [Notice]) {
            let pipeline = Pipeline(plan: plan)
            var (answers, notices): ([Answer], [Notice]) = ([], [])
            for (index, row) in rows.enumerated() {
                let output = pipeline.take(row.slots, keeping: true)
                answers.append(try #require(output.answer))
                notices += output.notices
                guard index >= 300 else { continue }
                notices += pipeline.outcome(.label(answers[index - 300], rows[index - 300].label.value)).notices
            }
            return (pipeline, notices)
        }
        let (poisoned, notices) = try run(Self.plan(quarantine))
        let spans = notices.decisions.compactMap { Self.span($0.reason) }
        try #require(spans.count >= 1)
        var plan = Self.plan(quarantine)
        plan.without = spans
        let (without, other) = try run(plan)
        #expect(other.decisions.allSatisfy { $0.action != "learning_stopped" })
        #expect(try Self.learning(poisoned) == Self.learning(without))
        // Two inputs an event; a thousand events and their labels, and little more.
        #expect(poisoned.report().quarantine!.notLearned < 3300)
        #expect(poisoned.labelled == 7700)
    }

    /// What waits goes on with the state, also where the topology changes.
    @Test func aChangedTopologyLearnsWhatWaited() throws {
        let rows = ToyStream.binary(count: 2000, turn: .max)
        let former = Pipeline(plan: Self.plan(Self.breaker, action: "alert"))
        former.feed(rows)
        let next = Pipeline(plan: Self.plan(nil, action: "alert"))
        try next.adopt(former)
        let plain = Pipeline(plan: Self.plan(nil, action: "alert"))
        plain.feed(rows)
        #expect(try Self.learning(next) == Self.learning(plain))
        var kept = Self.plan(Self.breaker, action: "alert")
        kept.select = .atDrift
        let same = Pipeline(plan: kept)
        let second = Pipeline(plan: Self.plan(Self.breaker, action: "alert"))
        second.feed(rows)
        let before = second.report().quarantine
        try same.adopt(second)
        #expect(same.report().quarantine! == before!)
        same.feed(rows)
    }
}
