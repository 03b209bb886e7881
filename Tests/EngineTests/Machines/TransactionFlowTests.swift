import EventFormats
import MillraceTestKit
import Testing

@testable import Engine

/// The way of a worker's outputs by generated sequences: nothing that was added is lost, doubled or committed for a task
/// that is no longer owned.
@Suite struct TransactionFlowTests {
    final class Member: Membership {}

    /// Counts, by partition, where every event that was ever added is now.
    struct Model {
        var flow: TransactionFlow
        let clock = ManualClock()
        var dice: Dice
        var assignments: [Int32: UInt64] = [0: 1, 1: 1, 2: 1]
        var added: [Int32: Int] = [:]
        var committed: [Int32: Int] = [:]
        var dropped: [Int32: Int] = [:]
        var drafts: Set<ObjectIdentifier> = []
        var isOver = false
        var waitingSince: ContinuousClock.Instant?

        init(seed: UInt64) {
            flow = TransactionFlow(interval: .milliseconds(100), now: clock.now)
            dice = Dice(seed: seed)
        }

        func isOwned(_ part: TransactionDraft.Part) -> Bool { assignments[part.partition] == part.assignment }

        var flying: TransactionDraft? {
            switch flow.state {
            case .idle: nil
            case .inFlight(let draft), .waiting(let draft, _, _): draft
            }
        }

        func events(_ draft: TransactionDraft?, _ partition: Int32) -> Int { draft?.events(of: partition) ?? 0 }

        mutating func add() {
            guard !flow.isFull else { return }
            let partition = Int32(dice.below(3))
            let part = flow.draft.part(for: partition, assignment: assignments[partition]!)
            part.events += 1
            part.offset += 1
            flow.draft.arena.append(UInt8(partition))
            added[partition, default: 0] += 1
        }

        mutating func seal() {
            guard flow.isDue(clock.now), !flow.draft.isEmpty else { return }
            let bytes = flow.draft.byteCount
            let member = Member()
            let sealed = flow.handOver(under: member, at: clock.now)
            #expect(sealed.group === member && sealed.byteCount == bytes && flow.draft.isEmpty)
            drafts.insert(ObjectIdentifier(sealed))
            #expect(!flow.isDue(clock.now), "one draft at a time")
        }

        mutating func settle() {
            guard case .inFlight(let draft) = flow.state else {
                guard case .nothing = flow.settle(.committed, at: clock.now, isOwned: isOwned) else {
                    Issue.record("an outcome of nothing")
                    return
                }
                return
            }
            let before = (0..<Int32(3)).map { events(draft, $0) }
            let tries = draft.tries
            let outcome: CommitOutcome =
                switch dice.below(12) {
                case 0: .ownershipLost("others")
                case 1: .failed(EngineError(.unavailable, "fatal"))
                case 2...5: .aborted("why")
                default: .committed
                }
            switch flow.settle(outcome, at: clock.now, isOwned: isOwned) {
            case .committed(let settled):
                #expect(settled === draft)
                for part in settled.parts { committed[part.partition, default: 0] += part.events }
                flow.recycle(settled)
            case .again(let now, let reason):
                #expect(now == tries + 1 && reason == "why")
                count(before, after: draft)
                for part in draft.parts { #expect(isOwned(part), "an abort keeps only what is owned") }
            case .nothing: count(before, after: nil)
            case .failed(let error):
                isOver = true
                if case .aborted = outcome {
                    #expect(error.isTransient && tries + 1 == TransactionFlow.maxTries)
                }
            }
        }

        /// What left a draft without being committed.
        mutating func count(_ before: [Int], after draft: TransactionDraft?) {
            for partition in 0..<Int32(3) {
                dropped[partition, default: 0] += before[Int(partition)] - events(draft, partition)
            }
        }

        /// A task leaves and may come again under another assignment.
        mutating func lose() {
            let partition = Int32(dice.below(3))
            let filling = events(flow.draft, partition)
            var waiting = 0
            if case .waiting(let draft, _, _) = flow.state { waiting = events(draft, partition) }
            assignments[partition]! += 1
            let assignments = assignments
            flow.keepParts { assignments[$0.partition] == $0.assignment }
            dropped[partition, default: 0] += filling + waiting
        }

        mutating func again() {
            let hasMember = dice.below(4) > 0
            guard case .waiting(let waiting, let from, _) = flow.state else {
                let isNothing = (try? flow.again(at: clock.now, under: { Member() })) == nil
                #expect(isNothing)
                return
            }
            do throws(EngineError) {
                let draft = try flow.again(at: clock.now, under: { hasMember ? Member() : nil })
                if let draft {
                    #expect(draft === waiting && clock.now >= from && hasMember)
                } else {
                    #expect(clock.now < from || !hasMember)
                }
            } catch {
                #expect(error.isTransient && clock.now - from >= TransactionFlow.patience && !hasMember)
                isOver = true
            }
        }

        /// What does not hold, in words; plain comparisons, for there are a million of them.
        func check() {
            func hold(_ holds: Bool, _ words: String) { if !holds { Issue.record("\(words)") } }
            for partition in 0..<Int32(3) {
                let known =
                    events(flow.draft, partition) + events(flying, partition) + committed[partition, default: 0]
                    + dropped[partition, default: 0]
                hold(known == added[partition, default: 0], "events of partition \(partition) are lost or doubled")
                let flies = flying?.parts.contains { $0.partition == partition } ?? false
                hold(flow.isInFlight(partition) == flies, "isInFlight of partition \(partition)")
            }
            hold(flow.isIdle == (flying == nil), "isIdle")
            hold(flow.isEmpty == (flying == nil && flow.draft.isEmpty), "isEmpty")
            hold(flow.draft !== flying, "a draft is filled while it flies")
            hold(drafts.count <= 2, "memory is not used again")
        }
    }

    @Test(arguments: 0..<60) func nothingIsLostOrDoubled(seed: UInt64) {
        var model = Model(seed: seed)
        for _ in 0..<1500 where !model.isOver {
            switch model.dice.below(10) {
            case 0...3: model.add()
            case 4: model.clock.advance(by: .milliseconds(model.dice.below(120)))
            case 5: model.seal()
            case 6: model.settle()
            case 7: model.again()
            case 8: if model.dice.below(6) == 0 { model.lose() }
            default: if model.dice.below(50) == 0 { model.clock.advance(by: .seconds(model.dice.below(70))) }
            }
            if !model.isOver { model.check() }
        }
    }

    @Test func aFullDraftIsDueBeforeItsTimeAndTakesNoMore() {
        let now = ContinuousClock.now
        var flow = TransactionFlow(interval: .seconds(60), now: now)
        func fill(_ bytes: Int) {
            flow.draft.part(for: 0, assignment: 1).events += 1
            flow.draft.extraBytes += bytes
        }
        fill(1)
        _ = flow.handOver(under: Member(), at: now)
        _ = flow.settle(.committed, at: now) { _ in true }
        fill(TransactionFlow.maxDraftBytes)
        #expect(!flow.isFull)
        fill(1)
        #expect(flow.isFull)
    }

    @Test func hurryBringsTheNextSealForward() {
        let now = ContinuousClock.now
        var flow = TransactionFlow(interval: .seconds(60), now: now)
        _ = flow.draft.part(for: 0, assignment: 1)
        let first = flow.handOver(under: Member(), at: now)
        flow.recycle(first)
        #expect(!flow.isDue(now + .seconds(59)))
        flow.hurry(now + .seconds(1))
        #expect(flow.isDue(now + .seconds(1)))
        flow.hurry(now + .seconds(5))
        #expect(flow.isDue(now + .seconds(1)), "never later")
    }

    @Test func sixAbortsEndTheSession() throws {
        var now = ContinuousClock.now
        var flow = TransactionFlow(interval: .zero, now: now)
        _ = flow.draft.part(for: 0, assignment: 1)
        _ = flow.handOver(under: Member(), at: now)
        for attempt in 1..<TransactionFlow.maxTries {
            guard case .again(attempt, "x") = flow.settle(.aborted("x"), at: now, isOwned: { _ in true }) else {
                Issue.record("try \(attempt)")
                return
            }
            now += .seconds(1)
            _ = try #require(try flow.again(at: now, under: { Member() }))
        }
        guard case .failed(let error) = flow.settle(.aborted("x"), at: now, isOwned: { _ in true }) else {
            Issue.record("the sixth")
            return
        }
        #expect(error.message == "a transaction failed 6 times: x")
    }
}
