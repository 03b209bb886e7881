import KafkaClient
import Topology

/// Errors that no further try will change: what is missing or too small, where, and the command that helps.
struct PermanentFailure {
    let topics: TopicNames
    let bootstrap: String
    /// Who the brokers take this program for.
    let user: String

    init(_ settings: EngineSettings, _ topics: TopicNames) {
        self.topics = topics
        bootstrap = settings.topology.bootstrap
        let name = settings.topology.kafkaProperties.last { $0.0 == "sasl.username" }?.1
        user = name.map { "User:\($0)" } ?? "User:NAME"
    }

    /// The end of the run, or nil: the error may pass.
    ///
    /// - Parameter recordBytes: the largest record that was sent to the topic of the error; 0: not known.
    func verdict(_ error: KafkaError, recordBytes: Int = 0) -> EngineError? {
        switch error.code {
        case KafkaError.Code.messageTooLarge: tooLarge(error, recordBytes)
        case KafkaError.Code.invalidRecord:
            end(
                "\(place(error)) refuses a record as invalid (a compacted topic, or one with a schema check?). Give it "
                    + "`cleanup.policy=delete` and no check: kafka-configs.sh --bootstrap-server \(bootstrap) --alter --topic "
                    + "\(error.topic ?? "TOPIC") --add-config cleanup.policy=delete")
        case KafkaError.Code.topicAuthorization: denied(topic: error.topic)
        case KafkaError.Code.groupAuthorization:
            end(
                "group \(topics.group): \(user) may not READ it. Allow it: \(acl("--operation Read --operation Describe --group \(topics.group)"))"
            )
        case KafkaError.Code.transactionalIDAuthorization:
            end(
                "the transactional ids that begin with \(topics.group): \(user) may not WRITE them. Allow it: "
                    + acl(
                        "--operation Write --operation Describe --transactional-id \(topics.group) --resource-pattern-type prefixed"
                    ))
        case KafkaError.Code.clusterAuthorization:
            end(
                "the cluster: \(user) may not write idempotently (needed before Kafka 2.8). Allow it: "
                    + acl("--operation IdempotentWrite --cluster"))
        case KafkaError.Code.invalidTransactionTimeout:
            end("the brokers allow no transaction of 10 s: raise transaction.max.timeout.ms there")
        default: nil
        }
    }

    private func place(_ error: KafkaError) -> String {
        error.topic ?? "one of the topics \(topics.written.joined(separator: ", "))"
    }

    private func tooLarge(_ error: KafkaError, _ recordBytes: Int) -> EngineError {
        let size = recordBytes > 0 ? "a record of \(recordBytes) bytes" : "a record"
        // The record's own frame and the batch's.
        let wanted = max(recordBytes + 1024, 1 << 20)
        return end(
            "\(place(error)) does not take \(size) (\(error.name)). Raise its max.message.bytes: "
                + "kafka-configs.sh --bootstrap-server \(bootstrap) --alter --topic \(error.topic ?? "TOPIC") --add-config "
                + "max.message.bytes=\(wanted)")
    }

    /// - Parameter operation: what may not be done; nil: what the engine does with that topic.
    func denied(topic: String?, _ operation: String? = nil) -> EngineError {
        let name = topic ?? "TOPIC"
        let place = topic ?? "one of the topics \(([topics.input] + topics.written).joined(separator: ", "))"
        let isInput = topic == topics.input
        let operation = operation ?? (isInput ? "READ" : "WRITE")
        let more = topic == topics.state ? "--operation Read " : ""
        return end(
            "\(place): \(user) may not \(operation) it (TOPIC_AUTHORIZATION_FAILED). Allow it: "
                + acl("\(more)--operation \(isInput ? "Read" : "Write") --operation Describe --topic \(name)"))
    }

    private func acl(_ words: String) -> String {
        "kafka-acls.sh --bootstrap-server \(bootstrap) --add --allow-principal \(user) \(words)"
    }

    private func end(_ text: String) -> EngineError { EngineError(.unavailable, text) }
}
