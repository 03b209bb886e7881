import MillraceTestKit
import Testing
import Topology

@testable import Engine

/// The rebalance machine by generated sequences of events, and its answers to single ones.
@Suite struct RebalanceMachineTests {
    static let cluster: Cluster = "c"

    static func machine() throws -> RebalanceMachine {
        RebalanceMachine(topics: TopicNames(try PartitionTaskTests.topology("logistic_regression")), cluster: cluster)
    }

    /// Where a partition stands: never committed, or committed at `offset` by transaction `sequence`.
    static func standing(_ partition: Int32, offset: Int64? = nil, sequence: UInt64 = 1) -> Standing {
        var standing = Standing(partition: partition, inputEnd: 1_000_000, begin: 5, stateEnd: 7)
        guard let offset else { return standing }
        let place = OffsetMetadata.Place(cluster: cluster, topic: "in", partition: partition, offset: offset)
        standing.committed = offset
        standing.metadata = metadata(offset, sequence).encoded(for: place)
        return standing
    }

    static func metadata(_ offset: Int64, _ sequence: UInt64) -> OffsetMetadata {
        var metadata = OffsetMetadata()
        metadata.sequence = sequence
        metadata.events = UInt64(offset)
        return metadata
    }

    static func kept(_ offset: Int64, sequence: UInt64 = 1, isRestoring: Bool = false) -> RebalanceMachine.Kept {
        .init(offset: offset, metadata: metadata(offset, sequence), isRestoring: isRestoring)
    }

    /// What a worker would have, had it done all that the machine said.
    struct Shell {
        var machine: RebalanceMachine
        var clock = ManualClock()
        var dice: Dice
        /// Started and not let go, with their assignment.
        var owned: [Int32: UInt64] = [:]
        var started: Set<Int32> = []
        var lastQuestion: UInt64 = 0
        var lastAssignment: UInt64 = 0
        var open: Question?
        var drainingSince: ContinuousClock.Instant?
        var kept: [Int32: RebalanceMachine.Kept] = [:]
        /// The group waits for its partitions back.
        var owes: [Int32]?
        var failures = 0
        /// A session that fails ends.
        var isOver: Bool { failures > 0 }

        init(_ machine: RebalanceMachine, seed: UInt64) {
            self.machine = machine
            dice = Dice(seed: seed)
        }

        mutating func give(_ event: RebalanceMachine.Event) {
            for action in machine.handle(event, at: clock.now, kept: kept) { act(action) }
            check()
        }

        mutating func act(_ action: RebalanceMachine.Action) {
            switch action {
            case .ask(let question):
                #expect(question.number > lastQuestion, "a question's number comes once")
                lastQuestion = question.number
                open = question
            case .start(let partition, let assignment, let origin):
                #expect(owned[partition] == nil, "partition \(partition) is started while it runs")
                #expect(assignment > lastAssignment, "an assignment's number comes once")
                lastAssignment = assignment
                owned[partition] = assignment
                if origin == .parked || origin == .paused {
                    #expect(kept[partition] != nil, "partition \(partition) goes on from nothing")
                }
                started.insert(partition)
            case .take(let partitions):
                #expect(Set(partitions) == Set(owned.keys), "taken is what was started")
            case .drain(let partitions):
                #expect(Set(partitions) == Set(owned.keys))
                drainingSince = clock.now
            case .letGo(let partitions, let keeping):
                #expect(Set(partitions) == Set(owned.keys), "all or nothing")
                owned = [:]
                drainingSince = nil
                if keeping { for partition in partitions { kept[partition] = RebalanceMachineTests.kept(100) } }
            case .giveUp:
                #expect(owned.isEmpty, "given up before it was let go")
                owes = nil
            case .forgetKept: kept = [:]
            case .fail: failures += 1
            }
        }

        func check() {
            #expect(machine.isAssigned == (drainingSince == nil && isTaken))
            if let drainingSince {
                #expect(clock.now - drainingSince < RebalanceMachine.drainTime + .seconds(5), "the group waits")
            }
        }

        var isTaken = false
    }

    @Test(arguments: 0..<60) func invariantsHold(seed: UInt64) throws {
        var shell = Shell(try Self.machine(), seed: seed)
        var given: [Int32] = []
        var phase = 0  // 0 nothing, 1 asked, 2 taken
        for _ in 0..<400 where !shell.isOver {
            switch shell.dice.below(9) {
            case 0 where phase == 0:
                given = (0..<Int32(6)).filter { _ in shell.dice.below(2) == 0 }
                shell.open = nil
                shell.isTaken = given.isEmpty
                shell.give(.group(.assigned(given)))
                phase = given.isEmpty ? 2 : 1
            case 1 where phase == 1:
                guard let question = shell.open else { continue }
                // A late answer to an older question changes nothing.
                let before = shell.owned
                if question.number > 1 {
                    shell.give(.answered(Answer(question: question.number - 1, result: .success([]))))
                }
                #expect(shell.owned == before)
                let offset: Int64? = shell.dice.below(2) == 0 ? nil : 100
                shell.isTaken = true
                shell.give(
                    .answered(
                        Answer(
                            question: question.number,
                            result: .success(given.map { Self.standing($0, offset: offset) }))))
                #expect(Set(shell.owned.keys) == Set(given))
                #expect(shell.kept.isEmpty, "what was kept is for one assignment only")
                phase = 2
            case 2 where phase > 0:
                shell.owes = given
                shell.isTaken = false
                shell.give(.group(.revoked(given)))
                if shell.owes == nil { phase = 0 } else { phase = 3 }
            case 3 where phase > 0:
                shell.owes = given
                shell.isTaken = false
                shell.give(.group(.lost(given)))
                #expect(shell.owes == nil, "what is lost is given up at once")
                phase = 0
            case 4 where phase == 3:
                shell.give(.drained)
                #expect(shell.owes == nil)
                phase = 0
            case 5:
                shell.clock.advance(by: .seconds(shell.dice.below(4)))
                shell.give(.tick)
                if phase == 3, shell.owes == nil { phase = 0 }
            case 6:
                // Nobody drains: nothing to do.
                if phase != 3 { shell.give(.drained) }
            default: break
            }
            if shell.failures > 0 { #expect(phase == 1, "only a question that nobody answers ends a session") }
        }
    }

    @Test func whatWasKeptGoesOnOnlyFromItsCommittedPlace() throws {
        for (kept, expected) in [
            (Self.kept(100), RebalanceMachine.Origin.parked), (Self.kept(100, isRestoring: true), .paused),
        ] {
            var machine = try Self.machine()
            _ = machine.handle(.group(.assigned([0])), at: .now)
            let actions = machine.handle(
                .answered(Answer(question: 1, result: .success([Self.standing(0, offset: 100)]))), at: .now,
                kept: [0: kept])
            #expect(actions == [.start(0, assignment: 1, expected), .take([0]), .forgetKept])
        }
        for kept in [Self.kept(99), Self.kept(100, sequence: 2)] {
            var machine = try Self.machine()
            _ = machine.handle(.group(.assigned([0])), at: .now)
            let actions = machine.handle(
                .answered(Answer(question: 1, result: .success([Self.standing(0, offset: 100)]))), at: .now,
                kept: [0: kept])
            guard case .start(0, _, .stored(let place))? = actions.first else {
                Issue.record("another life moved on: it must be restored, not \(actions)")
                continue
            }
            #expect(place.offset == 100)
        }
    }

    @Test func anAssignmentOverAnotherDropsTheFormer() throws {
        var machine = try Self.machine()
        _ = machine.handle(.group(.assigned([0])), at: .now)
        _ = machine.handle(.answered(Answer(question: 1, result: .success([Self.standing(0)]))), at: .now)
        let actions = machine.handle(.group(.assigned([0, 1])), at: .now)
        #expect(
            actions == [.letGo([0], keeping: false), .ask(Question(number: 2, partitions: [0, 1]))], "\(actions)")
    }

    @Test func aRevocationThatTakesTooLongIsAnswered() throws {
        var machine = try Self.machine()
        let now = ContinuousClock.now
        _ = machine.handle(.group(.assigned([0])), at: now)
        _ = machine.handle(.answered(Answer(question: 1, result: .success([Self.standing(0)]))), at: now)
        #expect(machine.handle(.group(.revoked([0])), at: now) == [.drain([0])])
        #expect(machine.isWaiting)
        #expect(machine.handle(.tick, at: now + .seconds(9)) == [])
        #expect(
            machine.handle(.tick, at: now + RebalanceMachine.drainTime) == [.letGo([0], keeping: true), .giveUp([0])])
        #expect(!machine.isWaiting)
    }

    @Test func whatNobodyAnswersAndWhatIsWrongEndTheSession() throws {
        let now = ContinuousClock.now
        func failure(_ event: RebalanceMachine.Event, after time: Duration = .zero) throws -> EngineError? {
            var machine = try Self.machine()
            _ = machine.handle(.group(.assigned([0])), at: now)
            let actions = machine.handle(event, at: now + time)
            #expect(!machine.isAssigned)
            guard case .fail(let error)? = actions.first else { return nil }
            return error
        }
        #expect(try failure(.tick, after: .seconds(44)) == nil)
        let silence = try failure(.tick, after: .seconds(46))
        #expect(silence?.isTransient == true && silence?.message.contains("of in stand") == true)
        let error = EngineError(.unavailable, "away")
        #expect(try failure(.answered(Answer(question: 1, result: .failure(error)))) == error)
        #expect(try failure(.answered(Answer(question: 1, result: .success([]))))?.kind == .fault)
        var beyond = Self.standing(0, offset: 100)
        beyond.inputEnd = 99
        #expect(try failure(.answered(Answer(question: 1, result: .success([beyond]))))?.kind == .data)
    }
}
