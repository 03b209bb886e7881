import Foundation
import MillraceTestKit
import OnlineLearning
import Synchronization
import Testing

@testable import Engine

/// Questions for a prediction: answered between two turns, with reasons that add up, and without a trace.
@Suite(.serialized) struct PeekTests {
    private final class Replies: Sendable {
        let all = Mutex<[Result<PeekAnswer, PeekFault>]>([])

        func wait(_ count: Int) -> [Result<PeekAnswer, PeekFault>] {
            for _ in 0..<2000 where all.withLock({ $0.count < count }) { usleep(1000) }
            return all.withLock { $0 }
        }
    }

    private func question(
        _ row: Int, partition: Int32 = 0, reasons: Int = 0, _ replies: Replies
    ) -> PeekDesk.Question {
        .init(partition: partition, value: PartitionTaskTests.records[row], reasons: reasons) { answer in
            replies.all.withLock { $0.append(answer) }
        }
    }

    /// Of ten inputs two decide: `x0 + x1 > 1`.
    @Test(arguments: ["logistic_regression", "hoeffding_tree", "gaussian_nb", "{adaptive_random_forest: {models: 3}}"])
    func reasonsAddUpAndPointAtWhatDecides(model: String) throws {
        let task = PartitionTask(
            partition: 0, topology: try PartitionTaskTests.topology(model), cluster: "", now: .now)
        task.phase = .running
        PartitionTaskTests.process(0..<4000, with: task, draft: TransactionDraft())
        let before = task.stateBytes()
        var pointed = 0
        for row in 0..<20 {
            let answer = try task.answer(question(row, reasons: 10, Replies())).get()
            let explained = try #require(answer.explanation)
            let chance = try #require(answer.probabilities.last)
            #expect(explained.className == "1" && explained.answer == chance)
            let sum = explained.reasons.reduce(explained.base + explained.rest) { $0 + $1.contribution }
            #expect(abs(sum - chance) < 1e-9, "\(row)")
            #expect(
                zip(explained.reasons, explained.reasons.dropFirst()).allSatisfy {
                    abs($0.contribution) >= abs($1.contribution)
                })
            if ["x0", "x1"].contains(explained.reasons.first?.feature) { pointed += 1 }
            #expect(explained.reasons.first.map { abs($0.usual - 0.5) < 0.2 } ?? true)
            #expect(try task.answer(question(row, reasons: 10, Replies())).get().explanation == explained)
        }
        #expect(pointed >= 18, "\(pointed) of 20")
        #expect(task.stateBytes() == before, "nothing is learned")
    }

    @Test func aWorkerAnswersBetweenTurnsAndLearnsNothing() throws {
        let world = try WorkerSessionTests.world(2, records: 400)
        let life = world.life()
        world.giveAll(to: life)
        world.run(life) { world.log.committed(world.topics.group, world.topics.input, 1)?.offset == 200 }
        let states = world.all.map { life.session.tasks[$0]?.stateBytes() }
        let replies = Replies()
        let desk = life.session.context.peeks
        for row in 0..<PeekDesk.most + 6 { #expect(desk.ask(question(row, partition: Int32(row % 2), replies))) }
        world.run(life, turns: 2) { false }
        let answers = try replies.wait(PeekDesk.most + 6).map { try $0.get() }
        #expect(answers.count == PeekDesk.most + 6 && desk.isEmpty, "a turn answers \(PeekDesk.most)")
        #expect(answers.allSatisfy { $0.offset == 200 && $0.events == 200 && $0.model == "m" && $0.explanation == nil })
        #expect(answers.allSatisfy { abs($0.probabilities.reduce(0, +) - 1) < 1e-9 })
        #expect(world.all.map { life.session.tasks[$0]?.stateBytes() } == states)
        #expect(life.error == nil)
    }

    /// Four threads ask all the time while two partitions learn: nobody is with the tasks at the same time as the worker, who
    /// answers nothing that was asked while it waits.
    @Test func whileAWorkerWaitsOthersAnswer() throws {
        func digests(asking: Bool) throws -> [[UInt8]?] {
            let world = try WorkerSessionTests.world(2, records: 400)
            let life = world.life()
            life.group.pause = 500
            world.giveAll(to: life)
            world.run(life) { life.session.tasks.values.contains { $0.isReady } }
            let replies = Replies()
            let isOver = Atomic<Bool>(false)
            let desk = life.session.context.peeks
            let askers = DispatchGroup()
            let asked = Atomic<Int>(0)
            for asker in 0..<4 where asking {
                DispatchQueue.global().async(group: askers) {
                    var row = asker
                    while !isOver.load(ordering: .acquiring) {
                        if desk.ask(self.question(row % 400, partition: Int32(row % 2), reasons: row % 3, replies)) {
                            asked.add(1, ordering: .relaxed)
                        }
                        row += 1
                        if row % 16 == 0 { usleep(200) }
                    }
                }
            }
            world.run(life, turns: 100_000) { !asking || asked.load(ordering: .relaxed) > 400 }
            let (group, input) = (world.topics.group, world.topics.input)
            world.run(life, turns: 300) { world.log.committed(group, input, 1)?.offset == 200 }
            isOver.store(true, ordering: .releasing)
            askers.wait()
            world.run(life, turns: 1000) { desk.isEmpty }
            let count = asked.load(ordering: .relaxed)
            let answers = try replies.wait(count).map { try $0.get() }
            #expect(answers.count == count && (!asking || count > 400))
            #expect(answers.allSatisfy { $0.events == UInt64($0.offset) && $0.offset <= 200 })
            #expect(life.error == nil && world.log.committed(world.topics.group, world.topics.input, 1)?.offset == 200)
            return world.all.map { life.session.tasks[$0]?.stateBytes() }
        }
        #expect(try digests(asking: true) == digests(asking: false))
    }

    @Test func whatCannotBeReadIsSaid() throws {
        let task = PartitionTask(
            partition: 0, topology: try PartitionTaskTests.topology("gaussian_nb"), cluster: "", now: .now)
        let question = PeekDesk.Question(partition: 0, value: Array("{\"x0\":\"abc\"}".utf8)) { _ in }
        #expect(throws: PeekFault(reason: "partition 0 is being read back")) { try task.answer(question).get() }
        task.phase = .running
        let fault = #expect(throws: PeekFault.self) { try task.answer(question).get() }
        #expect(fault?.reason == "x0 is 'abc': not a number (wrong_type)")
    }

    @Test func aDeskIsNeverFullForGood() {
        let desk = PeekDesk()
        let replies = Replies()
        for row in 0..<PeekDesk.limit { #expect(desk.ask(question(row, replies))) }
        #expect(!desk.ask(question(0, replies)))
        #expect(desk.take { $0 == 3 }.isEmpty, "of another worker's partitions")
        #expect(desk.take { $0 == 0 }.count == PeekDesk.most)
        #expect(desk.ask(question(0, replies)))
    }
}
