import Testing

@testable import OnlineLearning

/// Which of a topology's models answers, by proof on the same events.
@Suite struct SelectionTests {
    let models = ["gaussian_nb", "logistic_regression"]

    func accuracy(_ pipeline: Pipeline) -> (published: Double, best: Double) {
        let report = pipeline.report()
        return (report.cumulative[0].value!, report.models.map { $0.cumulative[0].value! }.max()!)
    }

    @Test(arguments: [SelectionMode.always, .atDrift])
    func theBetterOneTakesOver(_ mode: SelectionMode) throws {
        let plan = toyPlan(models: models, action: component("alert", .action), select: mode)
        let pipeline = Pipeline(plan: plan)
        let decisions = pipeline.feed(ToyStream.binary(count: 8000, turn: 3000)).decisions
        let change = try #require(decisions.first { $0.action == "switch" })
        // The line is better at its own concept; where nothing is asked before a drift, it waits for one.
        #expect(mode == .always ? change.at < 3000 : change.at > 3000 && change.at < 3400)
        #expect(change.modelAfter == "logistic_regression" && change.lossAfter < change.lossBefore)
        #expect(change.detector == "" && change.reason.contains("logistic_regression"))
        #expect(pipeline.report().champion == "logistic_regression")
    }

    /// Without a drift, and with a champion that was the worse one from the beginning.
    @Test func noDriftIsNeeded() {
        let pipeline = Pipeline(plan: toyPlan(models: ["majority", "no_change", "gaussian_nb"], select: .always))
        pipeline.feed(ToyStream.binary(count: 3000, turn: .max))
        #expect(pipeline.report().champion == "gaussian_nb")
        let (published, best) = accuracy(pipeline)
        #expect(published > best - 0.04)
        let never = Pipeline(plan: toyPlan(models: ["majority", "gaussian_nb"]))
        never.feed(ToyStream.binary(count: 3000, turn: .max))
        #expect(never.report().champion == "majority")
    }

    /// Where the concepts alternate, what is published is better than each model alone.
    @Test func itComesBack() {
        let pipeline = Pipeline(plan: toyPlan(models: ["gaussian_nb", "no_change"], select: .always))
        // Long runs of one class, then a class that the features tell: neither model is good at both.
        var rows = ToyStream.binary(count: 30_000, turn: .max)
        for index in rows.indices where index / 3000 % 2 == 1 {
            rows[index].label = Label(classIndex: Int32(index / 50 % 2))
        }
        pipeline.feed(rows)
        let (published, best) = accuracy(pipeline)
        #expect(published > best + 0.1, "\(published), \(best)")
    }

    /// Twins are promoted over each other in 5 of 100 runs at most, also where their errors come in runs.
    @Test(arguments: [0.0, 0.9])
    func twinsAreLeftAlone(_ persistence: Double) {
        var promoted = 0
        for run in UInt64(0)..<200 {
            var random = SplitMix(state: run)
            var evidence = PairedEvidence()
            var wrong = (first: false, second: false)
            for _ in 0..<40_000 where !evidence.secondIsBetter(byLog: 7.6, over: 50) {
                if random.uniform() >= persistence { wrong.first = random.uniform() < 0.2 }
                if random.uniform() >= persistence { wrong.second = random.uniform() < 0.2 }
                evidence.add(first: wrong.first ? 1 : 0, second: wrong.second ? 1 : 0)
            }
            if evidence.secondIsBetter(byLog: 7.6, over: 50) { promoted += 1 }
        }
        print("twins with persistence \(persistence): \(promoted) of 200 promoted")
        #expect(promoted <= 10)
    }

    /// A long time of being worse delays nothing.
    @Test func evidenceForgets() {
        var evidence = PairedEvidence()
        for index in 0..<50_000 { evidence.add(first: 0, second: index % 3 == 0 ? 1 : 0) }
        #expect(evidence.logOdds < 0)
        var needed = 0
        while !evidence.secondIsBetter(byLog: 7.6, over: 50) {
            evidence.add(first: needed % 3 == 0 ? 1 : 0, second: 0)
            needed += 1
        }
        #expect(needed < 1000)
    }

    /// Labels 300 events late: models are compared by what each answered then.
    @Test func itActsOnStoredAnswers() {
        let plan = toyPlan(models: models, action: component("background", .action), select: .always)
        let pipeline = Pipeline(plan: plan)
        var waiting: [(Answer, LabelValue)] = []
        var switches = 0
        for row in ToyStream.binary(count: 8000, turn: 3000) {
            if let answer = pipeline.take(row.slots, keeping: true).answer { waiting.append((answer, row.label.value)) }
            guard waiting.count > 300 else { continue }
            let (answer, label) = waiting.removeFirst()
            switches += pipeline.outcome(.label(answer, label)).notices.decisions.count { $0.action == "switch" }
        }
        let (published, best) = accuracy(pipeline)
        #expect(switches > 0 && published > best - 0.03)
    }
}
