import KafkaClient
import MillraceTestKit
import OnlineLearning
import Testing
import Topology

@testable import Engine

/// Workers that share a group while everything goes wrong, by generated sequences: after every step the protocol's
/// invariants hold, and at the end every event was answered once and every state is that of an undisturbed run.
@Suite struct SimulationTests {
    final class Group {
        let world: MemoryWorld
        var dice: Dice
        var members: [MemoryWorld.Life?]
        var survivals: [Worker.Survivals]
        /// A rebalance waits until every member has answered.
        var isRebalancing = false
        var committed: [Int64]
        var sequences: [UInt64]
        var produced = 0
        let target: Int
        /// Produces a row.
        var append: (Int, MemoryWorld) -> Void = { WorkerSessionTests.append($0, to: $1) }
        /// Inputs fall silent at times, as if their leaders were away.
        var silences = false
        /// Operators ask for things.
        var commands = false
        var words = ["pause", "resume", "freeze", "unfreeze", "promote", "freeze"]
        /// After half of the rows some processes start with this file.
        var later: TopologyPlan?

        init(_ world: MemoryWorld, members: Int, target: Int, seed: UInt64) {
            self.world = world
            self.target = target
            dice = Dice(seed: seed)
            self.members = .init(repeating: nil, count: members)
            survivals = (0..<members).map { _ in .init() }
            committed = .init(repeating: -1, count: world.partitions)
            sequences = .init(repeating: 0, count: world.partitions)
        }

        // MARK: What can happen

        func step() {
            switch dice.below(40) {
            case 0: produce(dice.below(120))
            case 1: if dice.below(3) == 0 { kill(dice.below(members.count)) }
            case 2: rebalance()
            case 3: if dice.below(4) == 0 { lose(dice.below(members.count)) }
            case 4: fault()
            case 5: world.clock.advance(by: .milliseconds(dice.below(4000)))
            case 6: otherProducer()
            case 7: hold()
            case 8 where silences: silence()
            case 9 where commands: command()
            default:
                world.clock.advance(by: .milliseconds(10))
                if let life = members[dice.below(members.count)] { turn(life) }
            }
            finishRebalance()
            check()
        }

        func produce(_ count: Int) {
            for _ in 0..<min(count, target - produced) {
                append(produced, world)
                produced += 1
            }
        }

        /// Markers and aborted records of somebody else, between ours.
        func otherProducer() {
            let producer = world.log.producer("other")
            do {
                try producer.begin()
                let topic = world.topics.inputs[world.topics.labels == nil ? 0 : dice.below(2)]
                try producer.produce(.init(value: [1]), to: topic, Int32(dice.below(world.partitions)))
                try producer.abort()
            } catch { Issue.record(error) }
        }

        func kill(_ member: Int) {
            guard members[member] != nil else { return }
            members[member] = nil
            // A process that was killed remembers nothing.
            survivals[member] = .init()
            isRebalancing = true
        }

        func lose(_ member: Int) {
            guard let life = members[member], !life.group.owesAnswer else { return }
            life.group.tell(.lost(life.group.taken.map { Array($0.keys) } ?? []))
            world.log.rebalance(world.topics.group)
            isRebalancing = true
        }

        func hold() {
            guard let life = members[dice.below(members.count)] else { return }
            life.committer.isHeld.toggle()
        }

        func silence() {
            guard let life = members[dice.below(members.count)] else { return }
            let topic = world.topics.inputs[dice.below(2)]
            if life.group.silent.remove(topic) == nil { life.group.silent.insert(topic) }
            guard dice.below(2) == 0 else { return }
            if world.unreachable.remove(topic) == nil { world.unreachable.insert(topic) }
        }

        func command() {
            let word = words[dice.below(words.count)]
            let model = dice.below(3) == 0 ? "nobody" : "m"
            let partition = dice.below(world.partitions)
            // What was asked before the first start is of an earlier life.
            guard committed[partition] >= 0 else { return }
            tell(word, word == "promote" || dice.below(2) == 0 ? model : nil, Int32(partition))
        }

        func tell(_ word: String, _ model: String? = nil, _ partition: Int32) {
            world.tell(.init(word: word, model: model)!, partition)
        }

        func fault() {
            guard let life = members[dice.below(members.count)] else { return }
            let stages = CommitDecision.Stage.allCases
            let faults = MemoryTransactions.Fault.allCases
            let fault = faults[dice.below(faults.count)]
            let stage = stages[dice.below(stages.count)]
            // librdkafka queues a produced record at once: it is taken or refused, and never unknown.
            guard stage != .produce || fault == .abortable || fault == .fatal else { return }
            life.transactions.faults[stage, default: []].append(fault)
        }

        func rebalance() {
            isRebalancing = true
            for case let life? in members where !life.group.owesAnswer && life.group.taken != nil {
                life.group.tell(.revoked(Array(life.group.taken!.keys)))
            }
        }

        /// Once everyone has answered, everyone gets a whole new share.
        func finishRebalance() {
            guard isRebalancing else { return }
            for case let life? in members where !life.group.owesAnswer && life.group.taken != nil {
                life.group.tell(.revoked(Array(life.group.taken!.keys)))
            }
            guard members.allSatisfy({ $0.map { !$0.group.owesAnswer && $0.group.taken == nil } ?? true }) else {
                return
            }
            for index in members.indices where members[index] == nil {
                let isLater = later != nil && produced * 2 > target && dice.below(2) == 0
                members[index] = world.life(index, survivals: survivals[index], topology: isLater ? later : nil)
            }
            isRebalancing = false
            world.log.rebalance(world.topics.group)
            let shift = dice.below(members.count)
            for (index, life) in members.enumerated() {
                life!.group.tell(
                    .assigned(world.all.filter { (Int($0) + shift) % members.count == index }))
            }
        }

        func turn(_ life: MemoryWorld.Life) {
            guard !life.turn() else { return }
            // A session that broke off begins again in the same process.
            if let error = life.error, !error.isTransient { Issue.record("ended for good: \(error.message)") }
            let index = members.firstIndex { $0 === life }!
            members[index] = nil
            isRebalancing = true
        }

        // MARK: What must hold

        func check() {
            var owners: [Int32: Int] = [:]
            for case let life? in members {
                for (partition, task) in life.session.tasks where !life.group.isAssignmentLost {
                    owners[partition, default: 0] += 1
                    #expect(life.session.parked[partition] == nil, "a task is owned and parked")
                    #expect(task.position >= task.committedOffset)
                }
            }
            for partition in world.all {
                let index = Int(partition)
                guard let found = try? world.metadata(partition) else { continue }
                #expect(found.offset >= committed[index], "the committed offset went back")
                #expect(found.metadata.sequence >= sequences[index], "the sequence went back")
                if found.offset > committed[index] { #expect(found.metadata.sequence > sequences[index]) }
                committed[index] = found.offset
                sequences[index] = found.metadata.sequence
                #expect(found.metadata.snapshot <= found.metadata.sequence)
                guard let labels = world.topics.labels else { continue }
                // Both inputs go on in one transaction, with the same bytes.
                let pair = [world.topics.input, labels].map { world.log.committed(world.topics.group, $0, partition) }
                #expect(pair[0]?.metadata == pair[1]?.metadata && pair[1] != nil)
            }
        }

        /// Every committed prediction, in order, answers exactly the events before the committed offset.
        func checkOutputs() throws {
            for partition in world.all {
                let offset = committed[Int(partition)]
                let events = try world.log.read(world.topics.input, partition, from: 0).records.map(\.offset)
                #expect(try world.predicted(partition) == events.filter { $0 < offset })
            }
        }
    }

    private func calm(_ world: MemoryWorld) throws -> [[UInt8]] {
        let life = world.life()
        world.giveAll(to: life)
        let ends = world.all.map { world.log.end(world.topics.input, $0) }
        world.run(life, turns: 4000) {
            world.all.allSatisfy {
                world.log.committed(world.topics.group, world.topics.input, $0)?.offset == ends[Int($0)]
            }
        }
        #expect(life.error == nil)
        return world.all.map { life.session.tasks[$0]?.stateBytes() ?? [] }
    }

    /// Three thousand steps, then what is left of the input, then quiet.
    ///
    /// - Parameter resumes: tasks may rest, by command, and are to go on.
    static func storm(_ group: Group, resumes: Bool = false) throws {
        for round in 0..<3000 {
            group.step()
            if round % 500 == 499 { try group.checkOutputs() }
        }
        group.commands = false
        group.produce(group.target)
        if resumes { for partition in group.world.all { group.tell("resume", nil, partition) } }
        try calmDown(group)
        try group.checkOutputs()
    }

    /// Quiet: everything comes to its end.
    static func calmDown(_ group: Group) throws {
        let world = group.world
        let ends = world.all.map { world.log.end(world.topics.input, $0) }
        let isQuiet = {
            group.committed == ends
                && world.all.allSatisfy { partition in
                    group.members.contains { life in
                        guard let task = life?.session.tasks[partition], task.isSettled else { return false }
                        return task.control.next == world.log.end(world.topics.control, partition)
                    }
                }
        }
        for _ in 0..<6000 where !isQuiet() {
            world.clock.advance(by: .milliseconds(10))
            for case let life? in group.members {
                life.committer.isHeld = false
                life.transactions.faults = [:]
                group.turn(life)
            }
            group.finishRebalance()
            group.check()
        }
        #expect(isQuiet(), "it stands still")
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func everyEventOnceAndTheStateOfAnUndisturbedRun(seed: UInt64) throws {
        let partitions = 1 + Int(seed % 4)
        let target = 600
        let model = seed % 3 == 0 ? "hoeffding_tree" : "logistic_regression"
        let world = try WorkerSessionTests.world(partitions, model: model)
        let group = Group(world, members: 1 + Int(seed % 3), target: target, seed: seed)
        group.isRebalancing = true
        try Self.storm(group)
        let undisturbed = try WorkerSessionTests.world(partitions, records: target, model: model)
        let states = try calm(undisturbed)
        for partition in world.all {
            let state = group.members.compactMap { $0?.session.tasks[partition]?.stateBytes() }.first
            let isSame = state == states[Int(partition)]
            #expect(isSame, "seed \(seed), partition \(partition)")
        }
    }
}
