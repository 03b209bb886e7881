import Testing

@testable import OnlineLearning

/// Errors told apart by words of a feature and by quarters of its numbers.
@Suite struct SlicesTests {
    static func plan(_ quarantine: QuarantinePlan? = nil) -> PipelinePlan {
        var plan = toyPlan(action: component("alert", .action))
        plan.slices = plan.schema.features.map(\.name)
        plan.quarantine = quarantine
        return plan
    }

    let schema = Schema([
        Feature("x", .numeric), Feature("flag", .boolean), Feature("word", .categorical, maxCategories: 60),
    ])

    func run(_ count: Int, _ event: (Int) -> (row: [Double], error: Double)) -> (Slices, Vocabulary) {
        let slices = Slices(["x", "flag", "word"], schema, isShare: true)
        let vocabulary = Vocabulary(schema: schema, task: .binary, declared: ["0", "1"], maxClasses: 2)
        for word in 0..<40 { _ = vocabulary.categories[2]!.intern("w\(word)") }
        for index in 0..<count {
            let (row, error) = event(index)
            row.withUnsafeBufferPointer { slices.record($0.baseAddress!, error) }
        }
        return (slices, vocabulary)
    }

    @Test func partsAreToldApart() throws {
        var random = SplitMix(state: 5)
        // Wrong in half of the events with word 1 and in a tenth of the others; a value is missing in every tenth.
        let (slices, vocabulary) = run(8000) { index in
            let word = Double(index % 4)
            let x = index % 10 == 0 ? Double.nan : random.uniform() * 100
            return ([x, index % 3 == 0 ? 1 : 0, word], random.uniform() < (word == 1 ? 0.5 : 0.1) ? 1 : 0)
        }
        let report = slices.report(vocabulary)
        let worst = try #require(report.first)
        #expect(worst.feature == "word" && worst.slice == "w1" && worst.labelled == 2000)
        #expect(worst.interval.contains(0.5) && worst.interval.upperBound - worst.interval.lowerBound < 0.05)
        #expect(report.filter { $0.feature == "flag" }.map(\.slice).sorted() == ["false", "true"])
        let numbers = report.filter { $0.feature == "x" }
        #expect(numbers.count == 5 && numbers.contains { $0.slice == "missing" && $0.labelled == 800 })
        // The first 200 values decide where numbers are cut; the four parts are of about one size then.
        #expect(numbers.filter { $0.slice != "missing" }.allSatisfy { (1300..<2200).contains(Int($0.labelled)) })
        #expect(numbers.reduce(0) { $0 + $1.labelled } == 7800)
        #expect(numbers.allSatisfy { $0.slice.count < 16 }, "round numbers: \(numbers.map(\.slice))")
        let again = try #require(SliceReport(worst.json))
        #expect(again == worst)
    }

    /// A word that becomes frequent is told apart soon, however many rare ones come between.
    @Test func aNewFrequentWordTakesItsPlace() {
        let (slices, vocabulary) = run(20_000) { index in
            // Two words at first; then a fifth of the events has another one, amid a tail of 37.
            let isTail = index % 10 == 9
            let word = isTail ? 3 + index / 10 % 37 : index > 10_000 && index % 5 == 0 ? 2 : index % 2
            return ([1, 0, Double(word)], 0)
        }
        let words = slices.report(vocabulary).filter { $0.feature == "word" }
        #expect(words.contains { $0.slice == "w2" && $0.labelled > 1800 }, "\(words)")
    }

    @Test func rareWordsAndYoungPartsAreHidden() {
        // Forty words; the first three take nine tenths.
        let (slices, vocabulary) = run(20_000) { index in
            ([1, 0, Double(index % 10 == 9 ? 3 + index / 10 % 37 : index % 3)], 0)
        }
        let words = slices.report(vocabulary).filter { $0.feature == "word" }
        #expect(["w0", "w1", "w2"].allSatisfy { word in words.contains { $0.slice == word && $0.labelled == 6000 } })
        #expect(words.count <= Slices.most + 1 && words.allSatisfy { $0.labelled >= Slices.least })
        #expect(run(99) { _ in ([1, 0, 0], 0) }.0.report(vocabulary).isEmpty)
    }

    @Test func whoSuffersIsTold() throws {
        var random = SplitMix(state: 6)
        let (slices, vocabulary) = run(6400) { index in
            let word = Double(index % 4)
            let isTurned = index >= 6000 && word == 2
            return ([0.5, 0, word], random.uniform() < (isTurned ? 0.6 : 0.1) ? 1 : 0)
        }
        let found = slices.suffering(vocabulary)
        let first = try #require(found.first)
        #expect(first.feature == "word" && first.slice == "w2" && first.after > 0.35 && first.before < 0.2, "\(found)")
        #expect(!found.contains { $0.feature == "word" && $0.slice != "w2" }, "\(found)")
        let (calm, words) = run(6400) { index in ([0.5, 0, Double(index % 4)], index % 10 == 0 ? 1 : 0) }
        #expect(calm.suffering(words).isEmpty)
    }

    /// What is told is of all that was published, whatever is learned, and whenever its label comes.
    @Test func everyAnswerCounts() {
        let rows = ToyStream.binary(count: 3000, turn: .max, unlabelled: 7)
        let quarantine = QuarantinePlan(window: 40, limit: 6, patience: 700, watchesError: true, features: [])
        for plan in [Self.plan(), Self.plan(quarantine)] {
            let pipeline = Pipeline(plan: plan)
            pipeline.feed(rows)
            let words = pipeline.report().slices.filter { $0.feature == "b" }
            let labelled = words.reduce(0) { $0 + $1.labelled }
            #expect(labelled <= pipeline.labelled && labelled + 400 > pipeline.labelled, "\(labelled)")
        }
    }
}
