import Foundation
import KafkaClient
import OnlineLearning
public import Topology

/// What a start of a topology would do with what is stored on its cluster: for `millrace plan`. It joins no group and writes
/// nothing.
public struct RestartForecast: Sendable {
    /// Tasks with which the same would happen.
    public struct Part: Sendable {
        /// Their partitions.
        public var partitions: [Int32]
        /// How often the topology was changed since the beginning, and one.
        public var revision: Int
        /// What the file would bring about.
        public var change: TopologyChange
        /// The file is an earlier state of the topology: it would change nothing.
        public var isEarlier: Bool
    }

    /// Empty where nothing is stored yet.
    public private(set) var parts: [Part] = []
    /// Topics that would be made.
    public private(set) var topicsToMake: [String] = []
    /// What keeps it from starting, with the remedy; partition counts that do not fit for one.
    public private(set) var faults: [String] = []
    /// Bytes that all tasks together write to the state topic in a day of unceasing events, at most.
    public private(set) var stateBytesPerDay = 0
    /// Events that a task replays after a crash, at most, at the last hour's rate; nil: nobody knows the rate.
    public private(set) var replayedEvents: Int?

    /// `run` would not begin, or not with what was learned.
    public var isRefused: Bool { !faults.isEmpty || parts.contains { !$0.isEarlier && !$0.change.refusals.isEmpty } }

    /// Asks the cluster. Cost: some requests, and the newest snapshots' manifests; blocks.
    ///
    /// - Parameter patience: for a first broker to answer.
    public init(_ topology: TopologyPlan, patience: Duration, on brokers: Brokers = .kafka) throws(EngineError) {
        let settings = EngineSettings(topology: topology, instance: "plan", on: brokers)
        let topics = TopicNames(topology)
        let partitions = try lookAtTopics(topology, settings, topics, patience)
        guard partitions > 0, !topicsToMake.contains(topics.state) else { return }
        try lookAtTasks(topology, settings, topics, partitions)
    }

    /// How many partitions the input has.
    private mutating func lookAtTopics(
        _ topology: TopologyPlan, _ settings: EngineSettings, _ topics: TopicNames, _ patience: Duration
    ) throws(EngineError) -> Int {
        let admin: any TopicAdmin
        do throws(KafkaError) { admin = try settings.brokers.admin(settings.admin()) } catch {
            throw EngineError(.data, "librdkafka does not accept kafka.properties: \(error.message)")
        }
        defer { admin.close(within: .seconds(5)) }
        do throws(KafkaError) { _ = try admin.brokerCount(timeout: patience.wholeMilliseconds) } catch {
            throw EngineError(
                .unavailable,
                BrokerAccess.reason(bootstrap: topology.bootstrap, told: admin.connectionError, error: error))
        }
        do throws(KafkaError) {
            let facts = try TopicFacts(settings, topics, admin)
            let survey = TopicSurvey(facts, topics, settings)
            faults = survey.findings.filter(\.isFatal).map(\.text)
            topicsToMake = topics.made.filter { facts.partitions($0) == 0 }
            return survey.partitions ?? 0
        } catch { throw EngineError(error, "looking at the topics of \(topics.group)") }
    }

    private mutating func lookAtTasks(
        _ topology: TopologyPlan, _ settings: EngineSettings, _ topics: TopicNames, _ partitions: Int
    ) throws(EngineError) {
        let desk = try StandingDesk(settings: settings, topics: topics)
        defer { desk.close() }
        guard let id = desk.reader.clusterID(timeout: 10_000) else { return }
        let cluster = Cluster(id, key: topology.stateKey)
        for standing in try desk.standings((0..<Int32(partitions)).map { $0 }) where standing.committed != nil {
            guard
                case .from(let place) = try standing.beginning(
                    topics, cluster: cluster, onGap: .continueFromSnapshot)
            else { continue }
            let finder = StoredTopologyFinder(
                reader: desk.reader, topics: topics, cluster: cluster, partition: standing.partition)
            guard let stored = try finder.find(at: place, as: topology) else { continue }
            add(standing.partition, stored.lineage, stored.plan, topology)
            reckon(stored.bytes, topology, standing, desk)
        }
    }

    private mutating func add(
        _ partition: Int32, _ lineage: [UInt64], _ stored: TopologyPlan, _ topology: TopologyPlan
    ) {
        let change = TopologyChange(from: stored, to: topology)
        let isEarlier = stored.fingerprint != topology.fingerprint && lineage.contains(topology.fingerprint)
        let part = Part(partitions: [partition], revision: lineage.count + 1, change: change, isEarlier: isEarlier)
        if let index = parts.firstIndex(where: {
            $0.revision == part.revision && $0.change == change && $0.isEarlier == isEarlier
        }) {
            parts[index].partitions.append(partition)
        } else {
            parts.append(part)
        }
    }

    /// A snapshot is made as often as the budget, or the commits, allow.
    private mutating func reckon(
        _ bytes: Int, _ topology: TopologyPlan, _ standing: Standing, _ desk: StandingDesk
    ) {
        let seconds = max(Double(bytes) / Double(SnapshotSchedule.budget), topology.commitInterval / .seconds(1))
        stateBytesPerDay += Int(Double(bytes) * 86_400 / seconds)
        let input = TopicPartition(topic: topology.inputTopic, partition: standing.partition)
        let hourAgo = Int64(Date().timeIntervalSince1970 * 1000) - 3_600_000
        guard let then = (try? desk.reader.offsets(at: hourAgo, [input], timeout: 10_000))?.first?.offset, then >= 0
        else { return }
        let rate = Double(standing.inputEnd - then) / 3600
        replayedEvents = max(replayedEvents ?? 0, Int((rate * seconds).rounded(.up)))
    }
}

/// Finds the topology that a task's state was last learned under: by the newest snapshot's manifest and the journal
/// behind it.
struct StoredTopologyFinder {
    let reader: any LogReader
    let topics: TopicNames
    let cluster: Cluster
    let partition: Int32

    /// Nil where no snapshot is found.
    func find(
        at place: StoredPlace, as wanted: TopologyPlan
    ) throws(EngineError) -> (plan: TopologyPlan, lineage: [UInt64], bytes: Int)? {
        var newest: Manifest?
        try read(topics.state, from: place.metadata.stateLowerBound) { key, value in
            guard String(decoding: key, as: UTF8.self).hasPrefix("\(partition)/manifest/"),
                let found = try? Manifest(decoding: value, cluster), found.sequence <= place.metadata.sequence,
                found.sequence > newest?.sequence ?? 0
            else { return }
            newest = found
        }
        guard let newest else { return nil }
        var plan = try StoredTopology.plan(
            newest.topology, as: wanted, fingerprint: newest.fingerprint, partition: partition)
        var lineage = newest.lineage
        guard place.gap == nil, place.metadata.journal > newest.sequence else {
            return (plan, lineage, newest.byteCount)
        }
        var replay = CommandReplay(after: newest.sequence, to: place.metadata.journal)
        let isShort = topics.labels == nil
        try read(
            topics.journal, from: isShort ? PartitionOffset.beginning : place.metadata.journalLowerBound
        ) { _, value in try? replay.add(value) }
        guard replay.resolve() else { return (plan, lineage, newest.byteCount) }
        while let entry = replay.next(before: .max) {
            guard case .reconfigure(let text) = entry else { continue }
            lineage.append(plan.fingerprint)
            plan = try StoredTopology.plan(text, as: wanted, fingerprint: nil, partition: partition)
        }
        return (plan, lineage, newest.byteCount)
    }

    /// Everything up to the end of the partition.
    private func read(
        _ topic: String, from offset: Int64, _ take: ([UInt8], [UInt8]) -> Void
    ) throws(EngineError) {
        do throws(KafkaError) {
            try reader.scan(topic, partition, from: offset) { record in
                if let value = record.value { take(record.key.map { Array($0) } ?? [], Array(value)) }
                return true
            }
        } catch { throw EngineError(error, "reading \(topic) [\(partition)]") }
    }
}
