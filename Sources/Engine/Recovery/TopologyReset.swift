import KafkaClient
public import Topology

/// Forgets what a topology has learned, or only where it stands: the group's offsets, the topic of the state and the journal.
///
/// Predictions and the other published topics stay: readers may need them.
public struct TopologyReset {
    private let settings: EngineSettings
    private let topics: TopicNames
    /// The group's offsets go and the state stays, for `on_gap: continue_from_snapshot`.
    private let keepsModel: Bool

    /// What is to be reset.
    public init(_ topology: TopologyPlan, keepsModel: Bool, on brokers: Brokers = .kafka) {
        settings = EngineSettings(topology: topology, instance: "reset", on: brokers)
        topics = TopicNames(topology)
        self.keepsModel = keepsModel
    }

    /// What would be deleted, one thing a line.
    public var deletions: [String] {
        ["the committed offsets of group \(topics.group)"]
            + (keepsModel ? [] : ["the topic \(topics.state): all models"])
            + (keepsModel ? [] : ["the topic \(topics.journal): the order of what was learned, and commands"])
    }

    /// Deletes it. Throws where the group has members, and has then deleted nothing.
    public func perform() throws(EngineError) {
        do throws(KafkaError) {
            let admin = try settings.brokers.admin(settings.admin())
            defer { admin.close(within: .seconds(5)) }
            do throws(KafkaError) { _ = try admin.brokerCount(timeout: 10_000) } catch {
                throw KafkaError.of(
                    error.code,
                    text: BrokerAccess.reason(
                        bootstrap: settings.topology.bootstrap, told: admin.connectionError, error: error))
            }
            do throws(KafkaError) { try admin.deleteGroup(topics.group, timeout: 30_000) } catch {
                if error.code == KafkaError.Code.nonEmptyGroup { throw error }
                // A group that never committed anything.
                guard error.code == KafkaError.Code.groupNotFound else { throw error }
            }
            for topic in [topics.state, topics.journal] {
                guard !keepsModel, try admin.describe(topic: topic, timeout: 10_000).partitions > 0 else { continue }
                for error in try admin.deleteTopics([topic], timeout: 30_000) {
                    if let error, !error.isUnknownTopic { throw error }
                }
            }
        } catch {
            guard error.code == KafkaError.Code.nonEmptyGroup else {
                throw PermanentFailure(settings, topics).verdict(error)
                    ?? EngineError(error, "resetting \(topics.group)")
            }
            throw EngineError(
                .unavailable,
                "group \(topics.group) has members: stop every instance of the topology and wait 10 s, until the group has "
                    + "missed them. Nothing was deleted")
        }
    }
}
