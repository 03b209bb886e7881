import KafkaClient
import Topology

/// What brokers say of a topology's topics and of its group. Asks, and judges nothing.
struct TopicFacts: Sendable {
    var brokers = 1
    /// By name; the input and the topics that are written.
    var topics: [String: TopicDescription] = [:]
    /// Properties of topics, by name; only those that may be read.
    var settings: [String: [String: String]] = [:]
    /// Topics whose properties may not be read.
    var unreadable: [String] = []
    /// What the user may not do, as a sentence with its remedy.
    var denials: [String] = []

    init() {}

    /// Cost: some ten requests; blocks up to some ten seconds where brokers are slow.
    init(_ settings: EngineSettings, _ names: TopicNames, _ admin: any TopicAdmin) throws(KafkaError) {
        brokers = try admin.brokerCount(timeout: 10_000)
        let all = names.input.isEmpty ? names.made : names.inputs.filter { !$0.isEmpty } + names.made
        for name in all {
            let topic = try admin.describe(topic: name, timeout: 10_000)
            topics[name] = topic
            guard topic.partitions > 0 else { continue }
            do throws(KafkaError) { self.settings[name] = try admin.describeConfig(topic: name, timeout: 10_000) } catch
            {
                guard error.isDenied else { throw error }
                unreadable.append(name)
            }
        }
        if let denial = try Self.groupDenial(settings, names) { denials.append(denial) }
    }

    /// Whether the group may be joined and the input be read, as a sentence about it where not.
    private static func groupDenial(_ settings: EngineSettings, _ names: TopicNames) throws(KafkaError) -> String? {
        guard !names.input.isEmpty else { return nil }
        // Does not wait for transactions under way: only the permission is asked for.
        let reader = try settings.brokers.reader(settings.reader(seesOpen: true))
        defer { reader.close(within: .seconds(10)) }
        // To read committed offsets needs less than to commit them: ask for the latter, and commit nothing.
        if let denial = try reader.commitDenial(topic: names.input, timeout: 10_000) {
            return PermanentFailure(settings, names).verdict(denial)?.message
        }
        let told = BrokerAccess.groupFailure(KafkaError.of(KafkaError.Code.timedOut), of: reader)
        if told.code == KafkaError.Code.groupAuthorization {
            return PermanentFailure(settings, names).verdict(told)?.message
        }
        return nil
    }

    func partitions(_ name: String) -> Int { topics[name]?.partitions ?? 0 }

    /// A number among a topic's properties.
    func number(_ property: String, of name: String) -> Int? { settings[name]?[property].flatMap { Int($0) } }

    /// What the topics take, as far as it is known.
    func limits(_ names: TopicNames) -> TopicLimits {
        var limits = TopicLimits()
        if let bytes = number("max.message.bytes", of: names.input) { limits.inputRecordBytes = bytes }
        limits.deadLetterBytes = number("max.message.bytes", of: names.deadLetters)
        limits.batchBytes = names.written.compactMap { number("max.message.bytes", of: $0) }.min()
        return limits
    }
}
