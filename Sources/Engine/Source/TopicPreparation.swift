import Console
import KafkaClient
import Topology

/// Makes sure that every topic is there before a worker subscribes.
struct TopicPreparation {
    struct Result: Sendable {
        var clusterID = ""
        var inputMessageBytes = 1_048_588
        /// Of the input's partitions; only where the engine stops at the end.
        var endOffsets: [Int32: Int64] = [:]
    }

    let settings: EngineSettings
    let topics: TopicNames

    func run() throws(EngineError) -> Result {
        var result = Result()
        let reader: Consumer
        do throws(KafkaError) { reader = try Consumer(settings.reader()) } catch {
            throw EngineError(.fault, "making a Kafka client: \(error.description)")
        }
        defer { reader.close() }
        let partitions = try settings.inputPartitions(reader)
        if !settings.isMock { try prepare(partitions, &result) }
        if settings.stopsAtEnd {
            do throws(KafkaError) {
                for partition in 0..<Int32(partitions) {
                    result.endOffsets[partition] = try reader.watermarks(
                        TopicPartition(topic: topics.input, partition: partition), timeout: 10_000
                    ).high
                }
            } catch { throw EngineError(error, "asking for the end of \(topics.input)") }
        }
        return result
    }

    private func prepare(_ partitions: Int, _ result: inout Result) throws(EngineError) {
        var configuration = KafkaConfiguration(
            bootstrap: settings.topology.bootstrap, properties: settings.topology.kafkaProperties)
        configuration.set("client.id", "millrace-\(settings.topology.name)-\(settings.instance)-admin")
        let counts: [String: Int]
        do throws(KafkaError) {
            let admin = try Admin(configuration)
            defer { admin.close() }
            guard let cluster = admin.clusterID(timeout: 10_000) else {
                throw KafkaError.of(KafkaError.Code.timedOut)
            }
            result.clusterID = cluster
            let input = try admin.describeConfig(topic: topics.input, timeout: 10_000)
            if let limit = input["max.message.bytes"].flatMap({ Int($0) }) { result.inputMessageBytes = limit }
            counts = try admin.topicPartitionCounts(topics.written, timeout: 10_000)
            let missing = topics.written.filter { (counts[$0] ?? 0) == 0 }
            if !missing.isEmpty {
                guard settings.createsTopics else { throw KafkaError.of(KafkaError.Code.unknownTopic) }
                try create(missing, partitions, admin, result)
            }
        } catch {
            guard error.isUnknownTopic, !settings.createsTopics else {
                throw EngineError(error, "preparing the topics")
            }
            throw EngineError(
                .unavailable,
                "topics are missing and --no-create-topics is set; needed with \(partitions) partitions: "
                    + topics.written.joined(separator: ", "))
        }
        for name in topics.written {
            guard let count = counts[name], count > 0, count != partitions else { continue }
            throw EngineError(
                .unavailable,
                "\(name) has \(count) partitions and \(topics.input) has \(partitions): each task writes its own "
                    + "partition. Recreate \(name) with \(partitions) partitions, or use another name")
        }
    }

    private func create(
        _ missing: [String], _ partitions: Int, _ admin: Admin, _ result: Result
    ) throws(KafkaError) {
        let brokers = try admin.brokerCount(timeout: 10_000)
        let creations = topics.creations(
            partitions: partitions, brokers: brokers, inputMessageBytes: result.inputMessageBytes
        ).filter { missing.contains($0.name) }
        for (topic, error) in zip(creations, try admin.createTopics(creations, timeout: 30_000)) {
            // Another instance may have been quicker.
            if let error, error.code != KafkaError.Code.topicAlreadyExists { throw error }
            Log.info("created topic", ("topic", topic.name), ("partitions", "\(partitions)"))
        }
    }
}

extension EngineSettings {
    /// How many partitions the input has; throws with advice where no broker answers or there is no such topic.
    func inputPartitions(_ reader: Consumer) throws(EngineError) -> Int {
        let count: Int
        do throws(KafkaError) { count = try reader.partitionCount(of: topology.inputTopic, timeout: 10_000) } catch {
            throw EngineError(
                .unavailable,
                "no broker answers at \(topology.bootstrap): \(error.description). Start one, or correct "
                    + "kafka.bootstrap (`millrace doctor` tells more)")
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
