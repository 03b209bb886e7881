public import KafkaClient
public import Topology

/// What the topics of a topology are like, and what of it keeps `run` from starting or from being safe: the one list of
/// checks. It reads and changes nothing.
public struct TopicSurvey: Sendable {
    /// One thing that is not as it should be.
    public struct Finding: Sendable, Equatable {
        /// What it is about: topics, access.
        public var subject: String
        /// What is wrong, and the remedy.
        public var text: String
        /// `run` cannot go on with it.
        public var isFatal: Bool
    }
    /// Of the input; nil where it could not be asked for or does not exist.
    public private(set) var partitions: Int?
    /// In the order they were found.
    public private(set) var findings: [Finding] = []

    /// Asks the brokers. Cost: a few requests; blocks up to some ten seconds where they are slow.
    public init(_ topology: TopologyPlan, _ admin: Admin) {
        let topics = TopicNames(topology)
        let counts: [String: Int]
        do throws(KafkaError) { counts = try admin.topicPartitionCounts(timeout: 10_000) } catch {
            add("access", "the topics cannot be listed: \(error.description)", isFatal: true)
            return
        }
        guard let partitions = counts[topics.input], partitions > 0 else {
            let name =
                topics.input.isEmpty ? "no `input.topic` is given" : "the input topic \(topics.input) does not exist"
            add("topics", name + ", or the user may not DESCRIBE it", isFatal: true)
            return
        }
        self.partitions = partitions
        checkCounts(topics, counts, partitions)
        var configs: [String: [String: String]] = [:]
        for name in [topics.input] + topics.written where counts[name] != nil {
            do throws(KafkaError) { configs[name] = try admin.describeConfig(topic: name) } catch {
                add("access", "the settings of \(name) cannot be read (DESCRIBE_CONFIGS): \(error.description)")
            }
        }
        checkSettings(topics, configs)
    }

    init() {}

    mutating func checkCounts(_ topics: TopicNames, _ counts: [String: Int], _ partitions: Int) {
        let missing = topics.written.filter { (counts[$0] ?? 0) == 0 }
        if missing.contains(topics.state), missing.count < topics.written.count {
            add(
                "topics",
                "\(topics.state) is missing and other topics of the topology are there: the models are lost; `run` begins "
                    + "anew only under another name, or after the group is deleted too")
        } else if !missing.isEmpty {
            add("topics", "not there yet: \(missing.joined(separator: ", ")); `run` creates them")
        }
        for name in topics.written {
            guard let count = counts[name], count > 0, count != partitions else { continue }
            add(
                "topics",
                "\(name) has \(count) partitions and \(topics.input) has \(partitions): each task writes its own partition. "
                    + "Extend or recreate \(name) with \(partitions)", isFatal: true)
        }
    }

    mutating func checkSettings(_ topics: TopicNames, _ configs: [String: [String: String]]) {
        let input = configs[topics.input] ?? [:]
        if input["cleanup.policy"]?.contains("compact") == true {
            add(
                "topics",
                "\(topics.input) is compacted: a replay may not see what was learned, and then a restore is refused. Use "
                    + "`cleanup.policy=delete`")
        }
        if let kept = input["retention.ms"].flatMap({ Int($0) }), kept >= 0, kept < 86_400_000 {
            add("topics", "\(topics.input) keeps records for less than a day: a replay needs them")
        }
        if let policy = configs[topics.state]?["cleanup.policy"], policy != "compact" {
            add(
                "topics",
                "\(topics.state) has cleanup.policy=\(policy): retention would delete the models. Set it to compact",
                isFatal: true)
        }
        let largest = input["max.message.bytes"].flatMap { Int($0) } ?? 1_048_588
        let needed = [
            topics.deadLetters: largest + TopicNames.deadLetterRoom, topics.state: 1 << 20,
        ]
        for name in topics.written {
            guard let limit = configs[name]?["max.message.bytes"].flatMap({ Int($0) }) else { continue }
            let wanted = needed[name] ?? 64 << 10
            guard limit < wanted else { continue }
            add(
                "topics",
                "\(name) takes records of \(limit) bytes at most, and \(wanted) may be written: raise its max.message.bytes"
            )
        }
    }

    private mutating func add(_ subject: String, _ text: String, isFatal: Bool = false) {
        findings.append(Finding(subject: subject, text: text, isFatal: isFatal))
    }
}
