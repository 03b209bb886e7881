public import KafkaClient
public import Topology

/// What the topics of a topology are like, and what of it keeps `run` from starting or from being safe: the one list of
/// checks, made by `run` before it starts and by `doctor`. It reads and changes nothing.
public struct TopicSurvey: Sendable {
    /// One thing that is not as it should be.
    public struct Finding: Sendable, Equatable {
        /// How much it matters.
        public enum Weight: Sendable {
            /// `run` sees to it.
            case plan
            /// `run` goes on with it.
            case advice
            /// `run` ends with it.
            case fatal
        }

        /// What it is about: topics, access.
        public var subject: String
        /// What is wrong, and the remedy.
        public var text: String
        /// How much it matters.
        public var weight: Weight

        /// `run` cannot go on with it.
        public var isFatal: Bool { weight == .fatal }
    }
    /// Of the input; nil where it could not be asked for or does not exist.
    public private(set) var partitions: Int?
    /// In the order they were found.
    public private(set) var findings: [Finding] = []

    /// The smallest limit with which dead letters can be written at all; a longer one is cut.
    private static let leastDeadLetter = TopicNames.deadLetterRoom + 4096
    /// Records that are never longer than some fields.
    private static let leastRecord = 4096

    /// Asks the brokers and judges. Cost: some ten requests; blocks up to some ten seconds where they are slow.
    ///
    /// - Parameter createsTopics: as `run` without `--no-create-topics`.
    public init(_ topology: TopologyPlan, _ admin: Admin, createsTopics: Bool = true) throws(KafkaError) {
        var settings = EngineSettings(topology: topology, instance: "doctor")
        settings.createsTopics = createsTopics
        let names = TopicNames(topology)
        self.init(try TopicFacts(settings, names, admin), names, settings)
    }

    /// Judges.
    init(_ facts: TopicFacts, _ names: TopicNames, _ settings: EngineSettings) {
        for denial in facts.denials { add("access", denial, .fatal) }
        guard checkInput(facts, names, settings) else { return }
        checkLabels(facts, names, settings)
        checkCounts(facts, names, settings)
        checkReplication(facts, names)
        checkInputSettings(facts, names)
        checkHistory(facts, names, settings.topology.history)
        checkLimits(facts, names, settings)
        if !facts.unreadable.isEmpty {
            add(
                "access",
                "the settings of \(facts.unreadable.joined(separator: ", ")) may not be read (DESCRIBE_CONFIGS): their cleanup "
                    + "policy and limits are not checked", .advice)
        }
    }

    private mutating func checkInput(_ facts: TopicFacts, _ names: TopicNames, _ settings: EngineSettings) -> Bool {
        for name in [names.input] + names.made where facts.topics[name]?.isDenied ?? false {
            add("access", PermanentFailure(settings, names).denied(topic: name, "DESCRIBE").message, .fatal)
        }
        guard !names.input.isEmpty else {
            add("topics", "no `input.topic` is given", .fatal)
            return false
        }
        guard facts.topics[names.input]?.isDenied != true else { return false }
        guard facts.partitions(names.input) > 0 else {
            add(
                "topics",
                "the input topic \(names.input) does not exist at \(settings.topology.bootstrap), or the user may not DESCRIBE "
                    + "it. Create it, or correct input.topic", .fatal)
            return false
        }
        partitions = facts.partitions(names.input)
        return true
    }

    /// A label finds its event only in the partition of its own number.
    private mutating func checkLabels(_ facts: TopicFacts, _ names: TopicNames, _ settings: EngineSettings) {
        guard let labels = names.labels else { return }
        guard !labels.isEmpty else {
            add("topics", "no `label.topic` is given: where do the labels come from?", .fatal)
            return
        }
        guard facts.topics[labels]?.isDenied != true else {
            add("access", PermanentFailure(settings, names).denied(topic: labels, "DESCRIBE").message, .fatal)
            return
        }
        let (events, found) = (facts.partitions(names.input), facts.partitions(labels))
        if found == 0 {
            add(
                "topics",
                "the label topic \(labels) does not exist at \(settings.topology.bootstrap). Create it with \(events) partitions, "
                    + "or correct label.topic", .fatal)
        } else if found != events {
            add(
                "topics",
                "\(labels) has \(found) partitions and \(names.input) has \(events): a label must be in the partition with the number "
                    + "of its event's. Recreate \(found < events ? labels : names.input) with \(max(found, events)) partitions, and "
                    + "let all producers use one partitioner and the event's id as the key", .fatal)
        }
        if facts.settings[labels]?["cleanup.policy"]?.contains("compact") == true {
            add(
                "topics",
                "\(labels) is compacted: a replay would not see what was learned, and no restore would be exact. Set its "
                    + "cleanup.policy to delete", .fatal)
        }
        if let kept = facts.number("retention.ms", of: labels), kept >= 0, kept < 86_400_000 {
            add("topics", "\(labels) keeps records for less than a day: a replay needs them", .advice)
        }
    }

    private mutating func checkCounts(_ facts: TopicFacts, _ names: TopicNames, _ settings: EngineSettings) {
        let wanted = facts.partitions(names.input)
        let known = names.made.filter { facts.topics[$0]?.isDenied != true }
        let missing = known.filter { facts.partitions($0) == 0 }
        if missing.contains(names.state), missing.count < known.count {
            add(
                "topics",
                "\(names.state) is missing and other topics of the topology are there: the models are lost. Restore it, or "
                    + names.resetRemedy, .advice)
        }
        if !missing.isEmpty {
            let list = missing.joined(separator: ", ")
            if settings.createsTopics {
                add("topics", "not there yet: \(list); `run` creates them", .plan)
            } else {
                add(
                    "topics",
                    "topics are missing and --no-create-topics is set; needed with \(wanted) partitions: \(list)",
                    .fatal)
            }
        }
        let short = known.filter { (1..<wanted).contains(facts.partitions($0)) }
        if !short.isEmpty {
            let counts = short.map { "\($0) has \(facts.partitions($0)) partitions" }.joined(separator: ", ")
            let text = "\(counts) and \(names.input) has \(wanted): each task writes its own partition"
            if settings.createsTopics {
                add("topics", text + "; `run` extends them", .plan)
            } else {
                let command = names.extending(short, to: wanted, bootstrap: settings.topology.bootstrap)
                add("topics", "\(text). Extend them: \(command)", .fatal)
            }
        }
        for name in known where facts.partitions(name) > wanted {
            add(
                "topics",
                "\(name) has \(facts.partitions(name)) partitions and \(names.input) has \(wanted): each task writes its own "
                    + "partition. Recreate \(name) with \(wanted) partitions, or use another name", .fatal)
        }
    }

    private mutating func checkReplication(_ facts: TopicFacts, _ names: TopicNames) {
        let wanted = min(3, facts.brokers)
        for name in [names.input] + names.made {
            guard let replicas = facts.topics[name]?.replicas, replicas > 0 else { continue }
            if let least = facts.number("min.insync.replicas", of: name), least > replicas {
                add(
                    "topics",
                    "\(name) has \(replicas) replicas and min.insync.replicas=\(least): no record can be written. Lower it, or "
                        + "add replicas (kafka-reassign-partitions.sh)", name == names.input ? .advice : .fatal)
            } else if replicas < wanted {
                add(
                    "topics",
                    "\(name) has \(replicas == 1 ? "one replica" : "\(replicas) replicas") on \(facts.brokers) brokers: a lost "
                        + "broker stops it, or loses records. Add replicas (kafka-reassign-partitions.sh)", .advice)
            }
        }
    }

    private mutating func checkHistory(_ facts: TopicFacts, _ names: TopicNames, _ history: Int64) {
        // With one input only dead letters remember a record that ended the process.
        let letters = names.labels == nil ? [names.deadLetters] : []
        for name in names.inputs + [names.output] + letters {
            guard let kept = facts.number("retention.ms", of: name), kept >= 0, kept < history else { continue }
            add(
                "topics",
                "\(name) keeps records for a shorter time than `history` reaches back: raise its retention.ms to \(history), or "
                    + "`explain` and `replay` end there", .advice)
        }
    }

    private mutating func checkInputSettings(_ facts: TopicFacts, _ names: TopicNames) {
        if facts.settings[names.input]?["cleanup.policy"]?.contains("compact") == true {
            add(
                "topics",
                "\(names.input) is compacted: a replay would not see what was learned, and no restore would be exact. Set its "
                    + "cleanup.policy to delete, or copy it into a topic that has that", .fatal)
        }
        if let kept = facts.number("retention.ms", of: names.input), kept >= 0, kept < 86_400_000 {
            add("topics", "\(names.input) keeps records for less than a day: a replay needs them", .advice)
        }
        if let policy = facts.settings[names.state]?["cleanup.policy"], policy != "compact" {
            add(
                "topics",
                "\(names.state) has cleanup.policy=\(policy): retention would delete the models. Set it to compact: "
                    + "kafka-configs.sh --alter --topic \(names.state) --add-config cleanup.policy=compact", .fatal)
        }
        for name in names.made where name != names.state {
            guard facts.settings[name]?["cleanup.policy"]?.contains("compact") == true else { continue }
            add(
                "topics",
                "\(name) is compacted: records without a key are refused there, and of each key only the last one stays. Set "
                    + "its cleanup.policy to delete", .fatal)
        }
    }

    private mutating func checkLimits(_ facts: TopicFacts, _ names: TopicNames, _ settings: EngineSettings) {
        let largest = facts.number("max.message.bytes", of: names.input) ?? TopicLimits().inputRecordBytes
        for name in names.written {
            guard let limit = facts.number("max.message.bytes", of: name) else { continue }
            // What must fit, and what may come.
            var least = Self.leastRecord
            var wanted = 64 << 10
            if name == names.metrics { least = MetricsRecord.largest }
            if name == names.state { (least, wanted) = (SnapshotChunks.chunkBytes + 1024, 1 << 20) }
            if name == names.deadLetters {
                (least, wanted) = (Self.leastDeadLetter, largest + TopicNames.deadLetterRoom)
            }
            guard limit < wanted else { continue }
            let what = name == names.deadLetters && limit >= least ? "; a longer letter is cut" : ""
            add(
                "topics",
                "\(name) takes records of \(limit) bytes at most, and \(limit < least ? least : wanted) may be written\(what): "
                    + "raise its max.message.bytes: kafka-configs.sh --bootstrap-server \(settings.topology.bootstrap) --alter "
                    + "--topic \(name) --add-config max.message.bytes=\(wanted)", limit < least ? .fatal : .advice)
        }
    }

    private mutating func add(_ subject: String, _ text: String, _ weight: Finding.Weight) {
        findings.append(Finding(subject: subject, text: text, weight: weight))
    }
}
