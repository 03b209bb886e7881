import OnlineLearning
import Testing
import Text
import Topology

@testable import Engine
@testable import Page

@Suite struct PageTests {
    @Test func nothingHasArrived() {
        var situation = Situation(Story().subject, from: 0, to: 600)
        situation.tasks = [0: EngineStatus.TaskStatus()]
        let page = PageDocument(situation)
        #expect(page.sentence == "Ready. No payment has arrived on payments yet.")
        #expect(
            page.fiveAnswers.map(\.word) == [
                "Waiting", "Too early to say", "Too early to say", "Nothing yet", "Send payments",
            ])
    }

    @Test func tooFewOutcomesAreSaid() {
        var story = Story()
        story.samples = Array(story.samples.prefix(1))
        story.run(1, wrong: 5)
        let few = story.samples.count
        #expect(few == 2)
        var situation = story.situation
        situation.past[0]?.samples[1].published.labelled = 300
        #expect(PageDocument(situation).sentence.hasPrefix("Learning. 300 outcomes are known"))
    }

    @Test func aSteadyTopology() {
        var story = Story()
        story.run(120, wrong: 5)
        #expect(story.page.sentence == "Catching 90 of 100 frauds.")
        #expect(story.answer("working").word == "Yes")
        #expect(story.answer("better").word == "Yes, 6 times better")
        #expect(
            story.answer("better").why
                == "5.0 of 1,000 payments answered wrongly. Always saying “honest” would get 30.0 wrong.")
        #expect(story.answer("changed").word == "No")
        #expect(story.answer("changed").why == "Mistakes within their usual 5.0 to 5.0 of 1,000.")
        #expect(story.answer("todo").word == "No")
    }

    @Test func aChangeIsToldFromItsFirstSignToTheModelThatKnowsIt() {
        var story = Story()
        story.run(120, wrong: 5)
        story.run(4, wrong: 25, caught: 0.2)
        story.drift(ago: 4, from: 0.005, to: 0.031)
        story.decide("retrain_start")
        story.run(10, wrong: 25, caught: 0.2)
        #expect(story.page.sentence.hasPrefix("Wrong on 25.0 of 1,000 payments since 11:02:00, usual 5.0."))
        #expect(story.page.sentence.hasSuffix("A fresh model is training and takes over when it is proven better."))
        #expect(story.answer("changed").word == "Yes, at 11:02:00")
        #expect(story.answer("changed").why == "Mistakes rose from 5.0 to 25.0 of 1,000. Noticed at 11:02:04.")
        #expect(story.answer("done").word == "Training")
        #expect(story.answer("todo").word == "No, wait")
        story.decide("retrain_swap", before: 0.025, after: 0.004)
        story.run(60, wrong: 4, caught: 0.95)
        #expect(
            story.page.sentence
                == "Catching 95 of 100 frauds. A change at 11:02:00 was handled by 11:02:14, steady since.")
        #expect(story.answer("done").word == "New model at 11:02:14")
        #expect(
            story.answer("done").why
                == "It took over once it was better on the same payments: 4.0 of 1,000 against 25.0.")
        let change = story.page.json["change"]
        #expect(
            change?["lead"] == "It took 14\u{a0}s from the first sign to a model that knows the new pattern.")
        guard case .array(let sums)? = change?["sums"] else { return #expect(Bool(false)) }
        #expect(sums.first?["value"] == "280")
        #expect(sums.first?["note"] == "of 14,000 payments")
        guard case .array(let marks)? = story.page.json["mistakes"]?["marks"] else { return #expect(Bool(false)) }
        #expect(marks.map { $0["kind"] } == ["worse", "switch"])
    }

    @Test func severalProcessesAreShownAsOne() {
        var story = Story()
        story.run(60, wrong: 5)
        var situation = story.situation
        situation.tasks[1] = story.status
        situation.past[1] = situation.past[0]
        situation.partitions = 3
        situation.processes = [0: .init(name: "a"), 1: .init(name: "b", told: story.now - 4)]
        let stages = PageDocument(situation).json["stages"]
        #expect(stages?["title"] == "2 partitions on 2 processes, shown as one")
        #expect(stages?["partitions"]?.elements?.map { $0["process"]?.string } == ["this one", "b"])
        #expect(stages?["lead"]?.string?.hasPrefix("No process has told of partition 2 yet. Flowing:") == true)
        situation.processes[1]?.told = story.now - 60
        #expect(PageDocument(situation).fiveAnswers[0].word == "Yes", "it has nothing to answer")
        situation.tasks[1]?.end = 100_000_000
        let page = PageDocument(situation)
        #expect(page.fiveAnswers[0].word == "In part")
        #expect(
            page.fiveAnswers[0].why
                == "Process b has told nothing since 11:00:00. Partition 1 may wait; no payment is lost."
        )
        situation.isLoading = true
        #expect(PageDocument(situation).json["banner"]?.string?.hasPrefix("Loading the hours before") == true)
    }

    @Test func anImprovementNeedsNoAction() {
        var story = Story()
        story.run(60, wrong: 8)
        story.run(30, wrong: 6)
        story.drift(ago: 30, from: 0.008, to: 0.006)
        story.run(60, wrong: 6)
        #expect(story.answer("changed").word == "Fewer mistakes since 11:01:00")
        #expect(story.answer("changed").why == "Mistakes fell from 8.0 to 6.0 of 1,000.")
        #expect(story.answer("done").why == "An improvement needs no action.")
    }

    @Test func noBetterThanASimpleRule() {
        var story = Story()
        story.run(120, wrong: 31)
        #expect(
            story.page.sentence
                == "No better than a simple rule: 31.0 of 1,000 payments wrong; always saying “honest” gets 30.0.")
        #expect(story.answer("better").word.hasPrefix("No"))
        #expect(story.answer("todo").word == "Look at the inputs")
    }

    @Test func aGapInTheDataIsAGapInTheLineAndSaidAboveThePage() {
        var story = Story()
        story.run(60, wrong: 5)
        story.now += 120
        #expect(story.page.json["connection"] == "stale")
        #expect(story.answer("working").word == "Waiting for payments")
        guard case .text(let banner)? = story.page.json["banner"] else { return #expect(Bool(false)) }
        #expect(banner.hasPrefix("The newest payment is 2\u{a0}minutes old."))
        story.run(30, wrong: 5)
        guard case .array(let points)? = story.page.json["mistakes"]?["points"] else { return #expect(Bool(false)) }
        let long = points.filter { if case .array(let numbers) = $0 { numbers.count > 9 } else { false } }
        #expect(long.count == 1)
    }

    @Test func withoutAWordForTheClassTheHeadlineCompares() {
        var story = Story()
        story.subject.words.positive = ""
        story.run(120, wrong: 5)
        #expect(story.page.sentence == "Right in 100 of 100 payments; always saying “honest” is right in 97.")
    }

    @Test func aNumberIsOffBySoMuch() {
        var story = Story()
        story.subject.task = .regression
        story.subject.words.unit = "EUR"
        story.run(120, wrong: 20)
        story.status.report?.baselines = [("no_change", []), ("mean", [])]
        let page = story.page
        #expect(
            page.sentence == "Off by 0.020\u{a0}EUR on average; always saying the average is off by 0.030\u{a0}EUR.")
        #expect(page.json["models"]?["heads"] == ["Off by on average", "", ""])
    }

    @Test func aChangeWithoutATimeBeforeItIsToldWithoutFigures() {
        var story = Story()
        story.run(1, wrong: 5)
        story.drift(ago: 0, from: .nan, to: 0.05)
        story.run(20, wrong: 5)
        #expect(story.answer("changed").why.contains("too few outcomes"))
        #expect(!story.page.json.text.contains("nan"))
    }

    @Test func theSeriesIsATableForSpreadsheets() {
        var story = Story()
        story.run(120, wrong: 5)
        let rows = MistakesTable.csv(story.situation).split(separator: "\r\n")
        #expect(rows.first == "from,to,events,outcomes,published,tree,linear,no_change,majority")
        #expect(rows.count > 60)
        let cells = rows[1].split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells[0] == "2026-05-12T11:00:00Z")
        #expect(cells[2] == cells[3] && cells[4] == "0.005" && cells.count == 9)
    }

    @Test func anInputThatLacksValuesIsTold() {
        var story = Story()
        story.run(120, wrong: 5)
        var situation = story.situation
        situation.past[0]?.inputs = InputShares(
            since: story.now - 30, events: 1000, eventsBefore: 10_000, missing: [41], missingBefore: [30])
        let page = PageDocument(situation)
        #expect(page.sentence == "Catching 90 of 100 frauds. One input looks unusual.")
        #expect(page.fiveAnswers[4].word == "Look at one input")
        #expect(
            page.fiveAnswers[4].why
                == "Amount is missing in 4.1\u{202f}% of payments since 11:01:30, usual 0.30\u{202f}%. Nothing is urgent."
        )
        situation.past[0]?.inputs?.missing = [8]
        #expect(PageDocument(situation).sentence == "Catching 90 of 100 frauds.")
    }

    @Test func whatTheAnswersDependOnIsTold() {
        var story = Story()
        story.subject.words.features = ["Amount", "Hour", "Country"].map { .init(name: $0.lowercased(), label: $0) }
        story.run(120, wrong: 5)
        var situation = story.situation
        #expect(PageDocument(situation).json["influence"] == nil)
        func shares(_ seconds: Int, _ shares: [Double]) -> [InfluenceSample] {
            (0..<seconds / 10).map { InfluenceSample(x: story.now - Double($0) * 10, shares: shares) }.reversed()
        }
        let before = shares(120, [0.6, 0.3, 0.1])
        situation.past[0]?.influence = before
        #expect(
            PageDocument(situation).json["influence"]?["lead"]
                == "Mostly on Amount (60\u{202f}%), then on Hour (30\u{202f}%).")
        story.run(4, wrong: 25)
        story.drift(ago: 4, from: 0.005, to: 0.031)
        story.run(10, wrong: 25)
        story.decide("retrain_swap", before: 0.025, after: 0.004)
        story.run(60, wrong: 4)
        situation = story.situation
        situation.past[0]?.influence = before + shares(50, [0.2, 0.2, 0.6])
        let part = PageDocument(situation).json["influence"]
        #expect(
            part?["lead"]
                == "Since 11:02:14 mostly on Country (60\u{202f}%). Before, on Amount (60\u{202f}%).")
        #expect(part?["rows"]?.elements?.map { $0["name"]?.string } == ["Country", "Amount", "Hour"])
        #expect(part?["head"] == "Before 11:02:14" && part?["high"] == .number(0.6))
        // Another process's partition: the mean of both.
        situation.past[1] = situation.past[0]
        situation.past[1]?.influence = shares(50, [0, 0, 1])
        #expect(PageDocument(situation).json["influence"]?["rows"]?.elements?.first?["now"] == "80\u{202f}%")
    }

    @Test func aSearchForParametersIsNoAnswerToAChange() {
        var story = Story()
        story.run(120, wrong: 5)
        story.drift(ago: 4, from: 0.005, to: 0.031)
        story.run(10, wrong: 25)
        let before = PageDocument(story.situation).fiveAnswers.map(\.why)
        story.decide("tune")
        #expect(PageDocument(story.situation).fiveAnswers.map(\.why) == before)
    }

    @Test func whereItIsWrongMostOftenIsTold() {
        var story = Story()
        story.subject.words.features = [.init(name: "merchant", label: "Kind of merchant")]
        story.run(120, wrong: 5)
        var situation = story.situation
        #expect(PageDocument(situation).json["slices"] == nil)
        func slice(_ name: String, _ labelled: UInt64, _ error: Double, doubt: Double) -> SliceReport {
            SliceReport(
                feature: "merchant", slice: name, labelled: labelled, error: error,
                interval: max(error - doubt, 0)...error + doubt, late: error * 2)
        }
        situation.tasks[0]?.report?.slices = [
            slice("games", 1000, 0.02, doubt: 0.005), slice("missing", 3000, 0.004, doubt: 0.001),
        ]
        var part = PageDocument(situation).json["slices"]
        #expect(part?["lead"] == "Most often for “Kind of merchant: games”: 20.0 of 1,000, and 8.0 over all payments.")
        #expect(part?["rows"]?.elements?.map { $0["wrong"]?.string } == ["20.0", "4.0"])
        #expect(part?["rows"]?.elements?.last?["name"] == "Kind of merchant: no value")
        // Another partition has seen the contrary.
        situation.tasks[1] = situation.tasks[0]
        situation.tasks[1]?.report?.slices = [
            slice("games", 1000, 0, doubt: 0.005), slice("missing", 3000, 0.012, doubt: 0.001),
        ]
        part = PageDocument(situation).json["slices"]
        #expect(part?["rows"]?.elements?.map { $0["count"]?.string } == ["2,000", "6,000"])
        #expect(part?["lead"] == "No part stands out from the others: 8.5 of 1,000 payments over all.")
    }

    @Test func howSoonTheTruthIsKnownIsTold() throws {
        let text = """
            name: fraud
            input: {topic: payments, format: json, id: id, time: t}
            features: {amount: numeric}
            label: {topic: outcomes, id: id, time: t, field: y, type: binary, classes: [0, 1], within: 10m,
              on_timeout: negative}
            models: {linear: logistic_regression}
            """
        let (found, findings) = TopologyFile.check(text: text, file: "t.yaml", environment: [:], overrides: [])
        let plan = try #require(found, "\(findings)"), rules = try #require(plan.labels).rules
        let learner = LabelledPipeline(plan: plan.pipeline, rules: rules, memory: 1 << 24)
        let event = Event(width: 1)
        for row in 0..<100 { _ = learner.score(event, EventKey(high: 0, low: UInt64(row)), time: Int64(row) * 1000) }
        for row in 0..<80 {
            _ = learner.learn(EventKey(high: 0, low: UInt64(row)), .index(1), time: 120_000 + Int64(row) * 1000)
        }
        var story = Story()
        story.subject = Subject(plan)
        story.run(60, wrong: 5)
        var situation = story.situation
        #expect(PageDocument(situation).json["outcomes"] == nil)
        situation.tasks[0]?.labels = LabelFigures(learner)
        let part = PageDocument(situation).json["outcomes"]
        #expect(part?["lead"]?.string?.hasPrefix("Half arrive within 2\u{a0}min") ?? false, "\(part?.text ?? "")")
        #expect(part?["lead"]?.string?.contains("Without one after 10\u{a0}minutes, it counts as 0.") ?? false)
        let facts = part?["facts"]?.elements?.prefix(3).map { $0["value"]?.string ?? "" }
        #expect(facts == ["80\u{202f}%", "0\u{202f}%", "20\u{202f}%"], "\(facts ?? [])")
    }

    @Test func aFailureIsTheFirstThingSaid() {
        var story = Story()
        story.run(60, wrong: 5)
        var situation = story.situation
        situation.health = .stopped("the digest differs")
        let page = PageDocument(situation)
        #expect(page.sentence == "Stopped: the digest differs.")
        #expect(page.fiveAnswers[0].word == "Stopped" && page.fiveAnswers[4].word == "Yes, start it")
    }

    @Test func whatIsToldEverySecondIsSmall() {
        var story = Story()
        story.run(300, wrong: 5)
        story.drift(ago: 4, from: 0.005, to: 0.031)
        story.decide("retrain_start")
        story.run(10, wrong: 25)
        let bytes = story.page.pulse.text.utf8.count
        #expect(bytes <= 2048, "\(bytes) bytes")
    }

    @Test func sumsOfPartitionsAreSumsAndNoAverages() {
        var first = Story(), second = Story()
        first.run(60, wrong: 10)
        second.run(60, wrong: 20)
        var situation = first.situation
        situation.tasks[1] = second.status
        situation.past[1] = second.situation.past[0]
        let facts = Facts(situation)
        #expect(facts.course.whole.published.labelled == 120_000)
        #expect(abs((facts.recent.published.meanLoss ?? 0) - 0.015) < 1e-9)
        #expect(abs(facts.rate - 2000) < 1)
    }

    @Test func theReportHoldsEverythingAndAsksForNothing() {
        var story = Story()
        story.subject.words.features[0].label = "</script><script>alert(1)"
        story.run(60, wrong: 5)
        let report = story.page.report()
        #expect(!report.contains("<link rel=\"stylesheet\"") && !report.contains("src=\""))
        #expect(!report.contains("</script><script>alert(1)"))
        #expect(report.contains("Catching 90 of 100 frauds."))
    }
}
