import Console
import Foundation
import KafkaClient
import Topology

/// Makes sure that every topic is there and as it must be before a worker subscribes.
struct TopicPreparation {
    struct Result: Sendable {
        var clusterID = ""
        var limits = TopicLimits()
        /// Partitions that every topic of the topology had, before any was extended.
        var coveredPartitions = Int32.max
        /// Of the input's partitions; only where the engine stops at the end.
        var endOffsets: [Int32: Int64] = [:]
        /// The same of the label topic.
        var labelEnds: [Int32: Int64] = [:]
    }

    /// How long an input that is not there may come.
    private static let patience = Duration.seconds(3)

    let settings: EngineSettings
    let topics: TopicNames

    func run() throws(EngineError) -> Result {
        if let missing = BrokerAccess.missingFile(settings.topology.kafkaProperties) {
            throw EngineError(.data, missing)
        }
        var result = Result()
        let reader: any TopicReader
        do throws(KafkaError) { reader = try settings.brokers.reader(settings.reader()) } catch {
            throw EngineError(.data, "librdkafka does not accept kafka.properties: \(error.message)")
        }
        defer { reader.close(within: .seconds(10)) }
        let partitions = settings.isMock ? try settings.inputPartitions(reader) : try prepare(&result)
        if settings.stopsAtEnd {
            do throws(KafkaError) {
                for partition in 0..<Int32(partitions) {
                    result.endOffsets[partition] = try reader.watermarks(
                        TopicPartition(topic: topics.input, partition: partition), timeout: 10_000
                    ).high
                    guard let labels = topics.labels else { continue }
                    result.labelEnds[partition] = try reader.watermarks(
                        TopicPartition(topic: labels, partition: partition), timeout: 10_000
                    ).high
                }
            } catch { throw EngineError(error, "asking for the end of \(topics.input)") }
        }
        return result
    }

    /// Looks, says what is wrong, makes what is missing; answers the input's partition count.
    private func prepare(_ result: inout Result) throws(EngineError) -> Int {
        var facts: TopicFacts
        let admin: any TopicAdmin
        do throws(KafkaError) { admin = try settings.brokers.admin(settings.admin()) } catch {
            throw EngineError(.data, "librdkafka does not accept kafka.properties: \(error.message)")
        }
        defer { admin.close(within: .seconds(5)) }
        do throws(KafkaError) {
            facts = try TopicFacts(settings, topics, admin)
            // A topic made a moment ago is known to every broker only a moment later.
            let end = ContinuousClock.now + Self.patience
            while topics.inputs.contains(where: { facts.partitions($0) == 0 }), ContinuousClock.now < end {
                Thread.sleep(forTimeInterval: 0.2)
                facts = try TopicFacts(settings, topics, admin)
            }
        } catch {
            throw EngineError(
                .unavailable,
                BrokerAccess.reason(
                    bootstrap: settings.topology.bootstrap, told: admin.connectionError, error: error))
        }
        let findings = TopicSurvey(facts, topics, settings).findings
        for finding in findings where finding.weight == .advice { Log.warning(finding.text) }
        let faults = findings.filter(\.isFatal).map(\.text)
        guard faults.isEmpty else { throw EngineError(.unavailable, faults.joined(separator: "\n")) }
        let partitions = facts.partitions(topics.input)
        result.limits = facts.limits(topics)
        do throws(KafkaError) {
            guard let cluster = admin.clusterID(timeout: 10_000) else { throw KafkaError.of(KafkaError.Code.timedOut) }
            result.clusterID = cluster
            try create(topics.made.filter { facts.partitions($0) == 0 }, partitions, admin, facts)
            let short = topics.made.filter { (1..<partitions).contains(facts.partitions($0)) }
            result.coveredPartitions = Int32(short.map { facts.partitions($0) }.min() ?? partitions)
            try extend(short, to: partitions, admin)
        } catch { throw denied(error) ?? EngineError(error, "preparing the topics") }
        return partitions
    }

    private func denied(_ error: KafkaError) -> EngineError? {
        guard error.isDenied else { return nil }
        return EngineError(
            .unavailable,
            "\(error.topic ?? "the topics of \(topics.group)") cannot be made or extended: \(error.description). Allow CREATE "
                + "and ALTER, or make \(topics.made.joined(separator: ", ")) with as many partitions as \(topics.input) has "
                + "and run with --no-create-topics")
    }

    private func create(
        _ missing: [String], _ partitions: Int, _ admin: any TopicAdmin, _ facts: TopicFacts
    ) throws(KafkaError) {
        let creations = topics.creations(
            partitions: partitions, brokers: facts.brokers, inputMessageBytes: facts.limits(topics).inputRecordBytes
        ).filter { missing.contains($0.name) }
        for (topic, error) in zip(creations, try admin.createTopics(creations, timeout: 30_000)) {
            // Another instance may have been quicker.
            if let error, error.code != KafkaError.Code.topicAlreadyExists { throw error }
            Log.info("created topic", ("topic", topic.name), ("partitions", "\(partitions)"))
        }
    }

    private func extend(_ short: [String], to partitions: Int, _ admin: any TopicAdmin) throws(KafkaError) {
        for (name, error) in zip(short, try admin.extend(short, to: partitions, timeout: 30_000)) {
            if let error, error.code != KafkaError.Code.invalidPartitions { throw error }
            Log.info("extended topic", ("topic", name), ("partitions", "\(partitions)"))
        }
    }
}

extension EngineSettings {
    /// How many partitions the input has; throws with advice where no broker answers or there is no such topic.
    func inputPartitions(_ reader: any TopicReader) throws(EngineError) -> Int {
        let count: Int
        do throws(KafkaError) { count = try reader.partitionCount(of: topology.inputTopic, timeout: 10_000) } catch {
            if error.isDenied, let end = PermanentFailure(self, TopicNames(topology)).verdict(error) { throw end }
            throw EngineError(
                .unavailable,
                BrokerAccess.reason(bootstrap: topology.bootstrap, told: reader.connectionError, error: error))
        }
        guard count > 0 else {
            throw EngineError(
                .unavailable,
                "the input topic \(topology.inputTopic) does not exist at \(topology.bootstrap). Create it, or correct "
                    + "input.topic")
        }
        return count
    }
}
