import Foundation
import KafkaClient
import MillraceTestKit
import Testing
import Text
import Topology

@testable import Engine

/// Answers from a log in memory.
final class MemoryInquirer: Inquirer {
    private let world: MemoryWorld
    private var answers: [Answer] = []
    /// Answers come only when this is false.
    var isHeld = false
    private var questions: [Question] = []

    init(_ world: MemoryWorld) { self.world = world }

    func ask(_ question: Question) { questions.append(question) }

    func takeAnswer() -> Answer? {
        guard !isHeld, !questions.isEmpty else { return nil }
        let question = questions.removeFirst()
        if question.kind == .cover {
            let covered = question.partitions.filter { world.lacking[$0] == nil }.map { Standing(partition: $0) }
            return Answer(kind: .cover, question: question.number, result: .success(covered))
        }
        if question.kind == .trim {
            let trimmed = question.marks.compactMap { world.trim($0.key, $0.value) }
            return Answer(kind: .trim, question: question.number, result: .success(trimmed))
        }
        return Answer(
            kind: question.kind, question: question.number, result: .success(question.partitions.map(world.standing)))
    }

    func close() {}
}

/// A cluster in memory with a topology's topics, and workers on it.
final class MemoryWorld {
    let log: InMemoryLog
    let clock = ManualClock()
    let topology: TopologyPlan
    let topics: TopicNames
    let partitions: Int
    var cluster: Cluster = "memory"
    /// Offsets of the state topic that a restore does not see, as if their marker were late for good.
    var hidden: Set<Int64> = []
    /// Topics that lack a partition.
    var lacking: [Int32: [String]] = [:]
    /// Topics whose leaders do not say where they end.
    var unreachable: Set<String> = []
    /// A folder for state that memory has no room for.
    var stateFolder: String?
    /// The same cluster for what looks at it from beside.
    private(set) lazy var outside = MemoryBrokers(log)

    /// - Parameter log: a cluster that is there, with or without the topics.
    init(_ topology: TopologyPlan, partitions: Int = 1, on log: InMemoryLog? = nil) {
        self.log = log ?? InMemoryLog()
        self.topology = topology
        self.partitions = partitions
        topics = TopicNames(topology)
        guard log == nil else { return }
        for topic in topics.inputs + topics.made { self.log.createTopic(topic, partitions: partitions) }
    }

    /// One life of a worker.
    final class Life {
        let session: WorkerSession
        let group: MemoryGroup
        let transactions: MemoryTransactions
        let committer: MemoryCommitter
        let inquirer: MemoryInquirer
        let stop: StopSignal
        let status = EngineStatus()
        var isOver = false
        var error: EngineError?

        fileprivate init(
            _ world: MemoryWorld, _ instance: Int, _ survivals: Worker.Survivals, _ trial: TrialTurn,
            _ ends: EndOffsets?, _ interval: Duration?, _ started: Int64, _ other: TopologyPlan?, _ goesBack: Bool
        ) {
            let clock = EngineClock { [clock = world.clock] in clock.now }
            var topology = other ?? world.topology
            if let interval { topology.commitInterval = interval }
            stop = StopSignal(workers: 1)
            var settings = EngineSettings(topology: topology, instance: "\(instance)")
            settings.goesBack = goesBack
            settings.stateFolder = world.stateFolder.map { "\($0)/\(instance)" }
            let context = WorkerContext(
                index: 0, settings: settings, topics: world.topics,
                cluster: world.cluster, status: status, stop: stop, ends: ends, trial: trial,
                started: started, clock: clock)
            group = MemoryGroup(world.log, world.topics)
            transactions = MemoryTransactions(world.log, world.topics, id: "id-\(instance)")
            try! transactions.rebuild()
            committer = MemoryCommitter(
                TransactionAttempt(
                    client: transactions, topics: world.topics, cluster: world.cluster,
                    predictionsAreTransactional: true, largestDeadLetter: 1 << 20, clock: clock,
                    pause: { [clock = world.clock] in clock.advance(by: $0) }), timeout: .seconds(10))
            inquirer = MemoryInquirer(world)
            session = WorkerSession(
                context,
                WorkerClients(
                    group: group,
                    reader: MemoryReader(world.log) { [unowned world] topic, _, offset in
                        topic == world.topics.state && world.hidden.contains(offset)
                    },
                    labelReader: world.topics.labels == nil ? nil : MemoryReader(world.log), inquirer: inquirer,
                    committer: committer),
                survivals: survivals)
        }

        /// One turn; false when the session is over.
        @discardableResult
        func turn() -> Bool {
            guard !isOver else { return false }
            do throws(EngineError) { isOver = try !session.turn() } catch {
                self.error = error
                isOver = true
            }
            return !isOver
        }
    }

    func life(
        _ instance: Int = 0, survivals: Worker.Survivals = .init(), trial: TrialTurn = .init(), ends: EndOffsets? = nil,
        interval: Duration? = nil, started: Int64 = 0, topology: TopologyPlan? = nil, goesBack: Bool = false
    ) -> Life { Life(self, instance, survivals, trial, ends, interval, started, topology, goesBack) }

    func standing(_ partition: Int32) -> Standing {
        var standing = Standing(partition: partition)
        let committed = log.committed(topics.group, topics.input, partition)
        standing.committed = committed?.offset
        standing.metadata = committed?.metadata
        standing.inputStart = log.start(topics.input, partition)
        standing.inputEnd = log.stableEnd(topics.input, partition)
        standing.begin = standing.inputStart
        standing.end = end(topics.input, partition)
        standing.lacking = lacking[partition] ?? []
        standing.controlStart = log.start(topics.control, partition)
        standing.controlEnd = log.end(topics.control, partition)
        standing.stateEnd = log.end(topics.state, partition)
        standing.holdsState =
            (try? log.read(topics.state, partition, from: log.start(topics.state, partition)))
            .map { !$0.records.isEmpty } ?? false
        guard let topic = topics.labels else { return standing }
        standing.labelEnd = end(topic, partition)
        standing.journalEnd = log.end(topics.journal, partition)
        let labelled = log.committed(topics.group, topic, partition)
        standing.labels = Standing.Labels(
            committed: labelled?.offset, metadata: labelled?.metadata, start: log.start(topic, partition),
            end: log.stableEnd(topic, partition), begin: log.start(topic, partition),
            journalEnd: log.end(topics.journal, partition))
        return standing
    }

    /// An operator asks something of a partition's task.
    func tell(_ action: ControlCommand.Action, _ partition: Int32 = 0) {
        let command = ControlCommand(action, id: "\(log.end(topics.control, partition))", by: "test")
        log.append(
            .init(value: Array(command.value.utf8), timestamp: 1_700_000_000_000), to: topics.control, partition)
    }

    /// Outcomes by number, as tasks answered them.
    func answers(_ partition: Int32 = 0) throws -> [String] {
        try log.read(topics.decisions, partition, from: 0).records.compactMap { record in
            let json = try JSON(reading: String(decoding: record.record.value ?? [], as: UTF8.self))
            guard case .text(let command)? = json["command"], case .text(let outcome)? = json["outcome"],
                case .integer(let number)? = json["number"]
            else { return nil }
            return "\(number) \(command) \(outcome)"
        }
    }

    private func end(_ topic: String, _ partition: Int32) -> LaneEnd? {
        guard !unreachable.contains(topic) else { return nil }
        return LaneEnd(stable: log.stableEnd(topic, partition), open: log.end(topic, partition))
    }

    fileprivate func trim(_ partition: Int32, _ marks: [JournalMark]) -> Standing? {
        let cut = JournalMark.cut(
            marks, events: log.start(topics.input, partition), labels: log.start(topics.labels ?? "", partition))
        guard let cut else { return nil }
        log.trim(topics.journal, partition, before: cut)
        var standing = Standing(partition: partition)
        standing.journalStart = cut
        return standing
    }

    /// The committed input offset of a partition; -1: none.
    func committed(_ partition: Int32 = 0) -> Int64 {
        log.committed(topics.group, topics.input, partition)?.offset ?? -1
    }

    /// Committed metadata of a partition.
    func metadata(_ partition: Int32 = 0) throws -> (offset: Int64, metadata: OffsetMetadata)? {
        guard let found = log.committed(topics.group, topics.input, partition) else { return nil }
        let labels = topics.labels.flatMap { topic in
            log.committed(topics.group, topic, partition).map {
                OffsetMetadata.LabelPlace(topic: topic, offset: $0.offset)
            }
        }
        let place = OffsetMetadata.Place(
            cluster: cluster, topic: topics.input, partition: partition, offset: found.offset, labels: labels)
        return (found.offset, try OffsetMetadata(encoded: found.metadata ?? [], for: place))
    }

    /// The offsets that committed predictions answer, in order.
    func predicted(_ partition: Int32 = 0) throws -> [Int64] {
        try log.read(topics.output, partition, from: 0).records.map { record in
            let text = String(decoding: record.record.value ?? [], as: UTF8.self)
            let source = text.components(separatedBy: "\"source\":\"").last ?? ""
            return Int64(source.prefix { $0 != "\"" }.split(separator: "-").last ?? "") ?? -1
        }
    }

    /// A life that has every partition and everything restored.
    func run(_ life: Life, turns: Int = 400, until done: () -> Bool) {
        for _ in 0..<turns where !life.isOver && !done() {
            clock.advance(by: .milliseconds(20))
            life.turn()
        }
    }

    /// A life that has learned all that the inputs hold, and committed it.
    @discardableResult
    func runToEnd(_ life: Life? = nil, turns: Int = 4000) throws -> Life {
        let life = life ?? self.life()
        if life.session.tasks.isEmpty { giveAll(to: life) }
        func isAtEnd() -> Bool {
            all.allSatisfy { partition in
                topics.inputs.allSatisfy {
                    log.committed(topics.group, $0, partition)?.offset == log.end($0, partition)
                }
            }
        }
        run(life, turns: turns, until: isAtEnd)
        if let error = life.error { throw error }
        guard isAtEnd() else { throw EngineError(.fault, "the inputs were not learned within \(turns) turns") }
        return life
    }

    var all: [Int32] { (0..<Int32(partitions)).map { $0 } }

    /// Gives every partition to one life.
    func giveAll(to life: Life) {
        log.rebalance(topics.group)
        life.group.tell(.assigned(all))
    }
}
